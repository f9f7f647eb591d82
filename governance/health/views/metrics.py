"""Figures for a monitor, to whom the operator has given the word for it, and to nobody else."""

from __future__ import annotations

import hmac

from flask import Response, abort, current_app, request

from governance.health import exposition
from governance.health.views.door import bp, here
from governance.permissions.access import Permission, requires

FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@bp.get("/metrics")
@requires(Permission.OPERATE)
def metrics() -> Response:
    """The figures, coarse and late, so that they tell of nobody. Without the word for it, no such page is here."""
    if not _has_the_word():
        abort(404)
    return Response(exposition.exposed(here()), content_type=FORMAT, headers={"Cache-Control": "no-store"})


def _has_the_word() -> bool:
    word = current_app.config["SETTINGS"].metrics
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(word) and hmac.compare_digest(given.encode(), word.encode())
