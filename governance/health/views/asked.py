"""For a monitor: does the program live, and can it keep what somebody sends."""

from __future__ import annotations

from flask import Response

from governance.access import Permission, requires
from governance.database import db
from governance.health import readiness
from governance.health.views.door import bp, here
from governance.ledger.models import Log

NOT_READY = "not ready: nothing can be kept. Run: governance doctor\n"


@bp.get("/healthz")
@requires(Permission.OPERATE)
def healthz() -> Response:
    """The program runs."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@requires(Permission.OPERATE)
def readyz() -> Response:
    """What is sent can be kept. A database that does not answer is told by the error page, with 503 as well."""
    if readiness.can_be_kept(here()):
        return Response("ready\n", mimetype="text/plain")
    return Response(NOT_READY, 503, mimetype="text/plain")


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
