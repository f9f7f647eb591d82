"""From draft to decided: versions, discussion, concerns."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and count what waits at its door."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.board.views.first_page import wait_behind
    from governance.frame.navigation import count_at
    from governance.proposals.views import bp

    app.register_blueprint(bp)
    count_at(app, "proposals.desk", wait_behind("proposals.desk"))
