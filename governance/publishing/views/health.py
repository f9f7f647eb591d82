"""For whoever runs the server: does it live, can it answer, how long is the record."""

from __future__ import annotations

from flask import Response
from sqlalchemy import text

from governance.access import Permission, requires
from governance.database import db
from governance.ledger.models import Log
from governance.publishing.views.door import bp


@bp.get("/healthz")
@requires(Permission.OPERATE)
def healthz() -> Response:
    """The program runs."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@requires(Permission.OPERATE)
def readyz() -> Response:
    """The database answers. When it does not, the error page says 503."""
    db.session.execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")


@bp.get("/metrics")
@requires(Permission.OPERATE)
def metrics() -> Response:
    """How long the record of decisions is, for a monitor. Nothing that comes from a participant is counted."""
    log = db.session.get(Log, "decisions")
    lines = (
        "# TYPE real_voice_decisions_ledger_entries gauge",
        f"real_voice_decisions_ledger_entries {log.size if log else 0}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
