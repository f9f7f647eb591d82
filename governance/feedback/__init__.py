"""What participants say: held, released, read, answered, never traced."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    from governance.feedback.views import bp

    app.register_blueprint(bp)
