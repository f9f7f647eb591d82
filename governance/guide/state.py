"""How far a programme has come in its first week, read from what each package keeps."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from governance.board import service as board
from governance.decisions import service as decisions
from governance.guide.first_week import Facts, WeekStep, first_week
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people import share_rules
from governance.places import service as places
from governance.places.service import AUDIENCES


def steps(session: Session, keys: KeyFolder, today: date) -> list[WeekStep]:
    """Return the steps of the first week as they stand, none once it is over or before there is a programme."""
    here = places.programme(session)
    if here is None:
        return []
    is_open, has_decided = here.intake_open, decisions.has_decided(session)
    if is_open and has_decided:  # The state of nearly every day: it must cost no page anything.
        return []
    shares = people.hand_over(session, keys)
    # Feedback opens only with help and readers there. What grows old later is told as a thing to do, on its own day.
    return first_week(
        Facts(
            help_is_filled=is_open or not places.words_missing(session, today),
            readers_are_signed=is_open or not people.missing_readers(session, keys, AUDIENCES, today),
            has_met=board.has_met(session),
            charter_is_adopted=board.has_adopted_charter(session),
            feedback_is_open=is_open,
            has_decided=has_decided,
            shares_are_out=shares is None or shares.out == share_rules.ALL,
        )
    )
