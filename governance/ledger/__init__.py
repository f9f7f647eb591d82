"""Append-only logs in standard formats: nothing that was decided can be rewritten."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    from governance.ledger.views import bp

    app.register_blueprint(bp)
