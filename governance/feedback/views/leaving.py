"""Going away from what was said: "Hide this" stays here, the quick exit of one's own phone leads elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from governance.feedback.views.door import bp
from governance.frame import another_language
from governance.frame.shared_screen import forget_visit, is_shared
from governance.frame.static_files import same_for_all
from governance.permissions.access import Permission, requires

# What a browser forgets by itself when it is told so. A tablet that may be without a network keeps its "storage": there
# its outbox lies, sealed, and its worker; what its tab holds of somebody, its own script takes away (`online.js`). So
# does one's own phone: there the only copy of a member's pass may lie, and what waits in the tab goes by its own script
# (`leave.js`), or is sealed under a key that ends with the visit. Without scripts there is neither.
FORGET_PAGES = {"Clear-Site-Data": '"cache"'}
FORGET = {"Clear-Site-Data": '"cache", "storage"'}  # Not "cookies": that clears those of other sites of the domain.

# What the worker of such a tablet says with the pages that clear. It goes when the outbox goes, and a cookie may go
# before: after 400 days, with a new key for cookies, where the screen was enrolled again for something else.
OUTBOX_HERE = "Outbox-Here"


@bp.app_template_global()
def has_an_outbox() -> bool:
    """Whether this browser may have an outbox, with words of people in it: it was enrolled for one, or says so."""
    return "outbox" in session or OUTBOX_HERE in request.headers


def forget_copies() -> dict[str, str]:
    """Return the header that has this browser forget its copies: all it can, where others use it next."""
    return FORGET if is_shared() and not has_an_outbox() else FORGET_PAGES


@bp.before_app_request
def show_nothing_of_a_form_of_before() -> ResponseReturnValue | None:
    """On a shared screen, do not answer a form of a visit that is over: its page would show what stands in it.

    A browser keeps what was sent, and sends it again for whoever presses Back and says yes. The screens of giving
    feedback know by themselves which visit they are of, and say so in words (`say.py`).
    """
    knows_its_visit = getattr(current_app.view_functions.get(request.endpoint or ""), "knows_its_visit", False)
    if not is_shared() or knows_its_visit or g.get("form_token_held", True):
        return None
    return redirect(url_for("feedback.hide"), code=303)


@bp.get("/hide")
@requires(Permission.GIVE_FEEDBACK)
def hide() -> ResponseReturnValue:
    """End the visit at once: a kiosk goes to its cleared page, a phone to the wall."""
    forget_visit()
    return redirect(url_for("feedback.cleared" if is_shared() else "publishing.wall"), code=303)


@bp.get("/kiosk/cleared")
@requires(Permission.GIVE_FEEDBACK)
@same_for_all
def cleared() -> ResponseReturnValue:
    """Say that nothing is left, and have the browser forget its own copies too. An enrolled kiosk stays enrolled.

    Its language goes too, and every language stands there at once by its own name.
    """
    forget_visit()
    another_language.forget()
    page = render_template("feedback/cleared.html", may_be_own="kiosk" not in session)
    return page, 200, forget_copies()


@bp.post("/kiosk/own")
@requires(Permission.GIVE_FEEDBACK)
def own() -> ResponseReturnValue:
    """Take a device that nobody enrolled for somebody's own again: it had opened /kiosk, and is not shared."""
    if "kiosk" not in session:
        forget_visit()
        session.pop("shared", None)
    return redirect(url_for("feedback.say"), code=303)


@bp.get("/leave")
@requires(Permission.GIVE_FEEDBACK)
def leave() -> ResponseReturnValue:
    """Leave at once for a page that tells nothing, and keep nothing here: no visit and no sign-in. A pass stays.

    The cookie is changed and not taken away: a browser then throws away the page of before, which it does not do
    where a cookie only ends (`tests/feedback/test_leaving.py`).
    """
    if has_an_outbox():  # A tablet of a place, whatever its cookie says.
        session["shared"] = True
    if is_shared():  # Nothing else may ever stand on a shared screen.
        return redirect(url_for("feedback.hide"), code=303)
    forget_visit()
    elsewhere = current_app.config["SETTINGS"].leaves_to
    page = render_template("feedback/leave.html", elsewhere=elsewhere, name=urlsplit(elsewhere).hostname)
    return page, 200, forget_copies()
