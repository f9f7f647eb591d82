"""The wall, the thread, the follow-up page, measures and promises."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and have what a code opened on a phone end with the visit."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.frame.shared_screen import ends_with_a_visit
    from governance.publishing import views
    from governance.publishing.views import kept_code

    ends_with_a_visit(app, kept_code.forget)
    app.register_blueprint(views.bp)
