"""The blueprint, in a file of its own so that every page's file can name it."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy.orm import Session

from governance.frame.navigation import first_door
from governance.frame.slots import Slot
from governance.people import service
from governance.permissions import access
from governance.permissions.roles import Who

bp = Blueprint("people", __name__)

may_end_account: Slot[[int], None] = Slot()  # Who hangs something on an account refuses its end here.
votes_now: Slot[[Session, int], None] = Slot()  # A vote that runs keeps the cards of its voters.
ends_with_account: Slot[[service.Agreed, int], None] = Slot()  # What else ends when an account does: a seat.


def home_of(who: Who) -> str:
    """Return the endpoint of the page where this person's work begins."""
    granted = {permission for role in who.roles for permission in access.GRANTS[role]}
    return first_door(granted) or "people.account"
