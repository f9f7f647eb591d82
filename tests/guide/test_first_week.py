"""The first week: what is next, and when it is over."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product

import pytest

from governance.guide.first_week import Facts, first_week, next_of, said_next

NOTHING = Facts(False, False, False, False, False, shares_are_out=False)
STEPS = {
    "shares_are_out": "Take the three recovery shares",
    "help_is_filled": "Fill the help cards",
    "readers_are_signed": "Sign for the readers",
    "has_met": "Meet",
    "charter_is_adopted": "Adopt the charter",
    "feedback_is_open": "Open feedback",
}


@pytest.mark.parametrize("fact", STEPS)
def test_each_step_is_done_by_its_own_fact_alone(fact: str) -> None:
    done = [step.words for step in first_week(replace(NOTHING, **{fact: True})) if step.done]
    assert done == [STEPS[fact]]


def test_the_first_that_is_not_done_comes_next() -> None:
    facts = NOTHING
    for fact, words in STEPS.items():
        step = next_of(first_week(facts))
        assert step is not None
        assert step.words == words
        assert str(said_next(first_week(facts))) == f"The first week goes on. Next: {words}."
        facts = replace(facts, **{fact: True})
    assert first_week(facts) == []
    assert next_of(first_week(facts)) is None
    assert said_next(first_week(facts)) is None


def test_it_is_over_when_all_is_done_or_words_come_in_and_something_is_decided() -> None:
    names = [field.name for field in fields(Facts)]
    for known in product((False, True), repeat=len(names)):
        facts = Facts(**dict(zip(names, known, strict=True)))
        steps = [known for name, known in zip(names, known, strict=True) if name != "has_decided"]
        over = all(steps) or (facts.feedback_is_open and facts.has_decided)
        assert bool(first_week(facts)) is not over
