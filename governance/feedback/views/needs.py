"""Messages that wait for whoever is signed in, on the board's first page."""

from __future__ import annotations

from flask import g

from governance.access import Permission, may
from governance.board.needs import Need
from governance.board.views.door import what_needs_me
from governance.database import db
from governance.feedback import needs, service
from governance.feedback.views.message_page import keyring


@what_needs_me.fill
def of_messages() -> list[Need]:
    """For readers: messages that one of the other side asks to hide."""
    if not may(Permission.HIDE_MESSAGES):
        return []
    who = g.who
    asked = service.hide_requests_for(db.session, who.account_id, who.roles, set(keyring().audiences))
    return needs.needs(needs.AskedToHide(each.message_id, each.reason) for each in asked)
