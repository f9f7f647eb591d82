"""Passes, the sealed box, opening and counting."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    from governance.ballots.views import bp

    app.register_blueprint(bp)
