"""A question of the board: how long it stands, who may answer what, and which numbers of it are told.

Source: `docs/domain.md` R-FB-08 and R-ID-02. Nobody's answer is a row: there is one sum, sealed until the week is
over, and then only what is large enough is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from governance import privacy
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

WEEK = timedelta(days=7)
ON_THE_WALL = timedelta(days=28)  # For so long the wall shows what people answered; the board's page keeps it.
# Answers to choose from.
FEWEST = 2
MOST = 4
# Characters: it is read on one screen, in large type.
LONGEST_QUESTION = 140
LONGEST_ANSWER = 60


class QuestionStage(StrEnum):
    """Proposed by a member, up at a kiosk, over and not summed up yet, or told."""

    PROPOSED = "proposed"
    UP = "up"
    OVER = "over"
    TOLD = "told"


def stage_of(first: date | None, told: bool, today: date) -> QuestionStage:
    """Return where a question stands. *first*: the day on which it was put up."""
    if told:
        return QuestionStage.TOLD
    if first is None:
        return QuestionStage.PROPOSED
    return QuestionStage.UP if first <= today < first + WEEK else QuestionStage.OVER


def last_day(first: date) -> date:
    """Return the last day on which a question can be answered."""
    return first + WEEK - timedelta(days=1)


def words_in(typed: str) -> str:
    """Return the question that was *typed*. Raises RuleRefused where nothing of it can be read."""
    if not typed:
        raise RuleRefused(N_("Write the question."), field="words")
    return typed


def answers_in(typed: Sequence[str]) -> list[str]:
    """Return the answers that were *typed*, without empty ones. Raises RuleRefused for too few, or one twice."""
    answers = [each.strip() for each in typed if each.strip()]
    if len(answers) < FEWEST:
        raise RuleRefused(N_("A question needs two answers at least."))
    if len({each.casefold() for each in answers}) < len(answers):
        raise RuleRefused(N_("Two answers are the same. Change one of them."))
    return answers


ASKED_ALREADY = N_("People have been asked this. It stays, with what they said.")


def check_may_say_in(stage: QuestionStage, is_its_own: bool, answers: int, wanted: int) -> None:
    """Refuse to say a question in another language once it was put up, in its own one, or with other answers."""
    if stage is not QuestionStage.PROPOSED:
        raise RuleRefused(ASKED_ALREADY)
    if is_its_own:
        raise RuleRefused(N_("The question is in this language already. Choose another one."), field="language")
    if answers != wanted:
        raise RuleRefused(Sentence(N_("Write each of the {n} answers, in the same order."), n=wanted))


def check_may_write(
    stage: QuestionStage, *, wrote_it: bool, brought_it_up: bool, runs_the_board: bool, waits: bool
) -> None:  # fmt: skip
    """Refuse to change one language of a question: another's words, or words that wait for a second yes.

    *wrote_it*: whether it is theirs, or not written yet; *waits*: whether somebody asked to put the question up.
    """
    if stage is not QuestionStage.PROPOSED:
        raise RuleRefused(ASKED_ALREADY)
    if runs_the_board:
        return
    if not wrote_it:
        raise RuleRefused(N_("Somebody else wrote it in this language. They can change it. So can who runs the board."))
    if waits and not brought_it_up:
        raise RuleRefused(
            N_("This question waits for a second yes. Whoever brought it up can change it. So can who runs the board.")
        )


def check_may_put_up(stage: QuestionStage, another_is_up: bool) -> None:
    """Refuse a question that was put up before, and a second one at the same place."""
    if stage is not QuestionStage.PROPOSED:
        raise RuleRefused(N_("This question was put up already."))
    if another_is_up:
        raise RuleRefused(N_("Another question is up at this place. One at a time, so that people can think."))


def check_is_open(is_open: bool) -> None:
    """Refuse a place that is closed: nobody could answer there."""
    if not is_open:
        raise RuleRefused(N_("This place is closed. Put the question up at another one."))


def check_may_drop(stage: QuestionStage, is_theirs: bool, runs_the_board: bool) -> None:
    """Refuse to take out a question that people have answered, or somebody else's."""
    if stage is not QuestionStage.PROPOSED:
        raise RuleRefused(ASKED_ALREADY)
    if not (is_theirs or runs_the_board):
        raise RuleRefused(N_("Whoever brought this up can take it back. So can who runs the board."))


IT_IS_OVER = N_("This question is over. Thank you for wanting to answer.")


def check_may_answer(stage: QuestionStage, number: int, answers: int) -> None:
    """Refuse an answer out of its week, and one that is not among the *answers*."""
    if stage is not QuestionStage.UP:
        raise RuleRefused(IT_IS_OVER)
    if not 0 <= number < answers:
        raise RuleRefused(N_("Choose one of the answers."), field="answer")


def key_is_lost(first: date | None, today: date) -> bool:
    """Whether a key that is not there is waited for no longer: for a week somebody may still bring it back."""
    return first is None or today >= first + 2 * WEEK


CHANGED = N_("The question has changed since. Read it again.")
NOT_THERE = N_("This question or this place is not there any more.")


# What is told

FEW, HIDDEN = "few", "hidden"  # Under the floor; or held back, because it would give such a number away.
Told = int | str


def told_of(counts: Sequence[int]) -> tuple[list[Told], Told]:
    """Return what may be told of the *counts* of each answer, and of all of them together."""
    cells = privacy.safe_counts({str(number): count for number, count in enumerate(counts)})
    every = privacy.shown(sum(counts))
    return [_told(cells[str(number)]) for number in range(len(counts))], _told(every)


def _told(cell: privacy.Shown) -> Told:
    if cell.value is not None:
        return cell.value
    return HIDDEN if cell is privacy.NOT_SHOWN else FEW


def in_words(told: Told) -> Sentence | str:
    """Return the words for a number that is not told; '' for one that is."""
    return {FEW: privacy.shown(0).text, HIDDEN: privacy.NOT_SHOWN.text}.get(str(told), "")
