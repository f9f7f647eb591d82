"""Cards are part of opening: one member's pass does not take them from everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import NOW
from tests.board.factories import a_board
from tests.proposals.factories import frozen
from tests.second_yes import agree

SignIn = Callable[..., Any]
ASK, WAIT = "Ask for the cards", "The cards for this vote are being made."
COME_FIRST = "no pass is given out before the cards are made"


@pytest.fixture
def town(session: Session, keys: KeyFolder, sign_in: SignIn) -> Any:
    """A facilitator, a teller and a member with a seat, at noon; and words that are fixed."""
    with clock.stopped_at(NOW):
        frozen(session, a_board(session, keys, day=NOW.date())[0])
        session.commit()
        facilitator, tellers = sign_in(Role.FACILITATOR), [sign_in(Role.TELLER), sign_in(Role.TELLER)]
        member = sign_in(Role.MEMBER)
        seat = board.add_seat(session, "Seat 9", SeatClass.LIVED)
        board.seat_member(session, seat.id, member.card.account_id, NOW.date())
        session.commit()
        yield facilitator, tellers, member


def call(facilitator: Any, tellers: Any, **more: Any) -> None:
    """Call a vote as the page offers it, but for what is typed."""
    both = [str(teller.card.account_id) for teller in tellers]
    answer = facilitator.submit(
        "/board/ballots/new?proposal=1", kind="majority", tellers=both, opens_at="2026-03-03T12:00",
        closes_at="2026-03-05T12:00", **more,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text


def takes_a_pass(member: Any) -> Any:
    token = member.form("/language")["fields"]["csrf_token"]
    return member.post("/board/ballots/1/pass", data={"csrf_token": token})


def test_cards_asked_for_with_the_vote_come_before_every_pass(town: Any, session: Session) -> None:
    facilitator, tellers, member = town
    call(facilitator, tellers)
    page = facilitator.get("/board/ballots/1").text
    assert ASK not in page, "it was asked for"
    assert COME_FIRST in page
    assert WAIT in member.get("/board/ballots/1").text
    refused = takes_a_pass(member)
    assert refused.status_code == 409
    assert WAIT in refused.text
    session.rollback()
    ballot = service.by_number(session, 1)
    assert ballot
    assert not service.has_begun(session, ballot)

    agree(tellers[0])
    made = facilitator.submit("/second-yes", "/card")
    assert made.status_code == 200
    assert "sign-card" in made.text
    assert WAIT not in member.get("/board/ballots/1").text
    assert takes_a_pass(member).status_code == 200


def test_once_the_vote_is_open_nobody_waits_for_cards(town: Any) -> None:
    facilitator, tellers, member = town
    call(facilitator, tellers)
    with clock.stopped_at(NOW + timedelta(days=1, hours=1)):
        member.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
        assert WAIT not in member.get("/board/ballots/1").text
        assert takes_a_pass(member).status_code == 200


def test_the_cards_are_ticked_in_sight(town: Any) -> None:
    page = town[0].get("/board/ballots/new?proposal=1").text
    before_the_fold = page.split("More about this vote")[0].split('name="tellers"')[-1]
    (box,) = re.findall(r"<input[^>]*name=\"cards\"[^>]*>", before_the_fold)
    assert "checked" in box


def test_a_vote_without_cards_asked_for_gives_passes_at_once(town: Any) -> None:
    """The control: somebody took the tick away."""
    facilitator, tellers, member = town
    call(facilitator, tellers, cards=[])
    assert ASK in facilitator.get("/board/ballots/1").text
    assert takes_a_pass(member).status_code == 200
