"""The last day on which a kiosk was seen, so that somebody notices one that has died.

It is a day of the device and of nothing else: no hour, and no mark beside a message, a visit or a person. Only its
first page writes it, and no form that somebody sends. A screen comes to that page by itself when it starts, and else
by the first touch: so pages and commands do not tell today from yesterday. Each process writes it
once a day, and changes nothing where another one already has.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from flask import current_app, session

from governance import clock
from governance.frame import outage
from governance.places import rules, service
from governance.storage.database import db
from governance.storage.impatient import within_a_moment

NOTED, MISSED = "kiosks noted", "kiosk not noted"


def note() -> None:
    """Note that this kiosk was seen today. Called once its page is made, which this can neither change nor hold up."""
    kiosk, today = str(session.get("kiosk", "")), clock.today()
    noted: dict[str, date] = current_app.extensions.setdefault(NOTED, {})
    if not kiosk or noted.get(kiosk) == today or outage.noticed() or _missed_just_now():
        return
    current_app.extensions[MISSED] = clock.now()
    with suppress(*outage.SILENT):
        db.session.rollback()
        with within_a_moment() as writing:
            service.see_kiosk(writing, kiosk, today)
        noted[kiosk] = today
        current_app.extensions.pop(MISSED, None)


def _missed_just_now() -> bool:
    """Whether the database took nothing a short while ago. It is not tried again with each page."""
    missed: datetime | None = current_app.extensions.get(MISSED)
    return missed is not None and abs(clock.now() - missed) < rules.NOTED_AGAIN
