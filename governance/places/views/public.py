"""Help now, where we are, and the language page: for anybody."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from governance import clock
from governance.frame.forms import status_of
from governance.frame.site import languages
from governance.permissions.access import Asker, Permission, requires
from governance.places import places_by_day
from governance.places.forms import LanguageForm
from governance.places.views.door import bp
from governance.places.views.last_known import help_on_page
from governance.storage.database import db


@bp.get("/help-now")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
def help_now() -> str:
    """Help right now, whether the database answers or not. Nothing that was typed comes here."""
    back = _back_to(request.args.get("next", ""), url_for("feedback.say"))
    return render_template("places/help_now.html", help=help_on_page(), back=back)


@bp.get("/where")
@requires(Permission.READ_RECORD)
def where() -> str:
    """Where the places of the programme are closed or open, for anybody. Those that are closed stand last."""
    return render_template("places/where.html", places=places_by_day.shown(db.session, clock.today()))


@bp.route("/language", methods=["GET", "POST"])
@requires(Permission.READ_RECORD)
def language() -> ResponseReturnValue:
    """Choose a language. It is kept in the cookie alone."""
    form = LanguageForm()
    if form.validate_on_submit() and form.language.data in languages():
        session["language"] = form.language.data
        return redirect(_back_to(request.form.get("next", ""), url_for("publishing.wall")), code=303)
    return render_template("places/language.html", form=form), status_of(form)


def _back_to(path: str, otherwise: str) -> str:
    """Return *path* when it is one of our own, else *otherwise*."""
    inside = path.startswith(f"{request.script_root}/") and not path.startswith(("//", "/\\"))
    return path if inside and path.isprintable() and len(path) < 200 else otherwise
