"""The first page of a kiosk whose key was taken away: it says so, and where one can go instead.

Only the first one. Whoever was in the middle when the place closed goes on to the end, so that no word is lost. Theirs
go without the name of the place, for a tablet whose key was taken away may stand anywhere. The last screens before it
is sent say so, while one can still write where one is; the thanks say what was so when it was sent.
"""

from __future__ import annotations

from flask import render_template, session

from governance.feedback.views.carried import Frame
from governance.feedback.views.door import bp
from governance.feedback.views.drawing import around
from governance.frame import outage
from governance.places import service as places
from governance.storage.database import db


def closed_screen(status: int) -> tuple[str, int] | None:
    """Return the page that says this screen is closed, with its *status*; None where it is not, or nobody can say."""
    if not is_closed():
        return None
    return render_template("feedback/closed_screen.html", **around(Frame.KIOSK)), status


@bp.app_template_global("screen_is_closed")
def is_closed() -> bool:
    """Whether this screen's key was taken away; False where nobody can say, for the database is silent."""
    if "kiosk" not in session or outage.noticed():
        return False
    try:
        return places.is_revoked(db.session, str(session["kiosk"]))
    except outage.SILENT as error:
        outage.notice(error)
        return False
