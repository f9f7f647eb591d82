"""What may be done with a question that was brought up, and with each language it is said in."""

from dataclasses import replace

import pytest

from governance.questions.next_steps import Facts, in_one_language, next_steps

HERE = Facts(4, offered=("en", "es", "ht"), stands_in=("en", "es", "fr"))
OUT, CHANGE = "questions.take_out", "questions.say_in"


@pytest.mark.parametrize(
    ("changed", "wrote_it", "pages"),
    [
        ({}, True, []),
        ({"writes": True}, False, []),
        ({"writes": True}, True, [CHANGE, OUT]),
        ({"writes": True, "runs_board": True}, False, [CHANGE, OUT]),
        ({"runs_board": True}, True, []),
    ],
)
def test_a_language_is_its_writers_own(changed: dict[str, bool], pages: list[str], *, wrote_it: bool) -> None:
    facts = replace(HERE, **changed)
    assert [step.page for step in in_one_language(facts, "es", wrote_it=wrote_it)] == pages
    assert in_one_language(facts, "en", wrote_it=wrote_it) == [], "its own language goes with the question"


def test_a_language_that_is_no_longer_offered_is_only_taken_out() -> None:
    assert [step.page for step in in_one_language(replace(HERE, writes=True), "fr", wrote_it=True)] == [OUT]


UP, SAY, BACK = "Ask to put it up", "Say it in another language", "Take it back"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"is_theirs": True}, [BACK]),
        ({"writes": True}, [SAY]),
        ({"writes": True, "stands_in": ("en", "es", "ht")}, []),
        ({"runs_board": True}, [UP, BACK]),
        ({"runs_board": True, "writes": True, "is_theirs": True}, [UP, SAY, BACK]),
    ],
)
def test_a_question_is_put_up_by_who_runs_the_board(changed: dict[str, bool], words: list[str]) -> None:
    assert [step.words for step in next_steps(replace(HERE, **changed))] == words


def test_what_stands_in_a_line_of_a_question_is_small() -> None:
    everything = replace(HERE, writes=True, runs_board=True)
    whole = {step.words: step.is_small for step in next_steps(everything)}
    assert whole == {UP: False, SAY: True, BACK: True}
    assert all(
        step.is_small for language in ("es", "fr") for step in in_one_language(everything, language, wrote_it=True)
    )
