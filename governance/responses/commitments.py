"""What becomes of an answer: commitments kept or late, "done" said by the board, and the second look.

Sources: `docs/domain.md` R-LOOP-02, 2.2, 2.3, R-FB-05.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.permissions.roles import BOARD, STAFF, Role
from governance.responses.rules import Calendar, Clocks, add_working_days, days_late
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


class Commitment(StrEnum):
    """Where a commitment is. Staff report it done; only the board says that it is."""

    PROMISED = "promised"
    REPORTED_DONE = "reported_done"
    DONE = "done"


COMMITMENT_WORDS = {
    Commitment.PROMISED: N_("Promised"),
    Commitment.REPORTED_DONE: N_("Staff say it is done. The board has not checked yet."),
    Commitment.DONE: N_("Done. The board checked."),
}

# A member who looks and finds it is not done sends it back: then it is promised still.
STEPS: dict[Commitment, frozenset[Commitment]] = {
    Commitment.PROMISED: frozenset({Commitment.REPORTED_DONE}),
    Commitment.REPORTED_DONE: frozenset({Commitment.DONE, Commitment.PROMISED}),
    Commitment.DONE: frozenset(),
}


def check_may_mark_done(roles: Set[Role]) -> None:
    """Refuse anybody but the board to say that a commitment is done, or that it is not. Staff report, and wait."""
    if not roles & BOARD or roles & STAFF:
        raise RuleRefused(N_("Only a board member can say this is done. Staff can report it, and the board checks."))


@dataclass(frozen=True)
class CommitmentCounts:
    """How commitments stand, for the page of measures."""

    kept: int
    late: int
    still_open: int


def count_commitments(commitments: Iterable[tuple[date, date | None]], today: date) -> CommitmentCounts:
    """Count (*by*, *reported done on* or None) pairs: kept in time, late (done late, or past its day), still open.

    The day staff reported counts, not the day the board found time to check.
    """
    kept = late = still_open = 0
    for by, reported_on in commitments:
        if days_late(by, reported_on or today):
            late += 1
        elif reported_on:
            kept += 1
        else:
            still_open += 1
    return CommitmentCounts(kept, late, still_open)


# The second look


class Level(StrEnum):
    """Who gives an answer. A second look goes one level up."""

    MANAGER = "manager"
    DIRECTOR = "director"
    DIRECTORS_BOARD = "directors_board"


LEVEL_WORDS = {
    Level.MANAGER: N_("the program manager"),
    Level.DIRECTOR: N_("the director"),
    Level.DIRECTORS_BOARD: N_("the board of directors"),
}

ONE_UP = {Level.MANAGER: Level.DIRECTOR, Level.DIRECTOR: Level.DIRECTORS_BOARD}


def second_look_goes_to(answered_by: Level) -> Level:
    """Return the level a second look goes to. Raises RuleRefused when there is none above."""
    if answered_by not in ONE_UP:
        raise RuleRefused(N_("There is no one above to ask. The board can talk about it again and ask anew."))
    return ONE_UP[answered_by]


def second_look_needs_two_thirds(level: Level) -> bool:
    """Whether asking *level* takes two thirds of the board: above the director it does."""
    return level is Level.DIRECTORS_BOARD


class Outcome(StrEnum):
    """What a second look came to."""

    STAYS = "stays"
    CHANGES = "changes"


OUTCOME_WORDS = {
    Outcome.STAYS: N_("The answer stays as it is."),
    Outcome.CHANGES: N_("The answer changes. The new one follows here."),
}

ONLY_AN_ANSWER = N_("A second look is for an answer. Wait until staff have given one.")
NEEDS_TWO_THIRDS = N_("This goes above the director. The board must vote for it by two thirds first.")


def second_look_due(asked_on: date, calendar: Calendar, clocks: Clocks) -> date:
    """Return by when a second look is owed."""
    return add_working_days(asked_on, clocks.second_look, calendar)


def check_may_give_second_look(*, took_part_in_first: bool) -> None:
    """Refuse a second look by somebody who took part in the first (R-FB-05)."""
    if took_part_in_first:
        raise RuleRefused(N_("You took part in the first answer. Someone else must take the second look."))
