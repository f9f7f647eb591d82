"""The record of what was decided, with its reasons and its dissent."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and what a vote's page shows of its record."""
    from governance.decisions import views

    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(record_of_vote=views.record_of_vote)
