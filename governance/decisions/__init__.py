"""The record of what was decided, with its reasons and its dissent."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.decisions import views

    app.register_blueprint(views.bp)
