"""The duty to answer, the second look, and commitments."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and the words of an answer for its templates and those to the right."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.responses import views

    app.register_blueprint(views.bp)
    app.jinja_env.globals["response_words"] = views.WORDS
