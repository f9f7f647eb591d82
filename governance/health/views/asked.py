"""For a monitor: does the program live, and can it keep what somebody sends."""

from __future__ import annotations

from flask import Response

from governance.health import readiness
from governance.health.views.door import bp, here
from governance.permissions.access import Permission, requires

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
