"""What may one of the board do now with a question that was brought up: change it, put it up, take it back.

Each language is its writer's own, and the whole of it its bringer's; who runs the board may do it for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from governance.ruling.sentences import N_
from governance.ruling.steps import Step, StepKind


@dataclass(frozen=True)
class Facts:
    """What is known of a question and of whoever looks. *number*: of the question. *is_theirs*: they brought it up.

    *offered*: the codes of the programme's languages. *stands_in*: those it is said in, its own one first.
    """

    number: int
    offered: Sequence[str]
    stands_in: Sequence[str]
    is_theirs: bool = False
    writes: bool = False
    runs_board: bool = False


class Form(StrEnum):
    """What the page asks for a step: `questions/board.html` draws it."""

    PUT_UP = "put_up"


def in_one_language(facts: Facts, language: str, *, wrote_it: bool) -> list[Step]:
    """Return what can be done with a question in this *language*. Its own one goes with the question."""
    if language == facts.stands_in[0] or not facts.writes or not (facts.runs_board or wrote_it):
        return []
    at = {"question_id": facts.number, "language": language}
    out = Step(StepKind.POST, N_("Take it out"), "cross", page="questions.take_out", at=at, is_small=True)
    if language not in facts.offered:
        return [out]
    return [Step(StepKind.LINK, N_("Change it"), "pen", page="questions.say_in", at=at, is_small=True), out]


def next_steps(facts: Facts) -> list[Step]:
    """Return what can be done with the whole of a question."""
    at, found = {"question_id": facts.number}, []
    if facts.runs_board:
        found.append(Step(StepKind.FORM, N_("Ask to put it up"), "next", state=Form.PUT_UP))
    if facts.writes and set(facts.offered) - set(facts.stands_in):
        words = N_("Say it in another language")
        found.append(Step(StepKind.LINK, words, "language", page="questions.say_in", at=at, is_small=True))
    if facts.runs_board or facts.is_theirs:
        found.append(Step(StepKind.POST, N_("Take it back"), "cross", page="questions.drop", at=at, is_small=True))
    return found
