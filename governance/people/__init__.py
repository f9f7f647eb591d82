"""Accounts, signing in, and the readers' keys."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and have every request asked who it is."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.access import ask_with
    from governance.people.service import who_is_asking
    from governance.people.views import bp

    ask_with(app, who_is_asking)
    app.register_blueprint(bp)
