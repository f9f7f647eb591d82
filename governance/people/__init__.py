"""Accounts, signing in, and the readers' keys."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    from governance.people.views import bp

    app.register_blueprint(bp)
