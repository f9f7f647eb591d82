"""Calling a vote, passes, the sealed box, counting, and the result that anybody can check."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and what may be wrong with a typed card for the template that sends it."""
    # Here, so that a rule of this package can be read without loading the web.
    from governance.ballots.passes.card_letters import FAULTS
    from governance.ballots.views import bp

    app.register_blueprint(bp)
    app.jinja_env.globals["card_faults"] = FAULTS
