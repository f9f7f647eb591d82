"""Asking back: one question of the board for a week, on the kiosks of a place, and the sum of what people answered."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.questions.views import bp

    app.register_blueprint(bp)
