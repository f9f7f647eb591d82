"""With a helper at the screen, who reads aloud and types: how they come and go, and that nothing stays for them.

A message may be about the helper. So on every screen one can go on alone: first all of it is hidden, and then the
person says whether what was typed stays. Once it is sent the visit is over at once. Whatever the browser may still
hold of it opens no screen any more: going back shows the thanks. That somebody helped stands in no message.
"""

from __future__ import annotations

from flask import Response, after_this_request, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from governance.feedback.views import carried
from governance.feedback.views.carried import Company, Frame, Progress
from governance.feedback.views.drawing import key
from governance.feedback.views.leaving import FORGET, FORGET_PAGES, has_an_outbox
from governance.feedback.views.own_phone import show
from governance.frame.shared_screen import forget_visit, new_visit

COMES_OR_GOES = ("helper", "alone")  # What the buttons for it send.
SENT = "sent"  # In the cookie: the visit in which something was sent, and that of its thanks. It goes with the visit.


def come_or_go(so_far: Progress) -> ResponseReturnValue:
    """Show how it goes with a helper, or that the helper is to go now."""
    if request.form["go"] == "helper":
        return show(so_far.with_helper())
    return show(so_far.parting() if so_far.company is Company.HELPER else so_far)


def go_on_alone(so_far: Progress) -> ResponseReturnValue:
    """Do with what was typed what the person says: keep it, or begin anew. Until then nothing of it is shown."""
    if request.form.get("go") == "keep":
        return show(so_far.alone())
    if request.form.get("go") == "clear":
        forget_visit()
        return redirect(url_for("feedback.kiosk" if so_far.frame is Frame.KIOSK else "feedback.say"), code=303)
    return show(so_far)


def over(so_far: Progress) -> Progress:
    """Return *so_far* for the thanks: where somebody helped, of a visit of their own and without what was said."""
    return so_far.put_away(new_visit()) if so_far.company is Company.HELPER else so_far


def end(so_far: Progress, thanked: Progress) -> None:
    """End the visit in which *so_far* was sent, if somebody helped. The one of the thanks takes its place."""
    if thanked.visit == so_far.visit:
        return
    token = session.get("csrf_token")  # It stays: a second press is no other form.
    forget_visit()
    session.update({"csrf_token": token, "visit": thanked.visit, SENT: (so_far.visit, thanked.visit)})
    after_this_request(_forget_copies)


def sent_before(frame: Frame) -> Progress | None:
    """Return the answers in the form that came, where they are of the visit whose thanks stand here; or None."""
    before, now = session.get(SENT, ("", ""))
    so_far = carried.opened(request.form.get("so_far", ""), key())
    if so_far is None or so_far.frame is not frame or not before:
        return None
    return so_far if so_far.visit == before and session.get("visit") == now else None


def _forget_copies(response: Response) -> Response:
    response.headers.update(FORGET_PAGES if has_an_outbox() else FORGET)
    return response
