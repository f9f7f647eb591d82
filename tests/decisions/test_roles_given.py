"""A role by a vote, through the pages: from calling it to the day on which whoever was chosen has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from governance import clock
from governance.board.views import roles_voted
from governance.board.views.door import RoleChosen
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.people.models import AccountRole
from governance.people.service.second_yes import mark_of
from governance.permissions.roles import ROLE_WORDS, Role, Who
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from tests.ballots.elections import FROM
from tests.ballots.factories import AFTER, NOW
from tests.decisions.room import PAGE, Room
from tests.page import Page
from tests.second_yes import agree, waiting

ROLES = "/board/roles"
RUNS = ROLE_WORDS[Role.FACILITATOR]
ON_THE_DAY = datetime.combine(FROM, time(12), tzinfo=NOW.tzinfo)
FOR_ROLE: dict[str, Any] = {"for_seats": [], "for_role": "facilitator", "seats_from": FROM.isoformat()}
MOSS_WINS = ("Moss", "Moss", "Moss", "Teal", "Teal")


def decided(room: Room, **typed: Any) -> str:
    """Hold the vote and adopt its record; return its number."""
    with clock.stopped_at(NOW):
        called = room.calls(**{**FOR_ROLE, **typed})
        assert called.status_code == 303, called.text
    room.votes(*MOSS_WINS)
    with clock.stopped_at(AFTER):
        room.comes_again()
        return room.adopts()


def holders(room: Room, role: Role = Role.FACILITATOR) -> set[str]:
    room.session.expire_all()
    found = set(people.with_role(room.session, role).values())
    room.session.rollback()
    return found


def test_from_calling_the_vote_to_the_role(room: Room, client: Any) -> None:
    with clock.stopped_at(NOW):
        assert room.calls(**FOR_ROLE).status_code == 303
        said = room.member.get(PAGE).text
        assert f"It is for this role: {RUNS}. Who is chosen has it from" in said
        assert "Whoever has it until then gives it up." in said
        assert RUNS not in client.get("/ballots/1").text
    room.votes(*MOSS_WINS)
    with clock.stopped_at(AFTER):
        room.comes_again()
        assert "The board chose" not in room.member.get(ROLES).text, "the record comes first"
        record = room.adopts()
        early = room.member.get(ROLES)
        assert "The board chose Moss for this role, from" in early.text
        assert not [form for form in Page(early.text).forms if "/chosen" in form["action"]]
        token = {"csrf_token": room.member.form("/language")["fields"]["csrf_token"]}
        moss = room.moss.card.account_id
        too_soon = room.member.post(f"{ROLES}/facilitator/chosen", data={**token, "record": record, "account": moss})
        assert too_soon.status_code == 409
        assert "Come back on that day" in too_soon.text
        assert "Give a role to" not in room.facilitator.get("/board").text
    with clock.stopped_at(ON_THE_DAY):
        room.comes_again()
        assert f"Give a role to Moss: {RUNS}" in room.facilitator.get("/board").text
        assert "Give the role to who was chosen" in room.member.get(PAGE).text
        assert room.member.submit(ROLES, "/chosen").status_code == 303, "who has the role is not needed for it"
        assert holders(room) == {"Oak"}, "one alone gives nobody a role"
        assert "waits for a second person" in room.facilitator.get(ROLES).text
        assert not waiting(room.moss), "whoever it is about is no second"
        assert agree(room.facilitator).status_code == 303
        assert holders(room) == {"Moss"}
        assert room.moss.get("/board/ballots/new?proposal=1").status_code != 403, "the role works at once"
        assert room.facilitator.get("/board/seats").status_code == 403
        told = f"Moss gets this role: {RUNS}. The board chose them, by record {record}. Oak had it until now."
        assert told in room.member.get("/board").text
        assert "Give a role to" not in room.moss.get("/board").text
        assert "The board chose" not in room.member.get(ROLES).text
        found = list(accounting.differences(room.session, room.keys, ON_THE_DAY.date()))
        assert not [each for each in found if "account" in each or "told" in each], found
        leaves = [str(leaf.body) for leaf in room.session.scalars(select(Leaf))]
        assert [leaf for leaf in leaves if "accounts" in leaf], "there is a line for it"
        public = [client.get(each).text for each in (f"/decisions/{record}", "/ballots/1", "/ballots/1/bundle.json")]
        assert not [text for text in (*leaves, *public) if "Moss" in text or "Oak" in text or RUNS in text]


def test_who_has_no_role_left_can_still_see_their_card_and_sign_out(room: Room) -> None:
    decided(room)
    with clock.stopped_at(ON_THE_DAY):
        room.comes_again()
        room.member.submit(ROLES, "/chosen")
        agree(room.facilitator)
        assert room.facilitator.get("/account").status_code == 200
        assert room.facilitator.get("/decisions").status_code == 200
        assert room.facilitator.get("/board").status_code == 403
        token = {"csrf_token": room.facilitator.form("/language")["fields"]["csrf_token"]}
        assert room.facilitator.post("/sign-out", data=token).status_code == 303


def test_two_people_give_by_it_only_what_the_board_voted_and_once(room: Room) -> None:
    record = decided(room)
    moss, teal = room.moss.card.account_id, room.teal.card.account_id
    with clock.stopped_at(ON_THE_DAY):
        room.comes_again()
        token = {"csrf_token": room.member.form("/language")["fields"]["csrf_token"]}
        address = f"{ROLES}/facilitator/chosen"
        for there, sent in (
            (address, {"record": record, "account": teal}),
            (address, {"record": "2026-099", "account": moss}),
            (f"{ROLES}/teller/chosen", {"record": record, "account": moss}),
            (f"{ROLES}/admin/chosen", {"record": record, "account": moss}),
        ):
            answer = room.member.post(there, data={**token, **sent})
            assert answer.status_code == 409
            assert "chose nobody for this role" in answer.text
        room.member.submit(ROLES, "/chosen")
        agree(room.facilitator)
        again = room.member.post(address, data={**token, "record": record, "account": moss})
        assert again.status_code == 409
        assert "Each vote gives a role once" in again.text


def test_where_somebody_else_has_it_by_now_two_people_ask_once_more(room: Room) -> None:
    decided(room)
    with clock.stopped_at(ON_THE_DAY):
        room.comes_again()
        room.member.submit(ROLES, "/chosen")
        people.new_account(room.session, room.keys, alias="Late", roles=frozenset({Role.FACILITATOR}))
        room.session.commit()
        refused = agree(room.facilitator)
        assert refused.status_code == 409
        assert "Somebody else has this role by now" in refused.text
        assert holders(room) == {"Oak", "Late"}


def test_a_teller_comes_to_those_who_are_there(room: Room) -> None:
    decided(room, for_role="teller")
    with clock.stopped_at(ON_THE_DAY):
        before = holders(room, Role.TELLER)
        room.comes_again()
        assert "Oak had it" not in room.member.get(ROLES).text
        room.member.submit(ROLES, "/chosen")
        agree(room.facilitator)
        assert holders(room, Role.TELLER) == {*before, "Moss"}
        assert holders(room) == {"Oak"}


def test_who_went_over_to_staff_gets_no_role_by_it(room: Room) -> None:
    decided(room)
    with clock.stopped_at(ON_THE_DAY):
        room.comes_again()
        room.session.add(AccountRole(account_id=room.moss.card.account_id, role=Role.RESPONDER))
        room.session.commit()
        assert "The board chose" not in room.member.get(ROLES).text, "nobody is asked for what cannot be"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"seats_from": ""}, "Say from which day on"),
        ({"seats_from": (NOW + timedelta(days=1)).date().isoformat()}, "not over by then"),
        ({"only_asks": "y"}, "gives no seat and no role"),
        ({"for_seats": ["one"]}, "seats or for a role"),
    ],
)
def test_a_slip_on_the_page_says_what_to_do(room: Room, typed: dict[str, Any], says: str) -> None:
    if "for_seats" in typed:
        typed = {"for_seats": [str(room.seats[0])]}
    with clock.stopped_at(NOW):
        answer = room.calls(**{**FOR_ROLE, **typed})
        assert answer.status_code == 409
        assert says in answer.text


def test_a_role_put_in_by_hand_is_found(room: Room) -> None:
    decided(room)
    with clock.stopped_at(ON_THE_DAY):
        room.session.add(AccountRole(account_id=room.moss.card.account_id, role=Role.FACILITATOR))
        room.session.commit()
        found = list(accounting.differences(room.session, room.keys, ON_THE_DAY.date()))
        assert [each for each in found if f"“account {room.moss.card.account_id}”" in each], found


def test_a_role_put_in_by_hand_is_not_vouched_for_with_one_that_a_vote_gives(room: Room) -> None:
    decided(room)
    with clock.stopped_at(ON_THE_DAY):
        room.comes_again()
        room.session.add(AccountRole(account_id=room.moss.card.account_id, role=Role.TELLER))
        room.session.commit()
        room.member.submit(ROLES, "/chosen")
        assert agree(room.facilitator).status_code == 303
        assert holders(room) == {"Moss"}
        found = list(accounting.differences(room.session, room.keys, ON_THE_DAY.date()))
        assert [each for each in found if f"“account {room.moss.card.account_id}”" in each], found


def test_of_two_votes_that_chose_the_same_teller_the_newer_one_counts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    moss = room.moss.card.account_id
    older, newer, to_come = (
        RoleChosen(number, "Who counts?", role, accounts, begins)
        for number, role, accounts, begins in (
            ("2026-001", Role.TELLER, (moss, moss + 1), NOW.date()),
            ("2026-002", Role.TELLER, (moss,), NOW.date()),
            ("2026-003", Role.FACILITATOR, (moss,), NOW.date() + timedelta(days=9_000)),
        )
    )
    due = replace(to_come, number="2026-000", begins=NOW.date())
    monkeypatch.setattr(roles_voted, "roles_decided", lambda: [to_come, newer, older, due])
    with clock.stopped_at(NOW):
        assert roles_voted.that_count() == [to_come, newer, replace(older, accounts=(moss + 1,)), due]
    with clock.stopped_at(NOW + timedelta(days=9_001)):
        assert due not in roles_voted.that_count()


def test_what_was_agreed_to_is_not_done_by_who_lost_the_role_since(room: Room) -> None:
    """Oak asked for the cards of a vote and a teller agreed. Then the board's vote gave the role to Moss."""
    decided(room)
    with clock.stopped_at(ON_THE_DAY):
        room.comes_again()
        room.member.submit(ROLES, "/chosen")
        oak = Who(room.facilitator.card.account_id, "Oak", frozenset({Role.FACILITATOR}), b"")
        teller = Who(room.tellers[0].card.account_id, "Teller", frozenset({Role.TELLER}), b"")
        asked = people.ask(
            room.session, room.keys, oak, "ballots.print_cards", Sentence("Cards."), ON_THE_DAY.date(), subject="9"
        )
        people.agree(room.session, room.keys, teller, asked.id, mark_of(asked), ON_THE_DAY.date())
        room.session.commit()
        assert agree(room.facilitator).status_code == 303
        with pytest.raises(RuleRefused):
            people.finish(room.session, room.keys, oak, asked.id, mark_of(asked), ON_THE_DAY.date(), None)
        room.session.rollback()
