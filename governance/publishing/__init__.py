"""The wall, the thread, the follow-up page, measures and promises."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.publishing import views

    app.register_blueprint(views.bp)
