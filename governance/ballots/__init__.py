"""Calling a vote, passes, the sealed box, counting, and the result that anybody can check."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this package's pages, and count what waits at its door.

    And give templates what may be wrong with a typed card.
    """
    # Here, so that a rule of this package can be read without loading the web.
    from governance.ballots.passes.card_letters import FAULTS
    from governance.ballots.views import bp, looked_for
    from governance.board.views.first_page import wait_behind
    from governance.frame.navigation import count_at
    from governance.frame.shared_screen import ends_with_a_visit

    app.register_blueprint(bp)
    app.jinja_env.globals["card_faults"] = FAULTS
    count_at(app, "ballots.index", wait_behind("ballots.index"))
    ends_with_a_visit(app, looked_for.forget)
