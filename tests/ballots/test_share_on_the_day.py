"""Who holds the seats when a vote opens, and when it closed: the charter's own share is asked for on those days too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.ballots.calling import new_vote
from governance.ballots.models import Ballot
from governance.board import service as board
from governance.decisions import service as decisions
from governance.decisions.service.drafting import FEWER_LIVED
from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, CLOSES, NOW, OPENS, Vote, a_vote
from tests.decisions.factories import a_counted_vote
from tests.proposals.factories import WHOLE

LATER = timedelta(days=10)


def seat_of(session: Session, account_id: int) -> int:
    seat = board.seat_of(session, account_id, NOW.date())
    assert seat
    return seat.seat_id


def a_vote_in_ten_days(session: Session, keys: KeyFolder, rests_after: int) -> None:
    """Call a vote that opens in ten days, with one of the three lived seats at rest after some days."""

    def rest(members: Sequence[int]) -> object:
        begins = NOW.date() + timedelta(days=rests_after)
        board.pause(session, seat_of(session, members[0]), begins, begins + timedelta(days=20))
        return WHOLE

    a_vote(session, keys, fields=rest, opens_at=OPENS + LATER, closes_at=CLOSES + LATER)


def test_no_vote_is_called_for_a_day_on_which_the_board_may_not_decide(session: Session, keys: KeyFolder) -> None:
    with pytest.raises(RuleRefused, match=r"^On .*, when it opens: 2 of 4 active seats"):
        a_vote_in_ten_days(session, keys, rests_after=8)


def test_asked_of_today_alone_it_would_be(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The control: as it once was."""
    monkeypatch.setattr(new_vote, "_may_not_decide", lambda session, times: board.composition(session, NOW.date()))
    a_vote_in_ten_days(session, keys, rests_after=8)
    assert session.scalar(select(func.count()).select_from(Ballot)) == 1


def test_a_rest_that_begins_after_it_opens_is_in_nobodys_way(session: Session, keys: KeyFolder) -> None:
    a_vote_in_ten_days(session, keys, rests_after=11)
    assert session.scalar(select(func.count()).select_from(Ballot)) == 1


def how(session: Session, vote: Vote) -> list[str]:
    record = decisions.draft_record(session, vote.ballot, AFTER.date())
    return [str(said["template"]) for said in record.how]


@pytest.mark.parametrize("what", ["all as it was", "one rests", "one has left"])
def test_a_record_says_where_the_share_did_not_hold_when_the_vote_closed(
    session: Session, keys: KeyFolder, what: str
) -> None:
    """Who rests is told to nobody, so by the record everybody sits who has a seat."""
    vote = a_counted_vote(session, keys)
    if what == "one rests":
        board.pause(session, seat_of(session, vote.members[0]), NOW.date(), CLOSES.date() + timedelta(days=9))
    if what == "one has left":
        board.end_term(session, seat_of(session, vote.members[0]), CLOSES.date())
    assert (FEWER_LIVED in how(session, vote)) is (what == "one has left")


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC"])
def test_each_day_is_the_one_at_the_site(session: Session, keys: KeyFolder, zone: str) -> None:
    """The vote closes at half past eight in the evening there, when the next day has begun in UTC."""
    session.add(Programme(id=1, name="North", place_name="Town", board_name="Table", timezone=zone))
    closes = datetime(2026, 3, 5, 4, 30, tzinfo=UTC)
    vote = a_counted_vote(session, keys, closes_at=closes)
    board.end_term(session, seat_of(session, vote.members[0]), closes.date())
    assert (FEWER_LIVED in how(session, vote)) is (zone == "UTC")


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC"])
def test_today_is_the_day_at_the_site_where_a_vote_is_called(session: Session, keys: KeyFolder, zone: str) -> None:
    vote = a_vote(session, keys)
    session.add(Programme(id=1, name="North", place_name="Town", board_name="Table", timezone=zone))
    now = datetime(2026, 3, 3, 4, 30, tzinfo=UTC)
    board.end_term(session, seat_of(session, vote.members[0]), now.date())
    times = new_vote.Times(now + timedelta(hours=1), CLOSES, now)
    assert bool(new_vote._may_not_decide(session, times)) is (zone == "UTC")
