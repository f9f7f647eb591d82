"""Who was shown which recovery share, noted in the key folder before it is shown.

The rows of the shares lie in a database whose owner could write themselves in as the holder of a second one, and undo
it afterwards. What stands here they cannot reach: each number of a key goes to one account, each account gets one
number, and whether it was of the board is what it was on that day. The names are keyed hashes, in no escrow, and are
forgotten with the last secret of their key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from governance.keys.keyfolder import STAYS, KeyFolder
from governance.people.share_rules import ShareFacts, ShareState, is_of_board
from governance.permissions.roles import Who
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NOTE = "share-holders"
ANOTHER = N_("You have seen another share. Each of the three goes to another person. Ask for new shares.")
SOMEBODY = N_("This share was shown to somebody else already. Ask for new shares.")

Noted = Mapping[str, Any]


def noted_of(keys: KeyFolder, mark: str) -> Noted:
    """Return what is noted of the shares of the key *mark*, by number."""
    found: Noted = keys.noted(NOTE).get(mark, {})
    return found


def is_noted_for(keys: KeyFolder, mark: str, number: int, who: Who) -> bool:
    """Whether share *number* of the key *mark* was noted as shown to *who*."""
    return bool(noted_of(keys, mark).get(str(number), {}).get("who") == _name(keys, mark, who))


def as_noted(keys: KeyFolder, mark: str, who: Who, facts: Sequence[ShareFacts]) -> list[ShareFacts]:
    """Return the *facts* of the shares 1, 2, 3 with what is noted in the place of what the database says of holders."""
    noted, name = noted_of(keys, mark), _name(keys, mark, who)
    told = []
    for number, each in enumerate(facts, start=1):
        if (entry := noted.get(str(number))) is None:
            told.append(each)
            continue
        state = ShareState.SHOWN if each.state is ShareState.WAITS else each.state
        holder = who.account_id if entry["who"] == name else None
        told.append(replace(each, state=state, holder=holder, of_board=entry["board"]))
    return told


def note_down(keys: KeyFolder, mark: str, number: int, who: Who) -> None:
    """Note durably that *who* is shown share *number* of the key *mark*. Call it before that is shown.

    Raises RuleRefused where it was noted for somebody else, or another number for *who*.
    """
    name = _name(keys, mark, who)
    with keys.noting(NOTE) as noted:
        of_key = noted.setdefault(mark, {})
        if any(entry["who"] == name for other, entry in of_key.items() if other != str(number)):
            raise RuleRefused(ANOTHER)
        if of_key.setdefault(str(number), {"who": name, "board": is_of_board(who.roles)})["who"] != name:
            raise RuleRefused(SOMEBODY)


def forget(keys: KeyFolder) -> None:
    """Forget what is noted of keys of which no share waits here: no secret of theirs is left to open one."""
    over = [mark for mark in keys.noted(NOTE) if not list(keys.names(f"{STAYS}{mark}-"))]
    if over:
        with keys.noting(NOTE) as noted:
            for mark in over:
                noted.pop(mark, None)


def _name(keys: KeyFolder, mark: str, who: Who) -> str:
    return hmac.new(keys.pepper, f"share {mark} {who.account_id}".encode(), hashlib.sha256).hexdigest()
