"""The charter, seats, terms, pauses, recusals and the agenda."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.board.views import bp

    app.register_blueprint(bp)
