"""The board's pages, as a member and as the facilitator meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service
from governance.board.charter import Charter
from governance.board.rules import AgendaState, SeatClass
from governance.board.views.door import ChangeDecided, changes_decided
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.board.factories import a_board, a_member
from tests.second_yes import agree, waiting
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("ledger_last")

# Its pages alone: the services behind them run on both in test_seats and test_agenda.

SignIn = Callable[..., Any]


def test_a_member_sees_what_comes_next_and_which_seats_are_open(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    a_board(session, keys, day=clock.today())
    service.add_seat(session, "Seat 9", SeatClass.LIVED)
    item = service.bring_up(session, "Water by the door", clock.today())
    service.set_agenda_state(session, item.id, AgendaState.TODAY)
    session.commit()

    page = sign_in(Role.MEMBER).get("/board")

    assert page.status_code == 200
    assert "Water by the door" in page.text
    assert "Seat 9" in page.text


def test_the_first_page_and_the_seats_cost_the_same_with_more_seats(
    app: Flask, session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    a_board(session, keys, day=clock.today())
    session.commit()
    facilitator, pages = sign_in(Role.FACILITATOR), ("/board", "/board/seats")

    def costs() -> list[int]:
        found = []
        for page in pages:
            with statements(app) as sent:
                assert facilitator.get(page).status_code == 200
            found.append(len(sent))
        return found

    few = costs()
    for number in ("Seat 8", "Seat 9"):
        seat = service.add_seat(session, number, SeatClass.LIVED)
        service.seat_member(session, seat.id, a_member(session, keys, f"In {number}"), clock.today())
    session.commit()
    assert costs() == few


def test_a_board_that_may_not_decide_reads_why_on_its_first_page(session: Session, sign_in: SignIn) -> None:
    assert "no charter yet" in sign_in(Role.MEMBER).get("/board").text


@pytest.mark.on_both
def test_two_people_add_a_seat_fill_it_let_it_rest_and_end_the_term(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    members = a_board(session, keys, day=clock.today() - timedelta(days=400))
    newcomer = a_member(session, keys, "Newcomer")
    facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)

    facilitator.submit("/board/seats", label="Seat 9", seat_class="lived")
    assert "Seat 9" not in facilitator.get("/board/seats").text
    agree(member)
    [seat_id] = [seat.seat_id for seat in service.seats_on(session, clock.today()) if seat.label == "Seat 9"]
    session.rollback()
    taken = facilitator.submit(f"/board/seats/{seat_id}", account_id=str(newcomer))
    assert taken.status_code == 303
    assert "Newcomer" not in facilitator.get("/board/seats").text
    agree(member)
    assert "Newcomer" in facilitator.get("/board/seats").text

    until = clock.today() + timedelta(days=20)
    assert facilitator.submit(f"/board/seats/{seat_id}", "until", until=until.isoformat()).status_code == 303
    agree(member)
    assert facilitator.submit(f"/board/seats/{seat_id}", "resume").status_code == 303
    assert "Seat 9 is active again" in member.get("/board").text, "what takes no vote is told all the same"
    assert "the whole board" in facilitator.get(f"/board/seats/{seat_id}").text, "its days are not over"
    over = service.seat_of(session, members[0], clock.today())
    session.rollback()
    assert over
    assert facilitator.submit(f"/board/seats/{over.seat_id}", "end").status_code == 303
    agree(member)
    assert service.seat_of(session, members[0], clock.today()) is None
    session.rollback()
    assert facilitator.get(f"/board/seats/{over.seat_id}").status_code == 200


def test_who_would_get_a_seat_does_not_say_the_second_yes(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    a_board(session, keys, day=clock.today())
    seat_id = service.add_seat(session, "Seat 9", SeatClass.LIVED).id
    session.commit()
    facilitator, puppet = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, alias="Puppet")

    facilitator.submit(f"/board/seats/{seat_id}", account_id=str(puppet.card.account_id))

    assert waiting(puppet) == []
    assert "Puppet gets Seat 9" in puppet.get("/board").text, "who it is about is told"
    assert len(waiting(sign_in(Role.MEMBER, sits=True))) == 1


def test_an_account_that_ends_takes_its_seat_with_it_once_the_term_is_over(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    members = a_board(session, keys, day=clock.today() - timedelta(days=400))
    session.commit()
    admin, member = sign_in(Role.ADMIN), sign_in(Role.MEMBER, sits=True)

    token = admin.form("/accounts")["fields"]["csrf_token"]
    admin.post(f"/accounts/{members[0]}/end", data={"csrf_token": token})
    agree(member)

    assert members[0] not in [seat.account_id for seat in service.seats_on(session, clock.today())]
    assert members[0] not in [account for account, _ in service.voting_roll(session, clock.today(), "proposal:1")]


def test_a_date_that_is_none_comes_back_as_it_was_typed(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    members = a_board(session, keys, day=clock.today())
    seat = service.seat_of(session, members[0], clock.today())
    assert seat
    session.commit()
    facilitator = sign_in(Role.FACILITATOR)

    answer = facilitator.submit(f"/board/seats/{seat.seat_id}", "until", until="next spring")

    assert answer.status_code == 422
    assert "next spring" in answer.text


def test_a_member_does_not_keep_the_seats(sign_in: SignIn) -> None:
    member = sign_in(Role.MEMBER)

    assert "Add a seat" not in member.get("/board/seats").text
    assert member.get("/board/charter/new").status_code == 403
    assert member.get("/board/seats/99999999999999999999").status_code == 404


def test_the_charter_reads_in_words_and_without_a_vote_it_stays(session: Session, sign_in: SignIn) -> None:
    service.adopt_charter(session, Charter(), clock.today())
    session.commit()
    facilitator = sign_in(Role.FACILITATOR)
    assert "At least 51% of the seats" in facilitator.get("/board/charter").text
    assert "has not voted for a change" in facilitator.get("/board/charter/new").text

    token = facilitator.form("/board/agenda", "csrf_token")["fields"]["csrf_token"]
    without = facilitator.post("/board/charter/new", data={"csrf_token": token, "least_yes": "4", "record": "2026-001"})
    assert without.status_code == 409
    assert "The board has not decided that" in without.text
    assert service.charter_number(session) == 1


def test_after_a_vote_two_people_put_a_version_in_force(
    session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = ChangeDecided("2026-001", "More yes", {"least_yes": 4, "two_thirds": "7/10"})
    monkeypatch.setattr(changes_decided, "_fillers", [lambda: [decided]])
    service.adopt_charter(session, Charter(), clock.today())
    session.commit()
    facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER)

    asked = facilitator.submit("/board/charter/new", "record")
    assert asked.status_code == 303
    assert "4 yes or more" not in facilitator.get("/board/charter").text
    again = facilitator.submit("/board/charter/new", "record")
    assert again.status_code == 409
    assert "Somebody asked for this already" in again.text
    waits = member.get("/second-yes").text
    assert "4 yes or more" in waits
    assert "Big items need 70%" in waits
    assert "There are 9 seats" not in waits, "what stays as it was is not told again"
    agree(member)

    page = facilitator.get("/board/charter").text
    assert "4 yes or more" in page
    assert "Big items need 70%" in page
    assert "/decisions/2026-001" in page
    assert "3 yes or more" in page, "each version can be read whole"
    new = facilitator.get("/board/charter/new").text
    assert "2026-001" not in new, "one decision changes it once"
    assert "has not voted for a change" in new


def test_a_fourth_item_asks_on_the_page_which_one_can_wait(session: Session, sign_in: SignIn) -> None:
    service.adopt_charter(session, Charter(), clock.today())
    for title in ("Water", "Socks", "Hours"):
        service.set_agenda_state(session, service.bring_up(session, title, clock.today()).id, AgendaState.TODAY)
    session.commit()
    sign_in(Role.MEMBER).submit("/board/agenda", title="A bench outside")
    facilitator = sign_in(Role.FACILITATOR)
    water, *_, bench = [item.id for item in service.agenda(session)]
    session.rollback()

    form = facilitator.form("/board/agenda", f"/{bench}")
    asked = facilitator.post(form["action"], data={**form["fields"], "state": "today"})
    assert asked.status_code == 409
    assert "Which one can be parked" in asked.text
    nothing = facilitator.post(f"/board/agenda/{bench}/make-room", data=form["fields"])
    assert nothing.status_code == 422
    done = facilitator.post(f"/board/agenda/{bench}/make-room", data={**form["fields"], "park": str(water)})

    assert done.status_code == 303
    session.rollback()
    assert {item.title for item in service.next_meeting(session)} == {"Socks", "Hours", "A bench outside"}


def test_an_empty_line_is_no_item(session: Session, sign_in: SignIn) -> None:
    answer = sign_in(Role.MEMBER).submit("/board/agenda", title="   ")

    assert answer.status_code == 422
    assert list(service.agenda(session)) == []


def test_a_pause_that_is_too_long_comes_back_with_the_reason_and_the_date(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    members = a_board(session, keys, day=clock.today())
    seat = service.seat_of(session, members[0], clock.today())
    assert seat
    session.commit()

    answer = sign_in(Role.FACILITATOR).submit(f"/board/seats/{seat.seat_id}", "until", until="2999-01-01")

    assert answer.status_code == 409
    assert "up to 6 months" in answer.text
    assert "2999-01-01" in answer.text
