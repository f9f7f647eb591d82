"""Passes that the member's own device makes: signed blind before the vote opens, and dropped with by nobody.

The server sees who takes one and signs something it cannot read; later it sees a token that it let in and cannot tell
when. Whoever holds both lists finds nothing to join them by (RFC 9474; `docs/design.md` 6).
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.box import unordered
from governance.ballots.bundle import manifests
from governance.ballots.models import Ballot, Roll
from governance.ballots.now.finding import stage_of
from governance.ballots.passes.cards import sign_for
from governance.ballots.passes.credential import Credential
from governance.ballots.passes.issuers import NOT_BLINDED
from governance.ruling.errors import RuleRefused

MARK = "RVPASS1"  # The first word of a pass as text: static/ballots/passes.js writes it.
TOKEN_BYTES = 32


def mark_blind(session: Session, ballot: Ballot, account_id: int, blinded: str, now: datetime) -> None:
    """Mark on the roll that a member took a pass with this *blinded* request. The same one again changes nothing.

    *blinded*: as `sign_blinded` took it. Raises RuleRefused once the vote is open, to who has no vote here, for another
    request of the same member, and for one that does not ask each issuer of the manifest.
    """
    unordered.lock(session, ballot)
    issuers = manifests.issuers_apart(ballot.manifest or {"issuers": []})
    if any(len(each) != len(issuers) for each in json.loads(blinded).values()):
        raise RuleRefused(NOT_BLINDED)
    asked = hashlib.sha256(b"real-voice blinded\x00" + blinded.encode()).digest()
    row = session.get(Roll, (ballot.id, account_id), populate_existing=True)
    stage = stage_of(session, ballot, now)
    if row is not None and row.has_pass and row.issued == asked and stage in (rules.Stage.SCHEDULED, rules.Stage.OPEN):
        return
    rules.check_may_take_blind(stage)
    sign_for(session, ballot, account_id, now, issued=asked)


def read_pass(typed: str, election: str) -> tuple[Credential, list[str], list[str]] | None:
    """Return the credential of a pass as text, its grants for the drop and for the key; None when it is none."""
    mark, _, rest = typed.strip().partition(" ")
    if mark != MARK:
        return None
    try:
        pass_ = json.loads(base64.b64decode("".join(rest.split()), validate=True))
        if pass_["v"] != 1 or pass_["election"] != election:
            return None
        mine = Credential(bytes.fromhex(pass_["drop"]), bytes.fromhex(pass_["seed"]))
        drop, key = (texts(pass_["grants"][purpose]) for purpose in ("drop", "ballot"))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (mine, drop, key) if len(mine.drop_token) == len(mine.seed) == TOKEN_BYTES else None


def texts(given: Any) -> list[str]:
    """Return *given* when it is a list of texts, as grants are. Raises ValueError for anything else."""
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise ValueError("This is no list of grants.")
    return given
