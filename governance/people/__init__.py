"""Accounts, signing in, and the readers' keys."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and have every request asked who it is."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.access import ask_with
    from governance.frame.shared_screen import ends_with_a_visit
    from governance.people.service import who_is_asking
    from governance.people.views import bp
    from governance.people.views.signing_in import end_sign_in

    ask_with(app, who_is_asking)
    ends_with_a_visit(app, end_sign_in)
    app.register_blueprint(bp)
