"""Append-only logs in standard formats: nothing that was decided can be rewritten."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select


def init_app(app: Flask) -> None:
    """Register this package's pages, and what public pages change with."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.frame.page_cache import changes_with
    from governance.ledger.models import Log
    from governance.ledger.views import bp

    changes_with(app, select(Log.size).where(Log.name == "decisions"))
    app.register_blueprint(bp)
