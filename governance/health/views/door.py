"""The blueprint of the pages that say whether all is well, and what they look at."""

from __future__ import annotations

from flask import Blueprint, current_app

from governance.health.found import AtHand
from governance.keys.keyfolder import current
from governance.storage.database import db

bp = Blueprint("health", __name__)


def here() -> AtHand:
    """Return what a look may look at, in this request."""
    return AtHand(db.session, current(), current_app.config["SETTINGS"])
