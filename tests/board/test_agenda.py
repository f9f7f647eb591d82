"""The agenda: anyone can add to it, and a meeting is never too full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service
from governance.board.charter import Charter
from governance.board.models import AgendaItem
from governance.board.rules import (
    AgendaKind,
    AgendaState,
    check_room_on_agenda,
    what_holds_a_vote,
)
from governance.keys.keyfolder import KeyFolder
from governance.people.rules import A_DAY
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY
from tests.page import Page, PageClient
from tests.people.factories import told_to_members
from tests.statements import statements


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


def test_a_fourth_item_asks_which_one_can_wait_and_the_parked_one_stays(session: Session, keys: KeyFolder) -> None:
    water, *_ = full_meeting(session)
    fourth = service.bring_up(session, "Drug checking on Fridays", DAY)

    with pytest.raises(RuleRefused, match="Which one can be parked"):
        service.set_agenda_state(session, fourth.id, AgendaState.TODAY)
    service.park_to_make_room(session, keys, water, fourth.id, {}, reason="", by="Cricket", today=DAY)

    assert {item.title for item in service.next_meeting(session)} == {"Socks", "Hours", "Drug checking on Fridays"}
    assert [item.title for item in service.agenda(session) if item.state is AgendaState.PARKED] == ["Water"]


def test_what_is_closed_leaves_the_agenda_and_can_be_brought_back(session: Session) -> None:
    water, *_ = full_meeting(session)
    service.set_agenda_state(session, water, AgendaState.CLOSED)

    assert len(service.agenda(session)) == 2
    assert [item.title for item in service.done_with(session, 9)] == ["Water"]
    with pytest.raises(RuleRefused):
        service.set_agenda_state(session, water, AgendaState.TODAY)
    with pytest.raises(RuleRefused, match="Bring it back"):
        service.set_agenda_state(session, water, AgendaState.WAITING)
    service.bring_back(session, water, DAY)
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
    at_a_vote = {voted: 7}
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


def test_where_votes_fill_the_places_nobody_is_asked_to_park_one(session: Session) -> None:
    service.adopt_charter(session, Charter(agenda_items=1), DAY)
    voted, other = (service.bring_up(session, title, DAY).id for title in ("Water", "Socks"))
    with pytest.raises(RuleRefused, match="Wait until vote 7 is over"):
        service.set_agenda_state(session, other, AgendaState.TODAY, {voted: 7})
    assert service.may_make_room(session, {voted: 7}) == []
    for votes, says in (((7,), "Which one"), ((7, 8), "Which one"), ((9, 8, 7), "Wait until vote 7 is over")):
        with pytest.raises(RuleRefused, match=says):
            check_room_on_agenda(3, Charter(), votes)


def test_who_fills_each_meeting_holds_a_vote_for_its_days_once_more_and_not_for_ever() -> None:
    first = DAY + timedelta(days=6)
    held = what_holds_a_vote(AgendaState.WAITING, 3, Charter(), first)
    assert f"wait until {first}. From then on this vote goes before" in str(held)
    assert what_holds_a_vote(AgendaState.WAITING, 2, Charter(), first) is None


# Nobody puts aside in silence what many people said, or a proposal


@pytest.mark.parametrize("kind", list(AgendaKind))
@pytest.mark.parametrize("there", list(AgendaState))
def test_what_is_not_one_persons_leaves_the_agenda_with_a_reason_that_every_member_reads(
    session: Session, keys: KeyFolder, kind: AgendaKind, there: AgendaState
) -> None:
    """Each kind of item and each move: what a member brought up themselves is closed after it was talked about."""
    service.adopt_charter(session, Charter(), DAY)
    item = service.add_agenda_item(session, kind, "4", "Water", DAY)
    is_told = kind is not AgendaKind.MEMBER and there in (AgendaState.PARKED, AgendaState.CLOSED)

    def moves(to: AgendaState, reason: str = "") -> None:
        told = {"by": "Cricket", "today": DAY + timedelta(days=9), "reason": reason}
        service.move_in_the_open(session, keys, item.id, to, {}, **told)

    if is_told:
        with pytest.raises(RuleRefused, match="Say why"):
            moves(there, " ")
        assert (item.state, told_to_members(session, 9)) == (AgendaState.WAITING, [])
    moves(there, "It rains.")
    moves(there, "It rains.")  # A second press of the button.
    told = told_to_members(session, 9)
    assert item.state is there
    assert ["Cricket" in each and "“Water”" in each and "It rains." in each for each in told] == [True] * is_told
    if there is AgendaState.CLOSED:
        moves(AgendaState.WAITING)
        back = [each for each in told_to_members(session, 9) if "brought “Water” back" in each]
        assert len(back) == is_told
        assert item.added_on == DAY + timedelta(days=9)


def test_one_hand_puts_the_same_thing_aside_so_often_a_day_whatever_its_reasons(
    session: Session, keys: KeyFolder
) -> None:
    """Else it would fill each member's first page, and bury what else they are told."""
    service.adopt_charter(session, Charter(), DAY)
    item = service.add_agenda_item(session, AgendaKind.PROPOSAL, "4", "Water", DAY)
    told = {"by": "Cricket", "today": DAY}
    for time in range(A_DAY):
        service.move_in_the_open(session, keys, item.id, AgendaState.PARKED, {}, reason=f"Because {time}.", **told)
        service.move_in_the_open(session, keys, item.id, AgendaState.WAITING, {}, reason="", **told)
    with pytest.raises(RuleRefused, match="again tomorrow"):
        service.move_in_the_open(session, keys, item.id, AgendaState.PARKED, {}, reason="Once more.", **told)
    assert len(told_to_members(session, 9)) == A_DAY


