"""Help cards to check, on the first page of whoever keeps them."""

from __future__ import annotations

from governance import clock
from governance.board.needs import Need
from governance.board.views.door import what_needs_me
from governance.permissions.access import Permission, may
from governance.places import needs, service
from governance.storage.database import db


@what_needs_me.fill
def of_help_cards() -> list[Need]:
    """For whoever keeps the places: cards that people are about to lose, or have lost."""
    if not may(Permission.KEEP_PLACES):
        return []
    cards = service.help_cards(db.session)
    return needs.needs([needs.Checked(each.id, each.title, each.checked_on) for each in cards], clock.today())
