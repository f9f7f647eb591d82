"""A seat by a vote, through the pages: from calling it to the day on which whoever was chosen sits there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from governance import clock
from governance.ledger.models import Leaf
from governance.programme import accounting
from tests.ballots.factories import AFTER, NOW
from tests.decisions.room import PAGE, Room
from tests.page import Page
from tests.people.factories import told_to_members
from tests.second_yes import agree, waiting

GIVE = "Give Stool 1 to"


def test_from_calling_the_vote_to_the_seat_taken(room: Room, client: Any) -> None:
    with clock.stopped_at(NOW):
        assert room.calls().status_code == 303
        said = room.member.get(PAGE).text
        assert "It is for: Stool 1. Who is chosen sits there from" in said
        assert "Stool" not in client.get("/ballots/1").text
    room.votes("Moss", "Moss", "Moss", "Teal", "Teal")
    with clock.stopped_at(AFTER):
        room.comes_again()
        assert GIVE not in room.facilitator.get("/board").text, "the record comes first"
        record = room.adopts()
        assert f"{GIVE} Moss" in room.facilitator.get("/board").text
        assert GIVE not in room.member.get("/board").text
        step = room.facilitator.get(PAGE).text
        assert "Give Stool 1 to who was chosen" in step
        asked = room.facilitator.submit(f"/board/seats/{room.seats[0]}", "/chosen")
        assert asked.status_code == 303
        assert "Moss" not in room.sits(), "one alone gives nobody a seat"
        assert GIVE not in room.facilitator.get("/board").text
        assert "waits for a second person" in room.facilitator.get(f"/board/seats/{room.seats[0]}").text
        told = f"Moss gets Stool 1 from 2026-03-15. The board chose them, by record {record}."
        assert not waiting(room.moss), "whoever it is about is no second"
        assert "Say yes or no" in room.member.get("/board").text
        assert agree(room.member).status_code == 303
        assert room.sits()["Moss"] == room.seats[0]
        assert any(words.startswith(told) for words in told_to_members(room.session, 9))
        room.session.rollback()
        for device in (room.facilitator, room.member):
            assert GIVE not in device.get("/board").text
        assert "to who was chosen" not in room.facilitator.get(PAGE).text
        told_of = [each for each in accounting.differences(room.session, room.keys, AFTER.date()) if "eat" in each]
        assert told_of == [], told_of
        leaves = [str(leaf.body) for leaf in room.session.scalars(select(Leaf))]
        public = [client.get(each).text for each in (f"/decisions/{record}", "/ballots/1", "/ballots/1/bundle.json")]
        assert not [text for text in (*leaves, *public) if "Moss" in text or "Stool" in text]


def test_two_people_give_by_it_only_what_the_board_voted(room: Room) -> None:
    with clock.stopped_at(NOW):
        room.calls()
    room.votes("Moss", "Moss", "Moss", "Teal", "Teal")
    chosen, other = (f"/board/seats/{each}/chosen" for each in room.seats[:2])
    with clock.stopped_at(AFTER):
        room.comes_again()
        token = {"csrf_token": room.facilitator.form("/language")["fields"]["csrf_token"]}
        early = room.facilitator.post(chosen, data={**token, "record": "2026-001"})
        assert early.status_code == 409, "not before the record is out"
        record = room.adopts()
        for address, number in ((other, record), (chosen, "2026-099")):
            answer = room.facilitator.post(address, data={**token, "record": number})
            assert answer.status_code == 409
            assert "chose nobody for this seat" in answer.text
        assert room.member.post(chosen, data={**token, "record": record}).status_code in (400, 403)
        assert room.facilitator.post(chosen, data={**token, "record": record}).status_code == 303
        assert agree(room.member).status_code == 303
        again = room.facilitator.post(chosen, data={**token, "record": record})
        assert again.status_code == 409
        assert "Each vote gives a seat once" in again.text


def test_a_no_of_the_second_leaves_the_seat_open_and_it_waits_again(room: Room) -> None:
    with clock.stopped_at(NOW):
        room.calls()
    room.votes("Moss", "Moss", "Moss", "Teal", "Teal")
    with clock.stopped_at(AFTER):
        room.comes_again()
        room.adopts()
        room.facilitator.submit(f"/board/seats/{room.seats[0]}", "/chosen")
        refuse = next(form for form in Page(room.member.get("/second-yes").text).forms if "refuse" in form["action"])
        assert room.member.post(refuse["action"], data=refuse["fields"]).status_code == 303
        assert "Moss" not in room.sits()
        assert f"{GIVE} Moss" in room.facilitator.get("/board").text


def test_a_slip_on_the_page_says_what_to_do_and_keeps_what_was_picked(room: Room) -> None:
    with clock.stopped_at(NOW):
        no_day = room.calls(seats_from="")
        assert no_day.status_code == 409
        assert "Say from which day on they take the seat" in no_day.text
        assert "checked" in no_day.text
        held = str(next(seat for name, seat in room.sits().items() if name == "Chair1"))
        taken = room.calls(for_seats=[held])
        assert taken.status_code == 409
        assert "may stay until" in taken.text
        assert room.calls(for_seats=["999"]).status_code == 422


def test_for_no_seat_it_is_a_vote_as_before(room: Room) -> None:
    with clock.stopped_at(NOW):
        assert room.calls(for_seats=[], options="Juniper").status_code == 303
        assert "It is for:" not in room.member.get(PAGE).text
        assert "Juniper" in room.member.get(PAGE).text
    room.votes("Moss", "Moss", "Moss", "Teal", "Teal")
    with clock.stopped_at(AFTER):
        room.comes_again()
        room.adopts()
        assert "Give " not in room.facilitator.get("/board").text
        assert "to who was chosen" not in room.facilitator.get(PAGE).text
