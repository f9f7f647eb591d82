"""Each time of a vote is said with the town by whose clock it is meant, and asked for with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.views.door import moment
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places.models import Programme
from tests.ballots.factories import NOW, a_vote
from tests.board.factories import a_board
from tests.proposals.factories import frozen

SignIn = Callable[..., Any]
HOUSE = Path(__file__).parents[2]
TIMES = re.compile(r"\b(?:opens_at|closes_at)\b\s*\|\s*(\w+)")
TOWN = "(Vancouver)"


def templates() -> dict[str, str]:
    return {
        str(each.relative_to(HOUSE)): each.read_text(encoding="utf-8") for each in HOUSE.glob("templates/**/*.html")
    }


def test_every_template_says_a_time_by_the_one_filter_that_names_the_town() -> None:
    used = {name: set(TIMES.findall(text)) for name, text in templates().items()}
    assert len([name for name, filters in used.items() if filters]) >= 6, "this test finds them"
    assert {name: filters for name, filters in used.items() if filters - {"moment"}} == {}


def test_no_other_part_of_the_program_writes_a_time_of_day() -> None:
    """The control is `door.py`, where the one filter is."""
    writes = [
        str(each.relative_to(HOUSE))
        for each in HOUSE.glob("governance/**/views/**/*.py")
        if re.search(r"\bformat_(?:time|datetime)\(", each.read_text(encoding="utf-8"))
    ]
    assert writes == ["governance/ballots/views/door.py"]


@pytest.fixture
def in_vancouver(session: Session) -> None:
    session.add(Programme(id=1, name="North", place_name="Town", board_name="Table", timezone="America/Vancouver"))
    session.commit()


def test_the_filter_names_the_town(app: Flask, session: Session, in_vancouver: None) -> None:
    with app.test_request_context():
        assert moment(datetime(2026, 3, 3, 20, 0, tzinfo=UTC)).endswith(f"12:00\u202fPM {TOWN}")


def test_the_call_form_says_by_whose_clock_both_times_are(
    session: Session, keys: KeyFolder, sign_in: SignIn, in_vancouver: None
) -> None:
    with clock.stopped_at(NOW):
        frozen(session, a_board(session, keys, day=NOW.date())[0])
        session.commit()
        page = sign_in(Role.FACILITATOR).get("/board/ballots/new?proposal=1").text
    assert page.count("It is the time in Vancouver.") == 2


def test_the_first_page_says_when_a_vote_opens_and_by_whose_clock_before_anybody_has_a_pass(
    session: Session, keys: KeyFolder, sign_in: SignIn, in_vancouver: None
) -> None:
    with clock.stopped_at(NOW):
        member = sign_in(Role.MEMBER)
        a_vote(session, keys, seats=[member.card.account_id])
        page = " ".join(member.get("/board").text.split())
    found = re.search(r"Vote where no one looks\. It opens ([^<]*)\.", page)
    assert found
    assert re.search(r"\d:\d\d", found.group(1)), "with the hour"
    assert found.group(1).endswith(TOWN)
