"""The numbers beside the doors of the desk and of the answers."""

from __future__ import annotations

from flask import g

from governance.permissions.access import Permission, may
from governance.responses import service
from governance.storage.database import db


def new_messages() -> int:
    """Return how many messages no reader has sorted, in the boxes this person can open."""
    return _here().messages


def answers_owed() -> int:
    """Return how many answers whoever answers owes; 0 for those who only look."""
    return _here().answers


def _here() -> service.AtDoors:
    """Ask once for both doors of a page."""
    if "at_doors" not in g:
        g.at_doors = service.at_doors(
            db.session, g.who.account_id, reads=may(Permission.READ_MESSAGES), answers=may(Permission.ANSWER)
        )
    found: service.AtDoors = g.at_doors
    return found
