"""Whether the program and the machine under it are well: what is looked at, and where it is said."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages that say so."""
    # Here, so that a look can be taken without loading the web.
    from governance.health.views import bp

    app.register_blueprint(bp)
