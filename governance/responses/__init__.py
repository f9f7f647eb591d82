"""The duty to answer, the second look, and commitments."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and what other packages' pages show of an answer."""
    from governance.responses import views

    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(
        response_words=views.WORDS, answers_of_record=views.answers_of_record, answers_of_theme=views.answers_of_theme
    )
