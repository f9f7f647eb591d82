"""From draft to decided: versions, discussion, concerns."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.proposals.views import bp

    app.register_blueprint(bp)
