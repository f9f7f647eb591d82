"""What participants say: held, released, read, answered, never traced."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select


def init_app(app: Flask) -> None:
    """Register this package's pages, and what public pages change with."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.feedback.models import Quote
    from governance.feedback.views import bp
    from governance.frame.page_cache import changes_with

    changes_with(app, select(func.count()).select_from(Quote).where(Quote.withdrawn))
    app.register_blueprint(bp)
