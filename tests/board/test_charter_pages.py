"""A plain page for each number of the charter, room for so many seats, and versions that name what no rule reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board import charter_pages, service
from governance.board.charter import Charter
from governance.board.models import CharterVersion
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.programme import founding
from governance.ruling.errors import NotReady, RuleRefused
from tests.board.factories import DAY, a_board, a_member
from tests.page import PageClient

SignIn = Callable[..., PageClient]
OLD = {"people_who_use_now": 2, "chair_months": 6, "missed_before_looking": 3, "meeting_minutes": 90}


def test_each_number_has_its_page_and_no_page_is_about_none() -> None:
    assert [each.name for each in charter_pages.NUMBERS] == list(charter_pages.BY_NAME)
    assert set(charter_pages.BY_NAME) == {each.name for each in fields(Charter)}


def test_a_page_says_why_who_and_what_it_was_before(session: Session, sign_in: SignIn) -> None:
    today = clock.today()
    service.adopt_charter(session, Charter(), today - timedelta(days=30))
    service.adopt_charter(session, replace(Charter(), least_yes=4), today - timedelta(days=20), "2026-001")
    service.adopt_charter(session, replace(Charter(), least_yes=4, notice_days=5), today, "2026-002")
    session.commit()
    member = sign_in(Role.MEMBER)
    listed = member.get("/board/charter").text
    for number in charter_pages.NUMBERS:
        assert f"/board/charter/about/{number.name}" in listed
        page = member.get(f"/board/charter/about/{number.name}").text.replace("&#39;", "'")
        assert number.why in page
        assert number.does in page
        assert "a share of 2/3 of the votes" in page
        assert ("/decisions/2026-001" in page) is (number.name == "least_yes")
        assert ("/decisions/2026-002" in page) is (number.name == "notice_days")
    notice = member.get("/board/charter/about/notice_days").text
    assert "It can be from 1 to 30" in notice
    before = notice.partition("What it was before</h2>")[2]
    assert before.index("version 3") < before.index("version 1")
    assert "version 2" not in before, "it stayed as it was in that one"


def test_what_is_no_number_has_no_page(session: Session, sign_in: SignIn) -> None:
    member = sign_in(Role.MEMBER)
    assert member.get("/board/charter/about/notice_days").status_code == 404, "there is no charter yet"
    service.adopt_charter(session, Charter(), clock.today())
    session.commit()
    assert member.get("/board/charter/about/notice_days").status_code == 200
    for name in ("biscuits", "voting_seats", "chair_months"):
        assert member.get(f"/board/charter/about/{name}").status_code == 404


def test_an_older_version_with_numbers_that_no_rule_reads_stays_in_force_and_is_read_whole(
    session: Session, sign_in: SignIn
) -> None:
    written = {**service.settings_of(Charter()), **OLD}
    session.add(CharterVersion(number=1, settings=written, adopted_on=clock.today()))
    session.commit()
    assert service.charter(session) == Charter()
    with pytest.raises(RuleRefused, match="Nothing is different"):
        service.check_may_adopt(session, Charter())
    session.rollback()
    page = sign_in(Role.MEMBER).get("/board/charter").text
    for words in ("2 people who use now", "a chair 6 months", "After 3 missed", "a meeting 90 minutes"):
        assert words in page


# Room at the table


def test_there_is_room_for_as_many_seats_of_a_kind_as_the_charter_has(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys)  # Three lived seats of seven, one of family, one of health, no alternate of two.
    for seat_class in (SeatClass.FAMILY, SeatClass.HEALTH):
        with pytest.raises(RuleRefused, match="Our charter has 1 of this kind"):
            service.add_seat(session, "One more", seat_class)
    for place in range(4):
        service.add_seat(session, f"Lived {place}", SeatClass.LIVED)
    with pytest.raises(RuleRefused, match="Our charter has 7"):
        service.add_seat(session, "One more", SeatClass.LIVED)
    for place, seat_class in enumerate((SeatClass.FAMILY, SeatClass.LIVED)):
        service.add_seat(session, f"Alternate {place}", seat_class, alternate=True)
    with pytest.raises(RuleRefused, match="Our charter has 2"):
        service.add_seat(session, "One more", SeatClass.HEALTH, alternate=True)
    service.adopt_charter(session, replace(service.charter(session), lived_seats=8), DAY, "2026-001")
    service.add_seat(session, "One more", SeatClass.LIVED)


def test_a_charter_with_fewer_seats_takes_nobody_out_and_lets_nobody_more_in(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    empty = service.add_seat(session, "Seat 9", SeatClass.LIVED)
    fewer = replace(service.charter(session), lived_seats=3)
    service.adopt_charter(session, fewer, DAY, "2026-001")
    assert len(service.voting_roll(session, DAY, "proposal:1")) == len(members)
    newcomer = a_member(session, keys, "Newcomer")
    with pytest.raises(RuleRefused, match="Our charter has 3"):
        service.seat_member(session, empty.id, newcomer, DAY)
    taken = service.seat_of(session, members[0], DAY)
    assert taken
    service.end_term(session, taken.seat_id, DAY)
    service.seat_member(session, empty.id, newcomer, DAY)


def test_the_facilitator_reads_why_there_is_no_room(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    a_board(session, keys, day=clock.today())
    session.commit()
    refused = sign_in(Role.FACILITATOR).submit("/board/seats", label="Seat 9", seat_class="family")
    assert refused.status_code == 409
    assert "Our charter has 1 of this kind of seat" in refused.text
    assert "Seat 9" in refused.text, "what was typed stays"


# What `init` writes

SEATS: list[dict[str, Any]] = [{"label": f"Seat {n}", "class": "lived"} for n in range(5)]
SEATS += [{"label": "Seat 5", "class": "family"}, {"label": "Seat 6", "class": "lived", "alternate": True}]


def plan(seats: list[dict[str, Any]], **charter: object) -> founding.Plan:
    programme = {"name": "North", "place_name": "Town", "board_name": "Table"}
    facts = {"programme": programme, "places": [{"name": "Van"}], "seats": seats, "people": [], "charter": charter}
    return founding.read_plan(facts)


def test_the_first_charter_fits_the_seats_of_the_plan_unless_the_board_said_otherwise() -> None:
    fits = plan(SEATS).charter
    assert (fits.lived_seats, fits.family_seats, fits.health_seats, fits.alternates) == (5, 1, 0, 1)
    said = plan(SEATS, lived_seats=6, two_thirds="3/4", term_months=6).charter
    assert (said.lived_seats, said.family_seats, said.term_months, str(said.two_thirds)) == (6, 1, 6, "3/4")
    assert plan(SEATS[:1]).charter == Charter(), "a board that is only beginning"
    with pytest.raises(NotReady, match="'chair_months', a number that no rule reads"):
        plan(SEATS, chair_months=6)
