"""A seat by a vote that whoever was chosen cannot take: their card has ended, or they have none yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.models import Ballot, Count
from governance.board import service as board
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.decisions.service import not_taken
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.people.models import Account, AccountRole, Told
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.ruling.sentences import Sentence
from tests.ballots.elections import FROM
from tests.ballots.factories import AFTER, NOW
from tests.decisions.room import Room
from tests.decisions.test_roles_given import FOR_ROLE
from tests.decisions.test_seats_given import GIVE
from tests.second_yes import agree

CANNOT = "Moss was chosen, and cannot take this: Stool 1"
ENDED = "The board chose Moss for this: Stool 1. Their card has ended"
WAITS = "The board chose Juniper for this: Stool 1. It waits until they have a card."


def decided(room: Room, *names: str, **typed: Any) -> str:
    """Hold the vote, and put its record out; return its number."""
    with clock.stopped_at(NOW):
        assert room.calls(**typed).status_code == 303
    room.votes(*names)
    with clock.stopped_at(AFTER):
        room.comes_again()
        return room.adopts()


def ends(room: Room, alias: str) -> None:
    """End the account of somebody."""
    (account,) = (each for each, name in board.member_names(room.session).items() if name == alias)
    people.end_account(room.session, room.keys, account, AFTER.date())
    people.tell_of_end(room.session, room.keys, Sentence("A card ends."), AFTER.date(), account)
    room.session.commit()


def test_a_chosen_one_whose_card_ends_is_named_and_a_new_vote_is_the_way_on(room: Room) -> None:
    record = decided(room, "Moss", "Moss", "Moss", "Teal", "Teal")
    seat = f"/board/seats/{room.seats[0]}"
    with clock.stopped_at(AFTER):
        before = room.facilitator.get("/board").text
        assert f"{GIVE} Moss" in before
        assert CANNOT not in before
        ends(room, "Moss")
        for somebody in (room.facilitator, room.member):
            assert CANNOT in somebody.get("/board").text
            assert ENDED in somebody.get("/board/seats").text
            assert ENDED in somebody.get(f"/board/decisions/{record}").text
        assert GIVE not in room.facilitator.get("/board").text
        page = room.facilitator.get(seat).text
        assert ENDED in page
        assert "/board/proposals/small" in page
        assert "Moss" not in room.sits()


@pytest.mark.on_both
def test_it_stands_in_the_record_for_good_and_names_nobody_in_public(room: Room, client: Any) -> None:
    """Said once by the day's round: how many to everybody, who to members; and it stays when the seat is taken."""
    record = decided(room, "Moss", "Moss", "Moss", "Teal", "Teal")

    def days_round() -> None:
        decisions.note_not_taken(room.session, room.keys, AFTER.date())
        room.session.commit()

    def lines() -> list[Any]:
        found = [leaf.facts for leaf in room.session.scalars(select(Leaf))]
        return [facts for facts in found if "not_taken" in facts]

    with clock.stopped_at(AFTER):
        days_round()
        assert lines() == [], "the seat waits for them"
        assert "could not start" not in client.get(f"/decisions/{record}").text
        ends(room, "Moss")
        days_round()
        days_round()
        (line,) = lines()
        assert "So the board chooses again." in client.get(f"/decisions/{record}").text
        assert [each for each in accounting.differences(room.session, room.keys, AFTER.date()) if "Line" in each] == []
        room.session.rollback()
        assert room.facilitator.submit(
            f"/board/seats/{room.seats[0]}", "/member", account_id=room.teal.card.account_id
        ).status_code == 303  # fmt: skip
        assert agree(room.member).status_code == 303
        days_round()
        assert lines() == [line]
        public = client.get(f"/decisions/{record}").text
        assert "1 person was chosen, but could not start." in public
        assert "So the board chooses again." not in public, "it has chosen"
        assert not [name for name in ("Moss", "Stool", "Teal") if name in public + str(line)]
        assert "The board chose Moss, who could not take it." in room.member.get(f"/board/decisions/{record}").text


