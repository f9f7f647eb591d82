"""The by-laws of the record."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from governance.board.rules import Tie
from governance.decisions.rules import (
    LONGEST_DISSENT,
    LONGEST_LINE,
    LONGEST_TEXT,
    Dissent,
    DissentChoice,
    RecordFacts,
    is_to_look_again,
    missing_before_adoption,
    public_dissent,
    public_ties,
    record_number,
)

MINE = Dissent(DissentChoice.MY_WORDS, "We run out by the 25th and the last people get none.")
THEIRS = Dissent(DissentChoice.FACILITATORS_WORDS, "A member worries about the end of the month.")
ONLY_THAT = Dissent(DissentChoice.ONLY_THAT_THERE_WAS_DISAGREEMENT, "Never to be shown.")
NOTHING = Dissent(DissentChoice.NOTHING, "Never to be shown.")
NOT_CHOSEN = Dissent(None, "Never to be shown.")


@pytest.mark.parametrize(("again", "has_come"), [(None, False), (date(2026, 11, 1), True), (date(2026, 11, 2), True)])
def test_the_day_to_look_again_has_come_when_it_is_here(again: date | None, *, has_come: bool) -> None:
    assert is_to_look_again(again, date(2026, 11, 2)) is has_come
    assert not is_to_look_again(date(2026, 11, 3), date(2026, 11, 2))


def test_each_dissent_is_in_the_record_as_its_owner_chose() -> None:
    assert public_dissent([MINE]) == [MINE.words]
    assert public_dissent([THEIRS]) == [THEIRS.words]
    assert public_dissent([ONLY_THAT]) == ["Not all of us agreed."]
    assert public_dissent([NOTHING]) == []
    assert public_dissent([NOT_CHOSEN]) == []


def test_the_order_and_the_number_of_quiet_ones_tell_nothing() -> None:
    for entries in permutations([MINE, THEIRS, ONLY_THAT, ONLY_THAT, NOTHING]):
        assert public_dissent(entries) == [THEIRS.words, MINE.words, "Not all of us agreed."]


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
            "Wait for those who did not agree. Each one chooses how the record says so.",
        ),
        (
            replace(WHOLE, dissents=(Dissent(DissentChoice.MY_WORDS, " "),)),
            "Wait for those who did not agree. Each one chooses how the record says so.",
        ),
    ],
)
def test_a_record_that_is_not_ready_says_what_is_missing(facts: RecordFacts, sentence: str) -> None:
    assert missing_before_adoption(WHOLE, TODAY) == []
    assert missing_before_adoption(facts, TODAY) == [sentence]


def test_records_are_numbered_within_their_year() -> None:
    assert [record_number(2026, 1), record_number(2026, 14)] == ["2026-001", "2026-014"]
    assert record_number(2026, 1000) == "2026-1000"
    with pytest.raises(ValueError, match="number 1"):
        record_number(2026, 0)


def test_a_record_says_the_result_in_a_line_and_has_room_for_the_rest() -> None:
    assert (LONGEST_LINE, LONGEST_DISSENT, LONGEST_TEXT) == (300, 600, 3000)
