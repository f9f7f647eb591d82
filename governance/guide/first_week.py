"""A new programme's first week, step by step, with a mark for what is done; pure.

Source: docs/domain.md R-SAFE-01 (help stands before the first word), R-GOV-01 and R-ID-01 (the board adopts its own
charter), R-LOOP-01. A programme set up from a paper has a charter that nobody has agreed to and a site without help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class Facts:
    """How far a programme has come. *has_decided*: a decision record of its board is public."""

    help_is_filled: bool
    readers_are_signed: bool
    has_met: bool
    charter_is_adopted: bool
    feedback_is_open: bool
    has_decided: bool = False
    shares_are_out: bool = True


@dataclass(frozen=True)
class WeekStep:
    """One step: what to do, why, by whom, and the page where it is done."""

    words: str
    why: str
    whose: str
    page: str
    done: bool


def first_week(facts: Facts) -> list[WeekStep]:
    """Return the steps in their order; none once the week is over.

    It is over when all is done, and where a programme takes words and has decided something: its charter may be older
    than this program.
    """
    steps = [
        WeekStep(
            N_("Take the three recovery shares"),
            N_("Any two bring back what is in the last copy. Until two are out, nobody can."),
            N_("Three people, two of them of the board"), "people.shares", facts.shares_are_out,
        ),
        WeekStep(
            N_("Fill the help cards"),
            N_("Help comes before words. Call each number first. Write with a lawyer what workers must report."),
            N_("Who keeps the places"), "places.index", facts.help_is_filled,
        ),
        WeekStep(
            N_("Sign for the readers"),
            N_("Each box needs two readers of the board. Two people sign for each."),
            N_("The readers"), "people.readers", facts.readers_are_signed,
        ),
        WeekStep(
            N_("Meet"),
            N_("Choose what the first meeting talks about. Any member can bring something up."),
            N_("The board"), "board.agenda", facts.has_met,
        ),
        WeekStep(
            N_("Adopt the charter"),
            N_("What stands there now came from setting up. Read it, change what is wrong, and vote on it."),
            N_("The board"), "board.charter", facts.charter_is_adopted,
        ),
        WeekStep(
            N_("Open feedback"),
            N_("From then on people can say something, and the days to answer count."),
            N_("Who keeps the places"), "places.index", facts.feedback_is_open,
        ),
    ]  # fmt: skip
    is_over = all(step.done for step in steps) or (facts.feedback_is_open and facts.has_decided)
    return [] if is_over else steps


def said_next(steps: Sequence[WeekStep]) -> Sentence | None:
    """Return a line for whoever runs the program, or None where nothing is left to do."""
    step = next_of(steps)
    return Sentence(N_("The first week goes on. Next: {step}."), step=Sentence(step.words)) if step else None


def next_of(steps: Sequence[WeekStep]) -> WeekStep | None:
    """Return the first step that is not done, or None."""
    return next((step for step in steps if not step.done), None)
