"""The programme, its places, the kiosks in them, and the help cards."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and say at which programme every page stands."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.frame.site import stand_at
    from governance.places.service import programme
    from governance.places.views import bp

    stand_at(app, programme)
    app.register_blueprint(bp)
