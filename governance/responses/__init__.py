"""The duty to answer, the second look, and commitments."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    from governance.responses.views import bp

    app.register_blueprint(bp)
