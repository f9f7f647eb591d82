"""Going on after a loss: what is missing is said in the list itself, and what was signed is never contradicted.

`docs/decisions/013-after-a-loss.md` says why a log of which more was signed than is here goes on under a new name.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger.models import Cosignature, Head, Log
from governance.ledger.service.growing import append
from governance.ledger.service.lines_found import lines_with
from governance.ledger.service.mending import LOST, NAMED, let_go
from governance.ledger.service.names import origin, secret_of_head, secret_of_name
from governance.ruling.errors import NotReady

LONGEST = 2000  # Letters of the board's words.


@dataclass(frozen=True)
class Gap:
    """What the board said in public of a loss, and on which day. *anew*: the logs that began again with it."""

    day: date
    words: str
    anew: tuple[str, ...]


def state_gap(
    session: Session, keys: KeyFolder, words: str, day: date, signed: Mapping[str, int], anew: Collection[str],
    changed: Collection[str] = (),
) -> dict[str, str]:  # fmt: skip
    """Say in the ledger of decisions, in the board's *words*, that something was lost.

    *signed*: how many entries each log is known to have signed. The logs *anew* keep their entries and lose their
    heads, which the world has; return the new name of each. They hold once the caller has committed and called
    `take_names`. Of those that are *changed*, the lines that somebody changed are let go of, and say so. Raises
    NotReady for no words, or too many.
    """
    words = checked_words(words)
    names = {log: rules.origin_after_a_loss(keys.programme, log, secrets.token_hex(4)) for log in sorted(anew)}
    lost = {log: let_go(session, log) for log in changed}
    logs = [_told(session, keys, log, signed.get(log, 0), names.get(log), lost.get(log)) for log in rules.LOGS]
    append(session, "decisions", "gap", {"day": day.isoformat(), "words": words, "logs": logs})
    for log in names:
        session.execute(delete(Cosignature).where(Cosignature.log == log))
        session.execute(delete(Head).where(Head.log == log))
    session.flush()
    return names


def checked_words(words: str) -> str:
    """Return the board's *words* as one line. Raises NotReady for none, or too many."""
    line = " ".join(words.split())
    if not line or len(line) > LONGEST:
        raise NotReady(f"Say in one to {LONGEST} letters what happened and what is missing. Everybody will read it.")
    return line


def take_names(keys: KeyFolder, names: Mapping[str, str]) -> None:
    """Sign under these new *names* from here on."""
    for log, name in names.items():
        keys.write(secret_of_name(log), name.encode())
        keys.destroy(secret_of_head(log))


def gaps(session: Session) -> list[Gap]:
    """Return what was said of losses, newest first."""
    said = reversed(lines_with(session, "decisions", '"kind":"gap"').values())
    return [
        Gap(date.fromisoformat(each["day"]), each["words"], tuple(log["log"] for log in each["logs"] if "now" in log))
        for each in said
        if each.get("kind") == "gap"
    ]


def let_go_of(session: Session, log: str) -> frozenset[int]:
    """Return the lines of *log* in whose place one says that they are lost, and of which the board said so in public.

    Where it named as many as an entry of the ledger can name, those behind them are taken to be meant as well.
    """
    said = lines_with(session, "decisions", '"kind":"gap"').values()
    named = [each.get("lost", []) for facts in said if facts.get("kind") == "gap" for each in facts["logs"]
             if each["log"] == log]  # fmt: skip
    known, more = {number for lines in named for number in lines}, any(len(lines) == NAMED for lines in named)
    if not known:
        return frozenset()
    lost = lines_with(session, log, '"kind":"lost"').items()
    here = {number for number, facts in lost if facts.get("kind") == LOST and facts.get("line") == number}
    return frozenset(here if more else here & known)


def _told(
    session: Session, keys: KeyFolder, log: str, signed: int, now: str | None, lost: list[int] | None
) -> dict[str, object]:
    row = session.get(Log, log)
    told: dict[str, object] = {"log": log, "kept": row.size if row else 0, "signed": signed, "name": origin(keys, log)}
    return {**told, **({"now": now} if now else {}), **({"lost": lost[:NAMED]} if lost else {})}
