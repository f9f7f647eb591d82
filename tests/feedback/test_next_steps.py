"""What a reader may do with a message: what its writer allowed, and never alone to hide it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from governance.feedback.next_steps import Facts, Form, Hiding, next_steps
from governance.feedback.rules import Consent
from governance.ruling.steps import StepKind

FACTS = Facts(
    message="m", consent=Consent.WORDS, has_words=True, themes=1, may_write_back=True, other_readers=2,
    hiding=Hiding.NOBODY,
)  # fmt: skip


def forms(facts: Facts) -> list[str]:
    return [step.state for step in next_steps(facts) if step.kind is StepKind.FORM]


def test_of_words_that_may_be_shown_all_can_be_done_in_the_order_of_the_work() -> None:
    assert forms(FACTS) == [Form.PUT_IN, Form.QUOTE, Form.WRITE_BACK, Form.PASS_ON, Form.ASK_TO_HIDE]


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"consent": Consent.IDEA}, {Form.QUOTE}),
        ({"consent": Consent.PRIVATE}, {Form.QUOTE, Form.PUT_IN}),
        ({"has_words": False}, {Form.QUOTE}),
        ({"themes": 0}, {Form.QUOTE}),
        ({"may_write_back": False}, {Form.WRITE_BACK}),
        ({"other_readers": 0}, {Form.PASS_ON}),
    ],
)
def test_what_is_not_allowed_or_not_there_cannot_be_done(change: dict[str, object], gone: set[Form]) -> None:
    assert set(forms(FACTS)) - set(forms(replace(FACTS, **change))) == gone


def test_what_is_kept_to_the_readers_says_why_it_joins_no_theme() -> None:
    first = next_steps(replace(FACTS, consent=Consent.PRIVATE))[0]
    assert (first.kind, first.words) == (
        StepKind.TEXT, "The person asked to keep this to the readers, so it joins no theme.",
    )  # fmt: skip


def test_who_asked_to_hide_can_take_it_back_and_only_another_can_agree() -> None:
    mine = next_steps(replace(FACTS, hiding=Hiding.ME))[-1]
    theirs = next_steps(replace(FACTS, hiding=Hiding.SOMEBODY_ELSE))[-1]
    assert [(each.words, each.page) for each in mine.beside] == [("Take it back", "feedback.leave_shown")]
    assert [(each.words, each.page, each.is_main) for each in theirs.beside] == [
        ("Leave it shown", "feedback.leave_shown", True), ("Agree to hide it", "feedback.agree_to_hide", False),
    ]  # fmt: skip
    assert {each.at["message_id"] for each in (*mine.beside, *theirs.beside)} == {"m"}


def test_whatever_holds_somebody_can_ask_to_hide_or_was_asked() -> None:
    for consent, hiding, themes in product(Consent, Hiding, (0, 3)):
        last = next_steps(replace(FACTS, consent=consent, hiding=hiding, themes=themes))[-1]
        assert last.state == (Form.ASK_TO_HIDE if hiding is Hiding.NOBODY else Form.ASKED_TO_HIDE)
