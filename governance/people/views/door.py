"""The blueprint, in a file of its own so that every page's file can name it."""

from __future__ import annotations

from flask import Blueprint

from governance.frame.slots import Slot
from governance.people import service

bp = Blueprint("people", __name__)

may_end_account: Slot[[int], None] = Slot()  # Who hangs something on an account refuses its end here.
ends_with_account: Slot[[service.Agreed, int], None] = Slot()  # What else ends when an account does: a seat.
