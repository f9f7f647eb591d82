"""Every member reads which seats there are and how they stand. Who sits where, and every form, is somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board import rules, service
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.board.factories import a_board
from tests.page import Page, PageClient

SignIn = Callable[..., PageClient]


@pytest.mark.parametrize("role", [Role.BOARD_READER, Role.MEMBER, Role.TELLER])
def test_each_of_the_board_reads_the_seats_and_nobodys_name(
    session: Session, keys: KeyFolder, sign_in: SignIn, role: Role
) -> None:
    today = clock.today()
    members = a_board(session, keys, alternates=1, day=today)
    service.pause(session, _seat(session, members[3]).seat_id, today, today + timedelta(days=20))
    service.add_seat(session, "Seat 9", SeatClass.LIVED)
    session.commit()

    page = sign_in(role).get("/board/seats").text

    told = page[page.index("<tbody>") : page.index("</tbody>")]
    assert [f"Seat {number}" in told for number in (1, 2, 3, 4, 5, 6, 9)] == [True] * 7
    assert "Chair" not in page
    for kind in rules.SEAT_CLASS_WORDS.values():
        assert kind in told
    assert "(alternate)" in told
    assert told.count("Open</span>") == 1
    assert told.count("Rests until") == 1
    assert "3 of 4 active seats count as lived or living experience" in page
    ends = rules.term_ends(today, service.charter(session))
    assert f"To {_written(ends)}" in told


def test_nothing_on_it_can_be_changed_and_no_page_of_a_seat_opens(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    seats = [_seat(session, each).seat_id for each in a_board(session, keys, day=clock.today())]
    session.commit()
    member = sign_in(Role.MEMBER)
    page = Page(member.get("/board/seats").text)

    assert {form["action"] for form in page.forms} == {"/sign-out"}
    assert not [facts for tag, facts in page.tags if tag == "a" and facts.get("href", "").startswith("/board/seats/")]
    token = page.forms[0]["fields"]["csrf_token"]
    for where in ("", "/looked-for", f"/{seats[0]}/member", f"/{seats[0]}/pause", f"/{seats[0]}/end"):
        assert member.post(f"/board/seats{where}", data={"csrf_token": token}).status_code == 403, where
    assert {member.get(f"/board/seats/{each}").status_code for each in seats} == {403}
    assert member.get("/board/seats/looked-for").status_code == 403


def test_who_keeps_the_seats_finds_names_and_forms_as_before(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    a_board(session, keys, day=clock.today())
    session.commit()
    page = sign_in(Role.FACILITATOR).get("/board/seats").text
    assert "Chair1" in page
    assert "Add a seat" in page


def test_ones_own_seat_is_marked_and_no_other(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    a_board(session, keys, day=clock.today())
    member = sign_in(Role.MEMBER, alias="Newcomer")
    seat = service.add_seat(session, "Seat 9", SeatClass.LIVED)
    service.seat_member(session, seat.id, member.card.account_id, clock.today())
    session.commit()
    page = member.get("/board/seats").text
    assert "<strong>Seat 9, your seat</strong>" in page
    assert page.count("your seat") == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DIRECTOR, Role.MANAGER, Role.RESPONDER, Role.STAFF_READER])
def test_staff_do_not_read_it(sign_in: SignIn, role: Role) -> None:
    assert sign_in(role).get("/board/seats").status_code == 403


def test_a_board_that_may_not_decide_reads_why_here_too(session: Session, sign_in: SignIn) -> None:
    page = sign_in(Role.MEMBER).get("/board/seats").text
    assert "no charter yet" in page
    assert "No seats yet" in page


def _seat(session: Session, account_id: int) -> service.SeatOnDay:
    seat = service.seat_of(session, account_id, clock.today())
    assert seat
    return seat


def _written(day: object) -> str:
    return f"{day:%b} {day.day}, {day.year}"  # type: ignore[attr-defined]
