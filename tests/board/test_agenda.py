"""The agenda: anyone can add to it, and a meeting is never too full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.charter import Charter
from governance.board.rules import AgendaKind, AgendaState, what_holds_a_vote
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY
from tests.page import Page, PageClient


def full_meeting(session: Session) -> list[int]:
    """Return three items that fill the next meeting."""
    service.adopt_charter(session, Charter(), DAY)
    items = [service.bring_up(session, title, DAY) for title in ("Water", "Socks", "Hours")]
    for item in items:
        service.set_agenda_state(session, item.id, AgendaState.TODAY)
    return [item.id for item in items]


def test_a_new_programme_begins_with_its_charter_on_the_agenda(
    session: Session, sign_in: Callable[..., PageClient]
) -> None:
    """What stands in it came from setting up. It is there until the board has adopted its own."""
    service.adopt_charter(session, Charter(), DAY)
    service.begin_agenda(session, DAY)
    service.begin_agenda(session, DAY)
    session.commit()
    member = sign_in(Role.MEMBER)
    page = Page(member.get("/board/agenda").text)
    assert "Adopt your charter" in page.html
    assert "/board/charter" in [facts.get("href") for tag, facts in page.tags if tag == "a"]
    assert page.html.count("Adopt your charter") == 1
    service.done_with_the_charter(session)
    assert service.agenda(session) == []
    service.done_with_the_charter(session)


def test_the_charter_on_the_agenda_is_in_the_language_of_its_reader_on_each_page(
    session: Session, sign_in: Callable[..., PageClient]
) -> None:
    """And what people typed stays as it is, even where it is a word that we have in that language."""
    service.adopt_charter(session, Charter(), DAY)
    items = [service.begin_agenda(session, DAY), *(service.bring_up(session, title, DAY) for title in ("Agenda", "B"))]
    for item in items:
        service.set_agenda_state(session, item.id, AgendaState.TODAY)
    fourth = service.bring_up(session, "Seats", DAY)
    session.commit()
    member = sign_in(Role.MEMBER, Role.FACILITATOR)
    with member.session_transaction() as cookie:
        cookie["language"] = "es"
    agenda, waits = (member.get(address).text for address in ("/board/agenda", "/board"))
    full = _asks_for_room(member, fourth.id)
    for page in (agenda, waits, full):
        assert "Adopten su reglamento" in page
        assert "Adopt your charter" not in page
        assert "Agenda" in page
    assert "Seats" in full
    service.set_agenda_state(session, items[1].id, AgendaState.PARKED)
    service.set_agenda_state(session, items[0].id, AgendaState.WAITING)
    for item in (items[1], fourth):
        service.set_agenda_state(session, item.id, AgendaState.TODAY)
    session.commit()
    assert "Adopten su reglamento" in _asks_for_room(member, items[0].id), "also as the one that is to be added"


def _asks_for_room(member: PageClient, item_id: int) -> str:
    token = member.form("/board/agenda", "title")["fields"]["csrf_token"]
    answer = member.post(f"/board/agenda/{item_id}", data={"csrf_token": token, "state": "today"})
    assert answer.status_code == 409
    return answer.text


def test_a_theme_that_many_people_raise_is_on_the_agenda_once(session: Session) -> None:
    first = service.add_agenda_item(session, "theme", "4", "Water", DAY)
    again = service.add_agenda_item(session, AgendaKind.THEME, "4", "Water, again", DAY)

    assert first.id == again.id
    assert [item.title for item in service.agenda(session)] == ["Water, again"]


def test_a_double_click_adds_one_item_and_keeps_no_name(session: Session) -> None:
    service.bring_up(session, "A bench outside", DAY)
    service.bring_up(session, "  A bench\x00 outside ", DAY)

    assert [item.title for item in service.agenda(session)] == ["A bench outside"]
    assert not [column for column in type(service.agenda(session)[0]).__table__.columns if "account" in column.name]


def test_a_fourth_item_asks_which_one_can_wait_and_the_parked_one_stays(session: Session) -> None:
    water, *_ = full_meeting(session)
    fourth = service.bring_up(session, "Drug checking on Fridays", DAY)

    with pytest.raises(RuleRefused, match="Which one can be parked"):
        service.set_agenda_state(session, fourth.id, AgendaState.TODAY)
    service.park_to_make_room(session, water, fourth.id)

    assert {item.title for item in service.next_meeting(session)} == {"Socks", "Hours", "Drug checking on Fridays"}
    assert [item.title for item in service.agenda(session) if item.state is AgendaState.PARKED] == ["Water"]


def test_what_is_closed_leaves_the_agenda_and_can_be_brought_back(session: Session) -> None:
    water, *_ = full_meeting(session)
    service.set_agenda_state(session, water, AgendaState.CLOSED)

    assert len(service.agenda(session)) == 2
    assert [item.title for item in service.done_with(session, 9)] == ["Water"]
    with pytest.raises(RuleRefused):
        service.set_agenda_state(session, water, AgendaState.TODAY)
    service.set_agenda_state(session, water, AgendaState.WAITING)
    assert len(service.agenda(session)) == 3


# A vote and its item


def held_by(item: AgendaState | None, others: int) -> str:
    """Why no vote can be called on such an item, while so many *others* are to be decided."""
    held = what_holds_a_vote(item, others, Charter())
    return "" if held is None else str(held)


def test_a_vote_is_called_for_what_stands_on_the_agenda_where_there_is_room() -> None:
    for item in (None, AgendaState.WAITING, AgendaState.TODAY):
        assert held_by(item, 2) == ""
        assert "decide 3 things at a time. There are 3" in held_by(item, 3)
    assert "Bring it back" in held_by(AgendaState.CLOSED, 0)
    assert "parked" in held_by(AgendaState.PARKED, 0)


def test_what_is_voted_on_takes_a_place_and_stays_on_the_agenda(session: Session) -> None:
    service.adopt_charter(session, Charter(), DAY)
    voted, *others = [service.bring_up(session, title, DAY).id for title in ("Water", "Socks", "Hours", "Soap")]
    at_a_vote = frozenset({voted})
    for each in others[:2]:
        service.set_agenda_state(session, each, AgendaState.TODAY, at_a_vote)
    with pytest.raises(RuleRefused, match="Which one can be parked"):
        service.set_agenda_state(session, others[2], AgendaState.TODAY, at_a_vote)
    service.set_agenda_state(session, voted, AgendaState.TODAY, at_a_vote)
    assert service.places_taken(session, at_a_vote, besides=0) == 3, "an item takes one place, not two"
    for away in (AgendaState.PARKED, AgendaState.CLOSED):
        with pytest.raises(RuleRefused, match="stays on the agenda until the vote is over"):
            service.set_agenda_state(session, voted, away, at_a_vote)
    service.set_agenda_state(session, voted, AgendaState.PARKED)  # The control: nobody votes on it any more.


def test_what_is_brought_back_has_its_days_of_notice_anew(session: Session) -> None:
    item = service.bring_up(session, "Water", DAY)
    service.set_agenda_state(session, item.id, AgendaState.PARKED)
    service.set_agenda_state(session, item.id, AgendaState.WAITING)
    assert item.added_on == DAY, "what was parked hung there all the time"
    service.set_agenda_state(session, item.id, AgendaState.CLOSED)
    service.bring_back(session, item.id, DAY + timedelta(days=9))
    assert (item.state, item.added_on) == (AgendaState.WAITING, DAY + timedelta(days=9))
