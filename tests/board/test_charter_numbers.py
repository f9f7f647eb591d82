"""A number no rule reads does not exist: each one of the charter, and the rule that answers otherwise for another."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from governance.ballots.calling.kinds import Kind, Settings, rule_for
from governance.ballots.calling.rules import KindFacts, check_kind_fits, check_notice
from governance.board import rules
from governance.board.charter import Charter, Method
from governance.board.quorum import quorum
from governance.board.rules import SeatClass, SeatNow
from governance.ruling.errors import RuleRefused
from tests.architecture.house import files, nodes_of, place_of

DAY = date(2026, 3, 2)
NINE = {SeatClass.LIVED: 7, SeatClass.FAMILY: 1, SeatClass.HEALTH: 1}
SIX_HERE = {SeatClass.LIVED: 4, SeatClass.FAMILY: 1, SeatClass.HEALTH: 1}
OPTIONS = Settings(options=("A", "B"))
ONE_OUT = {SeatClass.LIVED: 1}
SEATS = [SeatNow(each) for each, number in NINE.items() for _ in range(number)]


def allowed(check: Callable[..., object], *facts: object, **more: object) -> bool:
    """Whether a rule lets it through."""
    try:
        check(*facts, **more)
    except RuleRefused:
        return False
    return True


def met(charter: Charter) -> bool:
    return quorum(NINE, SIX_HERE, ONE_OUT, charter).met


def room(charter: Charter, seat_class: SeatClass, there_are: int, *, alternate: bool = False) -> bool:
    return allowed(rules.check_room_at_the_table, there_are, charter.seats_of(seat_class, alternate=alternate))


# For each number another one, and the rule that answers otherwise for it.
READ_BY: dict[str, tuple[object, Callable[[Charter], object]]] = {
    "lived_seats": (8, lambda it: room(it, SeatClass.LIVED, 7)),
    "family_seats": (2, lambda it: room(it, SeatClass.FAMILY, 1)),
    "health_seats": (2, lambda it: room(it, SeatClass.HEALTH, 1)),
    "alternates": (3, lambda it: room(it, SeatClass.LIVED, 2, alternate=True)),
    "lived_share": (Fraction(1), lambda it: rules.composition_problems(SEATS, it)),
    "fewest_to_decide": (10, met),
    "quorum_share": (Fraction(1), met),
    "left_after_stepping_out": (7, met),
    "method": (Method.VOTE_ONLY, lambda it: allowed(check_kind_fits, Kind.CONSENSUS, KindFacts("majority"), it)),
    "consensus_rounds": (
        1,
        lambda it: allowed(check_kind_fits, Kind.CONSENSUS_THEN_VOTE, KindFacts("majority"), it),
    ),
    "least_yes": (4, lambda it: rule_for(Kind.MAJORITY, it, Settings()).to_manifest()),
    "two_thirds": (Fraction(3, 4), lambda it: rule_for(Kind.TWO_THIRDS, it, Settings()).to_manifest()),
    "term_months": (6, lambda it: rules.term_ends(DAY, it)),
    "terms_in_a_row": (1, lambda it: allowed(rules.check_another_term, 2, it)),
    "pause_months": (1, lambda it: allowed(rules.check_pause, DAY, DAY + timedelta(days=90), it)),
    "agenda_items": (1, lambda it: allowed(rules.check_room_on_agenda, 2, it)),
    "notice_days": (1, lambda it: allowed(check_notice, DAY + timedelta(days=2), DAY, it)),
    "equal_to_talk": (True, lambda it: rule_for(Kind.CHOOSE_ONE, it, OPTIONS).to_manifest()),
}
# Read where a vote is called, with a database: tests/ballots/test_vote.py and test_named.py walk them.
SEATS_BY_KIND = {"lived_seats", "family_seats", "health_seats", "alternates"}  # Read through `Charter.seats_of`.
READ_BY_CALLING = {"second_check", "votes_by_name"}
# Read where a decision is adopted, with a database: tests/responses/test_days_of_the_charter.py.
READ_BY_ANSWERING = {"first_word_days", "answer_days"}


def in_no_list(kind: type) -> set[str]:
    return {each.name for each in fields(kind)} - READ_BY.keys() - READ_BY_CALLING - READ_BY_ANSWERING


def not_read(read_by: Mapping[str, tuple[Any, Callable[[Charter], object]]]) -> set[str]:
    """The numbers for which their rule answers as before when they change."""
    usual = Charter()
    return {name for name, (other, rule) in read_by.items() if rule(usual) == rule(replace(usual, **{name: other}))}


def read_somewhere() -> set[str]:
    """The numbers that a rule or a service takes from a charter by name, outside of the charter's own page."""
    own = {"board/charter.py", "board/forms.py"}
    found = set()
    for path in files():
        for node in nodes_of(path) if place_of(path) not in own else ():
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).split("(")[0].endswith("charter"):
                found.add(node.attr)
    return found & {each.name for each in fields(Charter)}


def test_each_number_of_the_charter_has_its_rule() -> None:
    assert in_no_list(Charter) == set()
    assert not_read(READ_BY) == set()


def test_what_is_said_to_be_read_is_read() -> None:
    assert read_somewhere() | SEATS_BY_KIND == READ_BY.keys() | READ_BY_CALLING | READ_BY_ANSWERING


def test_a_number_without_a_rule_is_found() -> None:
    @dataclass(frozen=True)
    class WithBiscuits(Charter):
        biscuits: int = 3

    assert in_no_list(WithBiscuits) == {"biscuits"}


@pytest.mark.parametrize("name", READ_BY)
def test_a_rule_that_reads_another_number_is_found(name: str) -> None:
    other, rule = READ_BY[name]
    deaf = {name: (other, lambda it: rule(replace(it, **{name: getattr(Charter(), name)})))}
    assert not_read(deaf) == {name}  # type: ignore[arg-type]
