"""What staff owe the board, on the board's first page."""

from __future__ import annotations

from governance import clock
from governance.access import Permission, may
from governance.board.needs import Need
from governance.board.views.door import what_needs_me
from governance.database import db
from governance.responses import needs, service


@what_needs_me.fill
def of_answers() -> list[Need]:
    """For members: promises that staff say are kept, and answers that are late."""
    if not may(Permission.MARK_DONE):
        return []
    promised = service.promised(db.session, clock.today())
    owed = service.owed(db.session, clock.today())
    return needs.needs(
        [needs.Kept(each.commitment.text, each.title) for each in promised if each.commitment.reported_on],
        [needs.Late(duty.title, duty.days_late) for duty in owed if duty.late],
    )