def role_by_hand(room: Room, account: int) -> None:
    room.session.execute(delete(AccountRole).where(AccountRole.account_id == account, AccountRole.role == Role.MEMBER))


def end_by_hand(room: Room, account: int) -> None:
    room.session.execute(update(Account).where(Account.id == account).values(ended_on=AFTER.date()))


def notice_by_hand(room: Room, account: int) -> None:
    """With what members were told of it, in the newest notice of all accounts."""
    end_by_hand(room, account)
    row = room.session.scalars(select(Told).where(Told.area == people.ACCOUNTS).order_by(Told.id.desc())).first()
    assert row
    row.facts = {**row.facts, f"account {account}": {"ended": "2026-03-05", "roles": ["member"]}}


def notice_put_in(room: Room, account: int) -> None:
    end_by_hand(room, account)
    facts = {f"account {account}": {"ended": "2026-03-05", "roles": ["member"]}}
    there = room.session.scalars(select(Told).order_by(Told.id.desc())).first()
    assert there
    put_in = {"area": people.ACCOUNTS, "facts": facts, "said": there.said, "salt": there.salt, "day": there.day}
    room.session.add(Told(**put_in, leaf=there.leaf, number=9_999))


def salt_by_hand(room: Room, account: int) -> None:
    """Each salt makes another seal of the same letter, and so one more line."""
    ends(room, "Moss")
    decisions.note_not_taken(room.session, room.keys, AFTER.date())
    ballot = room.session.scalars(select(Ballot)).one()
    ballot.standing = {**(ballot.standing or {}), "salt": "00" * 16}


def winners_by_hand(room: Room, account: int) -> None:
    """Teal's card has ended, and Teal lost the vote."""
    ends(room, "Teal")
    count = room.session.scalars(select(Count)).one()
    ballot = room.session.scalars(select(Ballot)).one()
    (teal,) = (letter for letter, name in ballot.who_stands.items() if name == "Teal")
    count.account = {**count.account, "winners": [teal]}


BY_HAND = [role_by_hand, end_by_hand, notice_by_hand, notice_put_in, salt_by_hand, winners_by_hand]


@pytest.mark.parametrize("by_hand", BY_HAND)
def test_nothing_that_was_written_by_hand_is_said_for_good(room: Room, by_hand: Callable[[Room, int], None]) -> None:
    """The control is the way above: the card ends by two people, members are told, and the round says so."""
    decided(room, "Moss", "Moss", "Moss", "Teal", "Teal")
    (moss,) = (each for each, name in board.member_names(room.session).items() if name == "Moss")
    with clock.stopped_at(AFTER):
        by_hand(room, moss)
        room.session.commit()
        before = ledger.lines_with(room.session, "decisions", '"not_taken":')
        decisions.note_not_taken(room.session, room.keys, AFTER.date())
        room.session.commit()
        assert ledger.lines_with(room.session, "decisions", '"not_taken":') == before
        assert len(before) == (by_hand is salt_by_hand)


def test_a_line_about_somebody_whom_no_vote_chose_is_found(room: Room) -> None:
    record = decided(room, "Moss", "Moss", "Moss", "Teal", "Teal")
    ledger.append(room.session, "decisions", "correction", {"decision": record, "not_taken": "00" * 32})
    found = list(accounting.differences(room.session, room.keys, AFTER.date()))
    assert [each for each in found if "and no vote did" in each], found


def test_once_somebody_else_sits_there_nobody_is_told_any_more(room: Room) -> None:
    decided(room, "Moss", "Moss", "Moss", "Teal", "Teal")
    with clock.stopped_at(AFTER):
        ends(room, "Moss")
        asked = room.facilitator.submit(
            f"/board/seats/{room.seats[0]}", "/member", account_id=room.teal.card.account_id
        )
        assert asked.status_code == 303
        assert CANNOT not in room.facilitator.get("/board").text, "it is asked for"
        assert agree(room.member).status_code == 303
        for somebody in (room.facilitator, room.member):
            assert CANNOT not in somebody.get("/board").text
            assert ENDED not in somebody.get("/board/seats").text


