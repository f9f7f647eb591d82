"""The by-laws of the record."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.board.rules import Tie
from governance.decisions.rules import (
    Dissent,
    DissentChoice,
    RecordFacts,
    missing_before_adoption,
    public_dissent,
    public_numbers,
    public_ties,
    record_number,
)

MINE = Dissent(DissentChoice.MY_WORDS, "We run out by the 25th and the last people get none.")
THEIRS = Dissent(DissentChoice.FACILITATORS_WORDS, "A member worries about the end of the month.")
ONLY_THAT = Dissent(DissentChoice.ONLY_THAT_THERE_WAS_DISAGREEMENT, "Never to be shown.")
NOTHING = Dissent(DissentChoice.NOTHING, "Never to be shown.")
NOT_CHOSEN = Dissent(None, "Never to be shown.")


def test_each_dissent_is_in_the_record_as_its_owner_chose() -> None:
    assert public_dissent([MINE]) == [MINE.words]
    assert public_dissent([THEIRS]) == [THEIRS.words]
    assert public_dissent([ONLY_THAT]) == ["Not everyone agreed."]
    assert public_dissent([NOTHING]) == []
    assert public_dissent([NOT_CHOSEN]) == []


def test_the_order_and_the_number_of_quiet_ones_tell_nothing() -> None:
    for entries in permutations([MINE, THEIRS, ONLY_THAT, ONLY_THAT, NOTHING]):
        assert public_dissent(entries) == [THEIRS.words, MINE.words, "Not everyone agreed."]


def test_stepping_out_shows_the_kind_of_tie_once_and_never_how_many() -> None:
    assert public_ties([Tie.OWN_CASE, Tie.MONEY_OR_JOB, Tie.OWN_CASE]) == [Tie.MONEY_OR_JOB, Tie.OWN_CASE]
    assert public_ties([]) == []


TODAY = date(2026, 11, 23)
WHOLE = RecordFacts(
    result="Each person gets the number of syringes they ask for.",
    why="Running out means using one again.",
    gets_better="Fewer people get hurt or sick.",
    look_again_on=date(2027, 5, 23),
    dissents=(MINE, NOTHING),
)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (replace(WHOLE, result=" "), "Say in one sentence what was decided."),
        (replace(WHOLE, why=""), "Say why."),
        (replace(WHOLE, gets_better=""), "Say what gets better in people's lives."),
        (replace(WHOLE, look_again_on=None), "Choose a day to look at it again."),
        (replace(WHOLE, look_again_on=TODAY), "The day to look again must be a day to come."),
        (
            replace(WHOLE, dissents=(MINE, NOT_CHOSEN)),
            "Wait until each person who disagreed has chosen how the record says so.",
        ),
        (
            replace(WHOLE, dissents=(Dissent(DissentChoice.MY_WORDS, " "),)),
            "Wait until each person who disagreed has chosen how the record says so.",
        ),
    ],
)
def test_a_record_that_is_not_ready_says_what_is_missing(facts: RecordFacts, sentence: str) -> None:
    assert missing_before_adoption(WHOLE, TODAY) == []
    assert missing_before_adoption(facts, TODAY) == [sentence]


def test_records_are_numbered_within_their_year() -> None:
    assert record_number(2026, 14) == "2026-014"
    assert record_number(2026, 1000) == "2026-1000"
    with pytest.raises(ValueError, match="number 1"):
        record_number(2026, 0)


def public(**counts: int) -> dict[str, str]:
    return {name: str(cell.text) for name, cell in public_numbers(counts).items()}


def test_the_public_sees_two_sides_and_never_who_did_not_choose() -> None:
    assert public(yes=3, no=4, abstain=0) == {"yes": "3", "no": "4"}
    assert public(yes=4, no=5, abstain=0) == {"yes": "4", "no": "5"}
    assert public(yes=6, no=1, abstain=2) == {"yes": "not shown", "no": "fewer than 3"}
    assert public(yes=9, no=0, abstain=0) == {"yes": "not shown", "no": "fewer than 3"}
    assert public(agree=5, worry=1, aside=1, block=0) == {"agree": "not shown", "aside": "fewer than 3"}
    assert public(agree=3, worry=2, aside=2, block=1) == {"agree": "5", "aside": "3"}


@given(st.integers(0, 25), st.integers(0, 25), st.integers(0, 25))
def test_how_many_did_not_choose_changes_nothing_the_public_sees(yes: int, no: int, abstain: int) -> None:
    assert public(yes=yes, no=no, abstain=abstain) == public(yes=yes, no=no, abstain=0)
