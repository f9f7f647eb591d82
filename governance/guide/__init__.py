"""What to do here: a page for each role, and a new programme's first week."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the page, and the first week on the pages that people begin with."""
    # Here, so that the steps of the first week can be read without loading the web.
    from governance.guide import views

    app.register_blueprint(views.bp)
