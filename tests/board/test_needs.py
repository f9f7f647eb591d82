"""What needs me now: what the board itself asks, and what comes first."""

from dataclasses import replace
from datetime import date

import pytest

from governance.board.needs import (
    FirstYes,
    Item,
    Need,
    Rank,
    Taken,
    Term,
    ToGive,
    Unsigned,
    in_order,
    on_the_agenda,
    second_yes,
    terms_to_ask_about,
    to_carry_out,
    to_give,
    to_sign,
)
from governance.board.rules import AgendaKind, AgendaState

PROPOSAL, MEMBER, THEME = AgendaKind.PROPOSAL, AgendaKind.MEMBER, AgendaKind.THEME
TODAY, WAITING, PARKED = AgendaState.TODAY, AgendaState.WAITING, AgendaState.PARKED
OWN_PAGE = ("proposals.work", {"number": "4"})
READ = ("Read it before the next meeting", "Next meeting", "open")
TALK = ("We talk about this at the next meeting", "Next meeting", "open")
SAY = ("Say what you think of it", "Proposal", "new")


def need(rank: Rank, title: str) -> Need:
    return Need(rank, title, "why", "word", "open", "board.home")


AGENDA = [
    (Item(PROPOSAL, TODAY, "Longer hours", OWN_PAGE), (*READ, *OWN_PAGE)),
    (Item(MEMBER, TODAY, "The door"), (*TALK, "board.agenda", {})),
    (Item(THEME, TODAY, "Waiting times"), (*TALK, "board.agenda", {})),
    (Item(PROPOSAL, WAITING, "Longer hours", OWN_PAGE), (*SAY, *OWN_PAGE)),
    (Item(MEMBER, WAITING, "The door"), None),
    (Item(THEME, WAITING, "Waiting times"), None),
    (Item(PROPOSAL, PARKED, "Longer hours", OWN_PAGE), None),
    (Item(MEMBER, PARKED, "The door"), None),
]


@pytest.mark.parametrize(("item", "line"), AGENDA)
def test_an_item_needs_members_when_it_is_next_or_in_the_talk(item: Item, line: tuple[object, ...] | None) -> None:
    found = [(each.title, each.why, each.word, each.state, each.page, each.at) for each in on_the_agenda([item])]
    assert found == ([(item.title, *line)] if line else [])


def test_the_next_meeting_comes_before_the_talk() -> None:
    items = [Item(PROPOSAL, WAITING, "Later", OWN_PAGE), Item(MEMBER, TODAY, "First")]
    assert [each.title for each in on_the_agenda(items)] == ["First", "Later"]


def test_a_removal_that_was_decided_waits_for_who_keeps_the_seats_until_one_asked() -> None:
    taken = [Taken(2, "Seat 2"), Taken(3, "Seat 3", asked=True)]
    (line,) = to_carry_out(taken, keeps_seats=True)
    assert (str(line.title), line.page, line.at) == (
        "Carry out what was decided on Seat 2", "board.seat", {"seat_id": 2},
    )  # fmt: skip
    assert line.rank is Rank.AN_ANSWER
    assert to_carry_out(taken, keeps_seats=False) == []


def test_a_seat_that_a_vote_gave_waits_for_who_keeps_the_seats_until_one_asked() -> None:
    chosen = [ToGive(2, "Seat 2", "Teal"), ToGive(3, "Seat 3", "Moss", asked=True)]
    (line,) = to_give(chosen, keeps_seats=True)
    assert (str(line.title), line.page, line.at) == ("Give Seat 2 to Teal", "board.seat", {"seat_id": 2})
    assert to_give(chosen, keeps_seats=False) == []


def test_who_keeps_the_seats_asks_when_a_term_runs_out() -> None:
    term = Term(3, "Seat 3", date(2026, 5, 1))
    (line,) = terms_to_ask_about([term], keeps_seats=True)
    assert str(line.title) == "Seat 3: the term runs to 2026-05-01"
    assert (line.page, line.at) == ("board.seat", {"seat_id": 3})
    assert terms_to_ask_about([term], keeps_seats=False) == []


def test_a_reader_signs_for_who_waits_as_the_first_or_as_the_second() -> None:
    first, second = to_sign([Unsigned("Teal", begun=False), Unsigned("Moss", begun=True)])
    assert (first.title, first.why) == (
        "Teal", "Their card says they may read. They open nothing until two readers sign.",
    )  # fmt: skip
    assert (second.title, second.why, second.page) == (
        "Moss",
        "It takes two readers. One has said yes.",
        "people.readers",
    )


ABOUT_ME, TO_AGREE, TO_MAKE = "It is about you.", "Say yes or no.", "Now you can make it."


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        ((False, False, False), ""), ((True, False, False), ABOUT_ME), ((True, True, True), ABOUT_ME),
        ((False, True, False), TO_AGREE), ((False, True, True), TO_AGREE), ((False, False, True), TO_MAKE),
    ],
)  # fmt: skip
def test_a_first_yes_waits_for_whom_it_is_about_and_for_who_can_go_on(mine: tuple[bool, bool, bool], said: str) -> None:
    found = second_yes([FirstYes("A new card", *mine)])
    assert [said in str(each.why) for each in found] == [True] * bool(said)


def test_what_others_cannot_go_on_without_comes_first_and_the_rest_keeps_its_order() -> None:
    found = in_order(
        [need(Rank.THE_BOARD, "a"), need(Rank.AN_ANSWER, "b"), need(Rank.A_VOTE, "c"), need(Rank.AN_ANSWER, "d"),
         need(Rank.SAFETY, "e")]
    )  # fmt: skip
    assert [each.title for each in found] == ["c", "e", "b", "d", "a"]


def test_within_one_rank_what_is_late_comes_first() -> None:
    late = replace(need(Rank.AN_ANSWER, "b"), state="late")
    found = in_order([need(Rank.AN_ANSWER, "a"), late, need(Rank.SAFETY, "c")])
    assert [each.title for each in found] == ["c", "b", "a"]


def test_a_lost_card_is_told_as_one() -> None:
    (line,) = to_sign([Unsigned("Cedar", begun=True, lost_card=True)])
    assert (line.title, line.word, line.page) == ("Cedar", "Lost card", "people.readers")
