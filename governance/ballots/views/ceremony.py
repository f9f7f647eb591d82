"""The ceremony of the counting key: made in the browser, so that the server never holds its private half."""

from __future__ import annotations

from flask import render_template

from governance.ballots.views.door import bp
from governance.permissions.access import Permission, requires


@bp.get("/board/ceremony")
@requires(Permission.RUN_BOARD)
def ceremony() -> str:
    """Show where the key is made. The page sends nothing."""
    return render_template("ballots/ceremony.html")
