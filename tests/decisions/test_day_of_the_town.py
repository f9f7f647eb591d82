"""Where the town is half a day ahead of UTC: what its people read and what its seats are is by the day they live in."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.board.models import Term
from governance.decisions import service
from governance.decisions.service.drafting import is_as_drafted
from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from governance.programme import schedule
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import CLOSES, NOW, VOTING, a_vote
from tests.decisions.factories import a_counted_vote

NEXT = date(2026, 3, 6)  # In Kiritimati, while it is noon of the fifth in UTC.


def far_ahead(session: Session) -> None:
    here = {"name": "Test programme", "place_name": "Test town", "board_name": "The Table"}
    session.add(Programme(id=1, timezone="Pacific/Kiritimati", **here))
    session.commit()


def test_it_was_decided_on_the_day_on_which_the_vote_closed_there(session: Session, keys: KeyFolder) -> None:
    vote = a_counted_vote(session, keys)
    far_ahead(session)
    record = service.draft_record(session, vote.ballot, NEXT)
    assert (vote.ballot.closes_at, record.decided_on) == (CLOSES, NEXT)
    assert is_as_drafted(session, record, vote.ballot)


@pytest.mark.parametrize(("day", "stands"), [(5, True), (6, True), (7, False), (4, False)])
def test_a_draft_of_an_older_version_stands_with_its_day(
    session: Session, keys: KeyFolder, day: int, stands: bool
) -> None:
    vote = a_counted_vote(session, keys)
    far_ahead(session)
    record = service.draft_record(session, vote.ballot, NEXT)
    record.decided_on = date(2026, 3, day)
    assert is_as_drafted(session, record, vote.ballot) is stands


def test_whose_seat_ended_this_morning_takes_no_card(session: Session, keys: KeyFolder) -> None:
    """By UTC it would be yesterday still."""
    vote = a_vote(session, keys)
    far_ahead(session)
    term = session.scalars(select(Term).where(Term.account_id == vote.members[0])).one()
    term.ends = date(2026, 3, 3)
    session.flush()
    with pytest.raises(RuleRefused):
        ballots.sign_for(session, vote.ballot, vote.members[0], VOTING)
    term.ends = date(2026, 3, 4)
    session.flush()
    ballots.sign_for(session, vote.ballot, vote.members[0], VOTING)


def test_a_round_counts_its_days_there(session: Session) -> None:
    """The thread of the rounds makes no page, and so was never told of the zone."""
    far_ahead(session)
    clock.use_zone("UTC")
    with clock.stopped_at(NOW.astimezone(UTC)):
        assert clock.today() == date(2026, 3, 2)
        moment = schedule.moment_at(session)
        assert moment is not None
        assert clock.today() == moment.today == date(2026, 3, 3)
    clock.use_zone("UTC")