TURNS = "SELECT charter_version.number \nFROM charter_version"  # What `take_turns` sends.


def test_the_page_asks_why_and_tells_every_member(
    app: Flask, session: Session, sign_in: Callable[..., PageClient]
) -> None:
    service.adopt_charter(session, Charter(), DAY)
    item = service.add_agenda_item(session, AgendaKind.PROPOSAL, "4", "Water", DAY).id
    for title in range(31):  # More than a page shows: what is below them has its days anew too.
        service.bring_up(session, f"Tea {title}", clock.today()).state = AgendaState.CLOSED
    session.commit()
    facilitator, address = sign_in(Role.FACILITATOR), "/board/agenda"
    token = facilitator.form(address, "title")["fields"]["csrf_token"]
    asked = facilitator.post(f"{address}/{item}", data={"csrf_token": token, "state": "closed"})
    assert asked.status_code == 409
    assert "Why is it put aside?" in asked.text
    form = next(each for each in Page(asked.text).forms if "reason" in each["fields"])
    empty = facilitator.post(f"{address}/{item}", data=form["fields"])
    assert "Say why. One sentence is enough." in empty.text
    done = facilitator.post(f"{address}/{item}", data={**form["fields"], "reason": "We have no money."})
    assert done.status_code == 303
    assert "Why: We have no money." in facilitator.get("/board").text
    with statements(app) as sent:
        back = facilitator.post(f"{address}/{item}", data={"csrf_token": token, "state": "waiting"})
    assert back.status_code == 303
    turns, read = (next(at for at, each in enumerate(sent) if words in each) for words in (TURNS, "FROM agenda_item"))
    assert turns < read, "what the agenda says is read in one's turn"
    session.expire_all()
    assert session.get_one(AgendaItem, item).added_on == clock.today()


def test_what_is_brought_back_has_its_days_of_notice_anew(session: Session) -> None:
    item = service.bring_up(session, "Water", DAY)
    service.set_agenda_state(session, item.id, AgendaState.PARKED)
    service.set_agenda_state(session, item.id, AgendaState.WAITING)
    assert item.added_on == DAY, "what was parked hung there all the time"
    service.set_agenda_state(session, item.id, AgendaState.CLOSED)
    service.bring_back(session, item.id, DAY + timedelta(days=9))
    assert (item.state, item.added_on) == (AgendaState.WAITING, DAY + timedelta(days=9))
