"""What staff can do now with a duty to answer, and what everybody else who works here reads there."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from governance.responses.next_steps import Facts, Form, next_steps, of_answer, of_late, of_promise
from tests.pairs import pairs

NEW = Facts(answers=True)
SAID = replace(NEW, first_word_said=True, has_first_word=True)
ANSWERED = replace(SAID, is_answered=True, has_answer=True)


def forms(facts: Facts) -> list[str]:
    return [step.state for step in next_steps(facts)]


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        (NEW, [Form.FIRST_WORD, Form.ANSWER, Form.MORE_TIME]),
        (replace(NEW, is_late=True), [Form.FIRST_WORD, Form.ANSWER]),
        (SAID, [Form.FIRST_WORD_SAID, Form.ANSWER, Form.MORE_TIME]),
        (replace(SAID, more_time=True), [Form.FIRST_WORD_SAID, Form.ANSWER]),
        (ANSWERED, [Form.CHANGE]),
        (replace(ANSWERED, promised=True), [Form.IS_IT_DONE, Form.CHANGE]),
        (replace(ANSWERED, promised=True, look_is_open=True), [Form.IS_IT_DONE, Form.SECOND_LOOK, Form.CHANGE]),
        (replace(ANSWERED, has_answer=False), [Form.FIRST_WORD_SAID, Form.CHANGE]),  # Its words are not as published.
    ],
)
def test_a_duty_asks_for_what_is_owed_now(facts: Facts, asked: list[str]) -> None:
    assert forms(facts) == asked


def test_a_form_that_was_refused_stays_with_what_was_typed() -> None:
    late = replace(SAID, more_time=True, is_late=True)
    assert forms(replace(late, first_word_refused=True)) == [Form.FIRST_WORD, Form.ANSWER]
    assert forms(replace(late, more_time_refused=True))[-1] == Form.MORE_TIME


def test_the_answer_says_whether_it_is_the_first_or_a_change() -> None:
    assert [step.words for step in next_steps(NEW) if step.state == Form.ANSWER] == ["The answer"]
    assert [step.words for step in next_steps(ANSWERED)] == ["Change the answer"]


def test_who_answers_for_nobody_is_asked_for_nothing_and_reads_it_once() -> None:
    for facts in map(known, pairs(*[(False, True)] * (len(fields(Facts)) - 1))):
        assert forms(facts) == ([] if facts.has_answer else [Form.READ])


def test_whatever_holds_staff_can_answer() -> None:
    for facts in map(known, pairs(*[(False, True)] * (len(fields(Facts)) - 1))):
        asked = forms(replace(facts, answers=True))
        assert len({Form.ANSWER, Form.CHANGE} & set(asked)) == 1
        assert len(asked) == len(set(asked))


def known(values: tuple[bool, ...]) -> Facts:
    return Facts(False, *values)


# On the board's page of what staff owe


def test_the_board_asks_again_once_a_day() -> None:
    (ask,) = of_late(4, "Hours", marks=True, asked_today=False)
    assert (ask.page, ask.at, ask.about) == ("responses.ask_again", {"duty_id": 4}, "Hours")
    assert (
        of_late(4, "Hours", marks=True, asked_today=True) == of_late(4, "Hours", marks=False, asked_today=False) == []
    )


def test_a_promise_is_looked_at_once_staff_say_that_it_is_done() -> None:
    done, not_yet = of_promise(4, 9, "A tent", marks=True, reported=True)
    assert (done.page, not_yet.page) == ("responses.mark_done", "responses.send_back")
    assert done.at == not_yet.at == {"duty_id": 4, "commitment_id": 9}
    assert (done.is_main, not_yet.is_main) == (True, False)
    assert of_promise(4, 9, "A tent", marks=True, reported=False) == []
    assert of_promise(4, 9, "A tent", marks=False, reported=True) == []


def test_a_second_look_is_asked_for_once() -> None:
    (ask,) = of_answer(4, "Hours", marks=True, looking_again=False)
    assert (ask.page, ask.about) == ("responses.ask_second_look", "Hours")
    assert of_answer(4, "Hours", marks=True, looking_again=True) == []
    assert of_answer(4, "Hours", marks=False, looking_again=False) == []


def test_what_stands_in_a_line_of_an_answer_is_small() -> None:
    (ask,) = of_answer(4, "Hours", marks=True, looking_again=False)
    both = of_promise(4, 5, "A lamp", marks=True, reported=True)
    assert [step.is_small for step in (ask, *both)] == [True, True, True]
