"""The page of each role, and the first week where people begin."""

from __future__ import annotations

from flask import Blueprint, current_app, g, render_template

from governance import clock
from governance.frame.navigation import first_page
from governance.frame.slots import PagePart
from governance.guide import first_week, state
from governance.guide.by_role import GUIDES
from governance.keys import keyfolder
from governance.permissions.access import Permission, may, requires
from governance.permissions.roles import ROLE_WORDS
from governance.storage.database import db

bp = Blueprint("guide", __name__)


@bp.get("/guide")
@requires(Permission.OWN_ACCOUNT)
def guide() -> str:
    """What whoever is signed in does here, role by role, and the first week where it is not over."""
    mine = [(ROLE_WORDS[role], GUIDES[role]) for role in ROLE_WORDS if role in g.who.roles]
    return render_template("guide/guide.html", mine=mine, shown=_week())


@first_page.fill
def on_the_first_page() -> list[PagePart]:
    """The first week, until it is over."""
    week = _week()
    return [PagePart("guide/_first_week.html", week)] if week["week"] else []


def _week() -> dict[str, object]:
    steps = state.steps(db.session, keyfolder.current(), clock.today())
    opens = {step.page for step in steps if _may_open(step.page)}
    return {"week": steps, "next_step": first_week.next_of(steps), "opens": opens}


def _may_open(page: str) -> bool:
    """Whether whoever is signed in may open *page*: a link to a shut door helps nobody."""
    return may(getattr(current_app.view_functions[page], "permission", Permission.OPERATE))
