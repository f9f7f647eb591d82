"""The blueprint that every page of feedback hangs on, and what packages to its right show there."""

from __future__ import annotations

from flask import Blueprint

from governance.feedback.models import Theme
from governance.frame.slots import Slot
from governance.frame.thread import StopOnPage

bp = Blueprint("feedback", __name__)

closings_decided: Slot[[Theme], tuple[str, str]] = Slot()  # The records in which the board voted to close it.
thread_of_theme: Slot[[Theme], StopOnPage] = Slot()
themes_before_all: Slot[[], int] = Slot()  # The themes that stand before everybody with all that is in them.
themes_named: Slot[[], int] = Slot()  # The themes whose titles everybody can read, in a proposal.
