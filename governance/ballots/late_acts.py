"""What may still be done once a vote is over and its box is not open, and that it takes two people."""

from datetime import timedelta
from enum import StrEnum

from governance.ballots.rules import SHEET_IS_SHUT, THEY_COUNT, TO_COUNT, Stage, check_stage
from governance.errors import RuleRefused
from governance.sentences import N_


class LateAct(StrEnum):
    """What takes two people once a vote is over and its box is not open."""

    TAKE_MARK_BACK = "take_mark_back"
    END_WITHOUT_RESULT = "end_without_result"


def check_may_end_without_result(here: Stage, uncounted_for: timedelta) -> None:
    """Refuse to end a vote before its tellers had their time. *uncounted_for*: how long ago it closed.

    So no vote is stuck for good, and nobody who fears a count can be quicker than it.
    """
    check_stage(here, Stage.CLOSED)
    if uncounted_for < TO_COUNT:
        raise RuleRefused(THEY_COUNT)


def check_may_take_mark_back(here: Stage, *, box_is_shut: bool, names: int, ballots: int) -> None:
    """Refuse to take a name off the sheet while the vote goes on, as its member could then take a second pass.

    Also where a ballot in the box would then have no name, and the box could not be shut.
    """
    check_stage(here, Stage.CLOSED)
    if box_is_shut:
        raise RuleRefused(SHEET_IS_SHUT)
    if names <= ballots:
        raise RuleRefused(N_("There is a ballot for each name on the sheet, so none of the names is one too many."))


def check_is_somebody_else(asked_by: int, agrees: int) -> None:
    """Refuse to whoever asked to agree to it as well."""
    if asked_by == agrees:
        raise RuleRefused(N_("You asked for this yourself. Someone else who opens boxes must agree."))
