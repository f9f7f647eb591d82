"""Messages that wait for whoever is signed in, on their first page."""

from __future__ import annotations

from flask import g

from governance import clock
from governance.board.needs import Need
from governance.board.views.door import what_needs_me
from governance.feedback import needs, service
from governance.keys import keyfolder
from governance.permissions.access import Permission, may
from governance.storage.database import db


@what_needs_me.fill
def of_messages() -> list[Need]:
    """For readers: what is not sorted yet in each box they can open, and what one of the other side asks to hide."""
    who = g.who
    boxes = service.boxes_of(db.session, who.account_id) if may(Permission.READ_MESSAGES) else []
    if not boxes:
        return []
    counts = service.unsorted_counts(db.session, boxes)
    new = needs.unsorted(
        needs.Unsorted(box, min(number, service.COUNTED - 1), more=number >= service.COUNTED)
        for box, number in counts.items()
    )
    keys, today = keyfolder.current(), clock.today()
    asked = service.hide_requests_for(db.session, keys, who.account_id, who.roles, set(boxes), today)
    return new + needs.needs(needs.AskedToHide(each.message_id, each.reason) for each in asked)
