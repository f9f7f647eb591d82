"""What may staff do now with one duty to answer: a first word, the answer, what was promised, a second look.

And the board, with what staff owe and promised: ask again, say that it is done, ask for a second look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from governance.ruling.sentences import N_
from governance.ruling.steps import Step, StepKind


class Form(StrEnum):
    """What the page asks for a step: `responses/duty.html` draws each."""

    IS_IT_DONE = "is_it_done"
    SECOND_LOOK = "second_look"
    FIRST_WORD = "first_word"
    FIRST_WORD_SAID = "first_word_said"
    ANSWER = "answer"
    CHANGE = "change"
    MORE_TIME = "more_time"
    READ = "read"


@dataclass(frozen=True)
class Facts:
    """What is known of a duty and of whoever looks. *answers*: their role answers for staff.

    *promised*: something that was promised is not reported as done. *look_is_open*: a second look is asked for.
    *first_word_said*: its day is written down; *has_first_word*: its words are here too. *is_answered*: the day of the
    answer is written down; *has_answer*: its words are here too. *is_late*: past the day of what is owed now.
    *more_time*: the longer clock was taken. *first_word_refused*, *more_time_refused*: that form came back, with what
    was typed.
    """

    answers: bool = False
    promised: bool = False
    look_is_open: bool = False
    first_word_said: bool = False
    has_first_word: bool = False
    is_answered: bool = False
    has_answer: bool = False
    is_late: bool = False
    more_time: bool = False
    first_word_refused: bool = False
    more_time_refused: bool = False


def next_steps(facts: Facts) -> list[Step]:
    """Return what can be done on the page of a duty, in its order. Who answers for nobody reads how it stands."""
    if facts.answers:
        return [*_of_what_was_asked(facts), *_to_answer(facts)]
    return [] if facts.has_answer else [_form(Form.READ, N_("The answer"))]


def _of_what_was_asked(facts: Facts) -> Iterator[Step]:
    if facts.promised:
        yield _form(Form.IS_IT_DONE, N_("Is it done?"))
    if facts.look_is_open:
        yield _form(Form.SECOND_LOOK, N_("Second look"))


def _to_answer(facts: Facts) -> Iterator[Step]:
    if not facts.first_word_said or facts.first_word_refused:
        yield _form(Form.FIRST_WORD, N_("First word"))
    elif facts.has_first_word and not facts.has_answer:
        yield _form(Form.FIRST_WORD_SAID, N_("First word"))
    yield _form(Form.CHANGE, N_("Change the answer")) if facts.is_answered else _form(Form.ANSWER, N_("The answer"))
    in_time = not (facts.is_answered or facts.more_time or facts.is_late)
    if in_time or facts.more_time_refused:
        yield _form(Form.MORE_TIME, N_("It takes longer"))


# On the board's page of what staff owe and promised


def of_late(duty: int, title: str, *, marks: bool, asked_today: bool) -> list[Step]:
    """Return what the board can do about a late answer. *title*: as it is heard beside the button.

    *marks*: whoever looks speaks for the board. *asked_today*: it asked again today, and does so once a day.
    """
    if not marks or asked_today:
        return []
    return [_press(N_("Ask again"), "chat", "responses.ask_again", {"duty_id": duty}, title)]


def of_promise(duty: int, commitment: int, text: str, *, marks: bool, reported: bool) -> list[Step]:
    """Return what the board can do with a promise. *reported*: staff say that it is done."""
    if not (marks and reported):
        return []
    at = {"duty_id": duty, "commitment_id": commitment}
    done = _press(N_("I looked. It is done."), "check", "responses.mark_done", at, text)
    not_yet = _press(N_("Not done yet"), "cross", "responses.send_back", at, text)
    return [replace(done, is_main=True), not_yet]


def of_answer(duty: int, title: str, *, marks: bool, looking_again: bool) -> list[Step]:
    """Return what the board can do about an answer. *looking_again*: a second look at it is asked for."""
    if not marks or looking_again:
        return []
    words, at = N_("Ask for a second look"), {"duty_id": duty}
    return [Step(StepKind.LINK, words, "eye", page="responses.ask_second_look", at=at, about=title, is_small=True)]


def _press(words: str, icon: str, page: str, at: Mapping[str, object], about: str) -> Step:
    return Step(StepKind.POST, words, icon, page=page, at=at, about=about, is_small=True)


def _form(form: Form, words: str) -> Step:
    return Step(StepKind.FORM, words, state=form)
