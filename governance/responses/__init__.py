"""The duty to answer, the second look, and commitments."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, the words of an answer for templates to the right, and what waits at two doors."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.frame.navigation import count_at
    from governance.responses import views
    from governance.responses.views.at_doors import answers_owed, new_messages

    app.register_blueprint(views.bp)
    app.jinja_env.globals["response_words"] = views.WORDS
    count_at(app, "feedback.desk", new_messages)
    count_at(app, "responses.duties", answers_owed)
