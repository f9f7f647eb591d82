"""The numbers the board has set for itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.access import Permission, requires
from governance.board import charter as charters
from governance.board import service
from governance.board.forms import (
    CharterForm,
)
from governance.board.views.door import bp
from governance.database import db
from governance.frame.forms import status_of


@bp.get("/board/charter")
@requires(Permission.BOARD_PAGES)
def charter() -> str:
    """The numbers the board has set for itself, in words."""
    versions = service.charter_versions(db.session)
    in_force = service.from_settings(versions[0].settings) if versions else None
    lines = charters.sentences(in_force) if in_force else []
    return render_template("board/charter.html", versions=versions, lines=lines)


@bp.route("/board/charter/new", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def new_charter() -> ResponseReturnValue:
    """Write down new numbers the board has agreed to."""
    versions = service.charter_versions(db.session)
    form = CharterForm(obj=service.from_settings(versions[0].settings) if versions else charters.Charter())
    if form.validate_on_submit():
        version = service.adopt_charter(db.session, form.typed(), clock.today())
        flash(_("Version %(number)s of the charter is in force.", number=version.number))
        return redirect(url_for("board.charter"), code=303)
    return render_template("board/new_charter.html", form=form), status_of(form)
