"""The smallest true records: a counted vote, its draft, a published record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.decisions import service
from governance.decisions.models import Record
from governance.decisions.service import RecordFields, adopting
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import AFTER, Vote, a_vote
from tests.laid_out import laid_out

TODAY = AFTER.date()
WHOLE = RecordFields(
    result="Drug checking moves to Friday.",
    why="Friday is when people get *paid*.",
    gets_better="People know what they bought before the weekend.",
    review_on=TODAY + timedelta(days=180),
)
YES = ("yes", "yes", "yes", "no", "abstain")


@laid_out
def a_counted_vote(session: Session, keys: KeyFolder, choices: tuple[Any, ...] = YES, **more: Any) -> Vote:
    """Return a vote that is counted."""
    vote = a_vote(session, keys, **more)
    vote.cast(*choices)
    vote.count()
    session.commit()
    return vote


@laid_out
def a_draft(session: Session, keys: KeyFolder, choices: tuple[Any, ...] = YES, **more: Any) -> tuple[Record, Vote]:
    """Return the draft of a record, and its vote."""
    vote = a_counted_vote(session, keys, choices, **more)
    record = service.draft_record(session, vote.ballot, TODAY)
    session.commit()
    return record, vote


@laid_out
def a_record(
    session: Session, keys: KeyFolder, choices: tuple[Any, ...] = YES, fields: RecordFields = WHOLE,
    today: date = TODAY, **more: Any,
) -> tuple[Record, Vote]:  # fmt: skip
    """Return a published record, and its vote."""
    record, vote = a_draft(session, keys, choices, **more)
    service.complete(session, record, fields)
    service.adopt(session, keys, record, today)
    session.commit()
    return record, vote


@contextmanager
def held_to_no_vote() -> Iterator[None]:
    """Let a record be published that a test wrote by hand: nobody voted on it, so nothing looks at its vote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adopting, "_check_as_voted_on", lambda _session, _record: None)
        yield
