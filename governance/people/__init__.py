"""Accounts, signing in, and the readers' keys."""

from __future__ import annotations

from flask import Flask

from governance.privacy import retention


def init_app(app: Flask) -> None:
    """Register this package's pages, have every request asked who it is, and count what waits at a door."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.frame.navigation import count_at
    from governance.frame.shared_screen import ends_with_a_visit
    from governance.people.rules import is_new, week_is_new
    from governance.people.service import who_is_asking
    from governance.people.views import bp
    from governance.people.views.drafts import begun_on, draft_waits
    from governance.people.views.second_yes import wait_for_me
    from governance.people.views.signing_in import end_sign_in
    from governance.permissions.access import ask_with

    ask_with(app, who_is_asking)
    ends_with_a_visit(app, end_sign_in)
    count_at(app, "people.asked", wait_for_me)
    app.register_blueprint(bp)
    app.jinja_env.globals.update(begun_on=begun_on, draft_waits=draft_waits, draft_days=retention.DRAFTS.days)
    app.jinja_env.globals.update(is_new=is_new, week_is_new=week_is_new)
