"""Closing the box, the first step of the count: the time is over and no paper waits, so nothing goes in any more.

The next step, `root.py`, fixes what lies in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.models import Ballot, Box, Roll
from governance.ballots.now.finding import stage_of
from governance.ballots.papers.paper_ballots import papers_waiting
from governance.clockwork import timekeeping


@dataclass(frozen=True)
class ClosedBox:
    """The box of a vote that is over and not counted, into which nothing goes any more."""

    ballot: Ballot


def close(session: Session, ballot: Ballot, now: datetime) -> ClosedBox:
    """Return the closed box of *ballot*: after this nothing goes in any more.

    Raises RuleRefused before close, after the count, while a paper waits, while the clock is in doubt, and while there
    are more ballots than names on the sheet.
    """
    timekeeping.check_sure(session)
    rules.check_may_open_box(stage_of(session, ballot, now), tellers_here=rules.TELLERS)
    rules.check_no_paper_waits(papers_waiting(session, ballot))
    if ballot.box_leaf is None:
        rules.check_no_more_ballots_than_names(*ballots_and_names(session, ballot))
    return ClosedBox(ballot)


def ballots_and_names(session: Session, ballot: Ballot) -> tuple[int, int]:
    """Return how many ballots lie in the box, and how many names are marked on the sheet."""
    return _rows(session, Box, ballot), _rows(session, Roll, ballot, Roll.has_pass)


def _rows(session: Session, table: type[Box | Roll], ballot: Ballot, *where: Any) -> int:
    counted = select(func.count()).select_from(table).where(table.ballot_id == ballot.id, *where)
    return session.scalar(counted) or 0
