"""A record on who sits or has a role that lies: after a week anybody of the board writes it, and two adopt it.

So nobody who was voted out keeps the seat or the role by writing nothing down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.board import service as board
from governance.decisions import rules, service
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places.models import Programme
from governance.proposals.rules import Kind, Power
from governance.ruling.errors import RuleRefused
from tests.ballots.elections import FROM
from tests.ballots.factories import AFTER, CLOSES, NOW, Vote
from tests.decisions.factories import a_counted_vote, a_draft
from tests.decisions.room import PAGE, Room
from tests.decisions.test_roles_given import FOR_ROLE, MOSS_WINS
from tests.proposals.factories import WHOLE
from tests.second_yes import agree

A_WEEK_ON = CLOSES + rules.LIES_AFTER
DUTY = "The vote closed a week ago or more, and its record is not out."
SAID = {"why": "We wanted a change.", "gets_better": "More of us decide.", "review_on": "2026-09-01"}


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(-30, 30))
def test_a_record_lies_from_a_week_after_the_close_on(closed: date, days: int) -> None:
    assert rules.lies(closed, closed + timedelta(days=days)) is (days >= 7)


def comes_again(room: Room) -> None:
    for each in (room.facilitator, room.member, room.moss, room.teal):
        assert each.submit("/sign-in", alias=each.card.alias, passphrase=each.card.passphrase).status_code == 303


def held(room: Room, **typed: Any) -> None:
    with clock.stopped_at(NOW):
        assert room.calls(**typed).status_code == 303
    room.votes(*MOSS_WINS)


def test_a_facilitator_who_was_voted_out_cannot_wait_for_ever(
    room: Room,
    sign_in: Callable[..., Any],
) -> None:
    held(room, **FOR_ROLE)
    with clock.stopped_at(AFTER):
        comes_again(room)
        token = {"csrf_token": room.member.form("/language")["fields"]["csrf_token"]}
        early = room.member.post(f"{PAGE}/record", data=token)
        assert early.status_code == 403, "the control: before the week is over it is the facilitator's"
        assert DUTY not in room.member.get("/board").text
        assert "Go to the record" not in room.member.get(PAGE).text
    with clock.stopped_at(A_WEEK_ON):
        comes_again(room)
        assert DUTY in room.member.get("/board").text
        other = sign_in(Role.MEMBER, sits=True)
        drafted = room.member.submit(PAGE, "/record")
        assert drafted.status_code == 303
        assert DUTY in other.get("/board").text, "begun, and not out"
        assert room.member.submit(drafted.location, "gets_better", **SAID).status_code == 303
        assert room.member.submit(drafted.location, "adopt-late").status_code == 303
        number = drafted.location.rsplit("/", 1)[1]
        assert service.adopted_on(room.session, _ballot(room)) is None, "one alone adopts nothing"
        room.session.rollback()
        assert agree(other).status_code == 303
        assert room.member.get(f"/decisions/{number}").status_code == 200
        assert DUTY not in room.member.get("/board").text
    assert A_WEEK_ON.date() < FROM, "so there is time before the day on which it begins"


def _ballot(room: Room) -> Any:
    room.session.expire_all()
    return ballots.by_number(room.session, 1)


def test_another_record_stays_with_who_runs_the_board(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)
    for day in (AFTER.date(), A_WEEK_ON.date(), A_WEEK_ON.date() + timedelta(days=300)):
        assert not service.anybody_may_write(session, vote.ballot.id, day)
        with pytest.raises(RuleRefused, match="Whoever runs the board writes this record"):
            service.check_anybody_may_write(session, record, day)


def test_no_page_lets_a_member_write_another_record(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    a_counted_vote(session, keys)
    with clock.stopped_at(A_WEEK_ON + timedelta(days=30)):
        member = sign_in(Role.MEMBER)
        token = {"csrf_token": member.form("/language")["fields"]["csrf_token"]}
        assert member.post(f"{PAGE}/record", data=token).status_code == 403
        record = sign_in(Role.FACILITATOR).submit(PAGE, "/record").location
        assert member.post(record, data={**token, **SAID}).status_code == 409
        assert member.post(f"{record}/adopt-late", data=token).status_code == 409


def a_counted_removal(session: Session, keys: KeyFolder, about: int = 1, **more: Any) -> Vote:
    def fields(members: list[int]) -> Any:
        board.tell_how_seats_stand(session, keys, NOW.date())
        seat = board.seat_of(session, members[about], NOW.date())
        assert seat
        return replace(WHOLE, kind=Kind.REMOVAL, power=Power.BOARD, about_term=seat.term_id)

    return a_counted_vote(session, keys, kind="two_thirds", fields=fields, **more)


@pytest.mark.on_both
def test_a_removal_lies_like_an_election(session: Session, keys: KeyFolder) -> None:
    vote = a_counted_removal(session, keys)
    assert not service.anybody_may_write(session, vote.ballot.id, A_WEEK_ON.date() - timedelta(days=1))
    assert service.anybody_may_write(session, vote.ballot.id, A_WEEK_ON.date())


@pytest.mark.parametrize(("zone", "lies"), [("America/Los_Angeles", True), ("UTC", False)])
def test_the_week_begins_on_the_day_at_the_site(session: Session, keys: KeyFolder, zone: str, lies: bool) -> None:
    """The vote closes in the evening there, when the next day has begun in UTC."""
    session.add(Programme(id=1, name="North", place_name="Town", board_name="Table", timezone=zone))
    closes = datetime(2026, 3, 5, 4, 30, tzinfo=UTC)
    vote = a_counted_removal(session, keys, closes_at=closes)
    evening = date(2026, 3, 4)
    assert bool(service.left_lying(session, evening + rules.LIES_AFTER)) is lies
    assert vote.ballot in service.left_lying(session, evening + rules.LIES_AFTER + timedelta(days=1))