def test_a_chosen_one_who_took_the_seat_and_left_later_is_no_matter_of_that_vote(room: Room) -> None:
    decided(room, "Moss", "Moss", "Moss", "Teal", "Teal")
    with clock.stopped_at(AFTER):
        assert room.facilitator.submit(f"/board/seats/{room.seats[0]}", "/chosen").status_code == 303
        assert agree(room.member).status_code == 303
        board.end_term(room.session, room.seats[0], AFTER.date())
        ends(room, "Moss")
        assert CANNOT not in room.member.get("/board").text


def test_who_was_chosen_without_a_card_gets_the_seat_once_they_have_one(room: Room) -> None:
    decided(room, "Juniper", "Juniper", "Juniper", "Teal", "Teal", options="Juniper")
    seat = f"/board/seats/{room.seats[0]}"
    with clock.stopped_at(AFTER):
        assert "Juniper needs a card first" in room.facilitator.get("/board").text
        assert "Juniper" not in room.member.get("/board").text
        assert WAITS in room.facilitator.get(seat).text
        card = people.new_account(room.session, room.keys, alias="Juniper", roles=frozenset({Role.MEMBER}))
        room.session.commit()
        assert f"{GIVE} Juniper" in room.facilitator.get("/board").text
        assert "They have their card now" in room.facilitator.get(seat).text
        picked = room.facilitator.form(seat, "/member")
        assert int(picked["fields"]["account_id"]) == card.account_id
        assert picked["fields"]["begins"] == FROM.isoformat()
        early = room.facilitator.post(picked["action"], data={**picked["fields"], "begins": AFTER.date().isoformat()})
        assert "The board chose them from" in early.text
        assert room.facilitator.post(picked["action"], data=picked["fields"]).status_code == 303
        assert "It waits for a second yes." in room.member.get("/board/seats").text
        assert agree(room.member).status_code == 303
        (sits,) = (each for each in board.seats_on(room.session, FROM) if each.seat_id == room.seats[0])
        assert sits.begins == FROM
        room.session.rollback()
        assert room.sits()["Juniper"] == room.seats[0]
        assert "Juniper" not in room.facilitator.get("/board").text.partition("What every member is told")[0]


@dataclass(frozen=True)
class Voted:
    role: Role
    accounts: tuple[int, ...]
    begins: date


@pytest.mark.parametrize(
    ("newer", "left"),
    [
        (Voted(Role.FACILITATOR, (1,), FROM), ()),
        (Voted(Role.FACILITATOR, (2,), FROM), ()),
        (Voted(Role.FACILITATOR, (1,), FROM + timedelta(days=1)), (1,)),
        (Voted(Role.TELLER, (1,), FROM), (1,)),
    ],
    ids=["the same one", "another one", "its day is to come", "another role"],
)
def test_a_newer_vote_whose_day_has_come_takes_the_place_of_an_older_one(
    monkeypatch: pytest.MonkeyPatch, newer: Voted, left: tuple[int, ...]
) -> None:
    """So of whoever was chosen twice, served and left, nobody reads of the first vote that they could not start."""
    decided_twice = [(Record(number="2026-002"), Ballot()), (Record(number="2026-001"), Ballot())]
    votes = iter([newer, Voted(Role.FACILITATOR, (1,), FROM)])
    monkeypatch.setattr(ballots, "to_role", lambda session, ballot: next(votes))
    roles = not_taken._roles(Session(), decided_twice, FROM)
    assert roles.get("2026-001", (Role.FACILITATOR, ()))[1] == left


def test_a_role_that_is_free_and_whose_chosen_one_has_left_is_named_too(room: Room) -> None:
    decided(room, "Moss", "Moss", "Moss", "Teal", "Teal", **FOR_ROLE)
    cannot = "Moss was chosen, and cannot take this: "
    with clock.stopped_at(AFTER):
        ends(room, "Moss")
        assert cannot not in room.member.get("/board").text, "somebody still runs the board"
        ends(room, room.facilitator.card.alias)
        assert cannot in room.member.get("/board").text
        assert "The board chose Moss for this" in room.member.get("/board/roles").text
