"""The charter, seats, terms, pauses, recusals and the agenda."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and count what waits at its door."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.board.views import bp
    from governance.board.views.first_page import wait_behind
    from governance.frame.navigation import count_at

    app.register_blueprint(bp)
    count_at(app, "board.home", wait_behind("board.home"))
