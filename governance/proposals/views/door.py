"""What every proposal page needs: the blueprint, and finding the proposal."""

from __future__ import annotations

from flask import Blueprint, abort

from governance.frame.slots import Slot
from governance.frame.thread import StopOnPage
from governance.proposals import service
from governance.proposals.models import Proposal
from governance.ruling.steps import Step
from governance.storage.database import db

bp = Blueprint("proposals", __name__)

steps_to_a_vote: Slot[[Proposal], Step] = Slot()
answers_above: Slot[[], tuple[str, str]] = Slot()  # Answers that only somebody above the director can look at again.
records_to_change: Slot[[], tuple[str, str]] = Slot()  # Decisions of which the board said that they are to be changed.
thread_of_proposal: Slot[[Proposal], StopOnPage] = Slot()


def find(number: int) -> Proposal:
    """Return the proposal of this number, or answer 404."""
    return service.by_number(db.session, number) or abort(404)
