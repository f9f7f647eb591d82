"""On the board's first page: what this member wrote and where it stands, what they minded and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g

from governance.board.views.door import of_mine
from governance.frame.slots import PagePart
from governance.permissions.access import Permission, may
from governance.proposals import rules, service
from governance.proposals.views.door import KINDS
from governance.storage.database import db

AT_MOST = 5


@dataclass(frozen=True)
class MyLine:
    """One line: what it is called, the proposal it leads to (and which part of it), what it is about, how it stands."""

    title: str
    number: int
    word: str
    kind: str
    is_over: bool
    about: str = ""
    part: str | None = None


@of_mine.fill
def what_i_wrote_and_minded() -> list[PagePart]:
    """For whoever writes proposals: two short lists. What does not fit is in the list of all proposals."""
    if not may(Permission.WRITE_PROPOSALS):
        return []
    written = list(map(_written, service.written_by(db.session, g.who.account_id, AT_MOST + 1)))
    minded = list(map(_minded, service.concerns_of(db.session, g.who.account_id, AT_MOST + 1)))
    values = {
        "written": _in_two(written[:AT_MOST]),
        "minded": _in_two(minded[:AT_MOST]),
        "more": max(len(written), len(minded)) > AT_MOST,
    }
    return [PagePart("proposals/_mine.html", values)] if written or minded else []


def _in_two(lines: Sequence[MyLine]) -> tuple[list[MyLine], list[MyLine]]:
    """Return what goes on, and what is over."""
    return [each for each in lines if not each.is_over], [each for each in lines if each.is_over]


def _written(mine: service.Listed) -> MyLine:
    status = mine.proposal.status
    is_over = status in rules.ENDED
    return MyLine(mine.words.title, mine.proposal.number, rules.STATUS_WORDS[status], KINDS[status], is_over)


def _minded(mine: service.Minded) -> MyLine:
    met, status = mine.concern.resolved, mine.proposal.status
    word = rules.became_of_concern(status, met=met)
    kind = "done" if met else "open" if status in rules.OPEN_TO_TALK else "closed"
    is_over = met or status in rules.ENDED
    return MyLine(mine.concern.text, mine.proposal.number, word, kind, is_over, mine.title, "talk")
