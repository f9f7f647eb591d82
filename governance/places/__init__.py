"""The programme, its places, the kiosks in them, and the help cards."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    from governance.places.views import bp

    app.register_blueprint(bp)
