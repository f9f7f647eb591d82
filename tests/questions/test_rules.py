"""A question of the board: where it stands, what may be done with it, and which of its numbers are told."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest

from governance.questions import rules
from governance.questions.rules import FEW, HIDDEN, QuestionStage
from governance.ruling.errors import RuleRefused

FIRST = date(2026, 11, 23)
LAST = FIRST + timedelta(days=6)


@pytest.mark.parametrize(
    ("first", "told", "today", "stage"),
    [
        (None, False, FIRST, QuestionStage.PROPOSED),
        (FIRST, False, FIRST - timedelta(days=1), QuestionStage.OVER),
        (FIRST, False, FIRST, QuestionStage.UP),
        (FIRST, False, LAST, QuestionStage.UP),
        (FIRST, False, LAST + timedelta(days=1), QuestionStage.OVER),
        (FIRST, True, LAST, QuestionStage.TOLD),
    ],
)
def test_it_stands_for_seven_days(first: date | None, told: bool, today: date, stage: QuestionStage) -> None:
    assert rules.stage_of(first, told, today) is stage
    assert rules.last_day(FIRST) == LAST


@pytest.mark.parametrize(
    ("typed", "why"),
    [(["one"], "two answers at least"), (["", " "], "two answers at least"), (["Yes", "yes "], "are the same")],
)
def test_there_is_something_to_choose_among(typed: list[str], why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        rules.answers_in(typed)
    assert rules.answers_in([" Yes ", "", "No"]) == ["Yes", "No"]


def refused(why: str) -> Any:
    return pytest.raises(RuleRefused, match=why) if why else nullcontext()


@pytest.mark.parametrize(
    ("stage", "another", "why"),
    [
        (QuestionStage.PROPOSED, False, ""),
        (QuestionStage.UP, False, "already"),
        (QuestionStage.PROPOSED, True, "One at a time"),
    ],
)
def test_each_is_put_up_once_and_one_at_a_time(stage: QuestionStage, another: bool, why: str) -> None:
    with refused(why):
        rules.check_may_put_up(stage, another)


def test_a_place_that_is_closed_gets_no_question() -> None:
    rules.check_is_open(True)
    with refused("This place is closed"):
        rules.check_is_open(False)


def test_a_question_has_words() -> None:
    assert rules.words_in("More tea?") == "More tea?"
    with refused("Write the question"):
        rules.words_in("")


@pytest.mark.parametrize(
    ("stage", "its_own", "answers", "why"),
    [
        (QuestionStage.PROPOSED, False, 3, ""),
        (QuestionStage.PROPOSED, False, 2, "each of the 3 answers"),
        (QuestionStage.PROPOSED, False, 4, "each of the 3 answers"),
        (QuestionStage.PROPOSED, True, 3, "in this language already"),
        (QuestionStage.UP, False, 3, "People have been asked this"),
        (QuestionStage.TOLD, False, 3, "People have been asked this"),
    ],
)
def test_another_language_has_the_same_answers_and_comes_before_people_are_asked(
    stage: QuestionStage, its_own: bool, answers: int, why: str
) -> None:
    with refused(why):
        rules.check_may_say_in(stage, its_own, answers, 3)


@pytest.mark.parametrize(
    ("stage", "wrote", "brought", "runs", "waits", "why"),
    [
        (QuestionStage.PROPOSED, True, False, False, False, ""),
        (QuestionStage.PROPOSED, True, True, False, True, ""),
        (QuestionStage.PROPOSED, False, False, True, True, ""),
        (QuestionStage.PROPOSED, True, False, False, True, "waits for a second yes"),
        (QuestionStage.PROPOSED, False, True, False, False, "Somebody else wrote it"),
        (QuestionStage.UP, True, True, True, False, "People have been asked this"),
    ],
)
def test_words_are_changed_by_who_wrote_them_and_while_they_wait_by_who_brought_the_question(
    stage: QuestionStage, wrote: bool, brought: bool, runs: bool, waits: bool, why: str
) -> None:
    with refused(why):
        rules.check_may_write(stage, wrote_it=wrote, brought_it_up=brought, runs_the_board=runs, waits=waits)


@pytest.mark.parametrize(
    ("stage", "theirs", "runs", "why"),
    [
        (QuestionStage.PROPOSED, True, False, ""),
        (QuestionStage.PROPOSED, False, True, ""),
        (QuestionStage.PROPOSED, False, False, "Whoever brought this up"),
        (QuestionStage.UP, True, True, "People have been asked this"),
    ],
)
def test_what_nobody_was_asked_is_taken_back_by_its_writer_or_who_runs_the_board(
    stage: QuestionStage, theirs: bool, runs: bool, why: str
) -> None:
    with refused(why):
        rules.check_may_drop(stage, theirs, runs)


@pytest.mark.parametrize(
    ("stage", "number", "why"),
    [
        (QuestionStage.UP, 0, ""),
        (QuestionStage.UP, 1, ""),
        (QuestionStage.UP, 2, "Choose one"),
        (QuestionStage.UP, -1, "Choose one"),
        (QuestionStage.OVER, 0, "is over"),
    ],
)
def test_one_of_the_answers_is_chosen_within_the_week(stage: QuestionStage, number: int, why: str) -> None:
    with refused(why):
        rules.check_may_answer(stage, number, 2)


def test_a_lost_key_is_waited_for_a_second_week() -> None:
    assert rules.key_is_lost(None, FIRST)
    assert not rules.key_is_lost(FIRST, FIRST + timedelta(days=13))
    assert rules.key_is_lost(FIRST, FIRST + timedelta(days=14))


def test_small_numbers_are_not_told_and_none_gives_one_away() -> None:
    assert rules.told_of([5, 4]) == ([5, 4], 9)
    assert rules.told_of([20, 15, 1]) == ([HIDDEN, 15, FEW], 36)
    assert rules.told_of([0, 0])[1] == FEW
    assert str(rules.in_words(FEW)) == "fewer than 3"
    assert str(rules.in_words(HIDDEN)) == "not shown"
    assert rules.in_words(5) == ""


def test_a_question_fits_one_screen_and_stands_on_the_wall_for_four_weeks() -> None:
    assert (rules.FEWEST, rules.MOST) == (2, 4)
    assert (rules.LONGEST_QUESTION, rules.LONGEST_ANSWER) == (140, 60)
    assert timedelta(days=28) == rules.ON_THE_WALL
