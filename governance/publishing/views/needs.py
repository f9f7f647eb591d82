"""Drug alerts to read, on the board's first page."""

from __future__ import annotations

from flask import g

from governance import clock
from governance.board.needs import Need
from governance.board.views.door import what_needs_me
from governance.keys import keyfolder
from governance.permissions.access import Permission, may
from governance.publishing import needs, service
from governance.publishing.service.alerts import AlertNow
from governance.storage.database import db


@what_needs_me.fill
def of_alerts() -> list[Need]:
    """For members: alerts that go up once two of the board have read them."""
    if not may(Permission.MARK_DONE):
        return []
    return needs.needs(_for_me(each) for each in service.alerts(db.session, keyfolder.current(), clock.today()))


def _for_me(now: AlertNow) -> needs.AlertToRead:
    me = g.who.account_id
    wrote_it = now.alert.writer_account_id == me
    return needs.AlertToRead(now.alert.title, now.state, wrote_it=wrote_it, read_it=me in now.read_by)
