"""The wall, the thread, the follow-up page, measures and promises."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and the thread for the pages of all packages."""
    from governance.publishing import views

    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(
        thread_of_record=views.thread_of_record,
        thread_of_proposal=views.thread_of_proposal,
        thread_of_theme=views.thread_of_theme,
    )
