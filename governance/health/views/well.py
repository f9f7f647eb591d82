"""What the doctor finds, for the person who runs it, on a page and in plain words."""

from __future__ import annotations

from itertools import groupby

from flask import render_template

from governance import clock
from governance.health import figures, looks
from governance.health.found import State
from governance.health.views.door import bp, here
from governance.permissions.access import Permission, requires


@bp.get("/desk/well")
@requires(Permission.SEE_HEALTH)
def well() -> str:
    """Is everything well? What is to be mended stands first, with what it means and what to do."""
    found = sorted(looks.all_of(here(), quick=True), key=lambda each: list(State).index(each.state))
    by_state = {state.name: list(each) for state, each in groupby(found, key=lambda each: each.state)}
    here().session.rollback()
    day, numbers = figures.of_the_last_day(here().session, clock.today())
    return render_template(
        "health/well.html",
        wrong=by_state.get(State.MEND.name, []),
        notes=by_state.get(State.NOTE.name, []),
        fine=by_state.get(State.FINE.name, []),
        day=day,
        of_the_day=figures.in_words(numbers),
    )
