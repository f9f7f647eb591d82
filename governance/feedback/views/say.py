"""Giving feedback: /say on one's own phone, /kiosk on a shared screen. Nothing has to be answered.

The steps read and answer; only sending writes. On a shared screen each answer is the answer to the POST itself, so no
address, no cookie and no database row says how far anybody came. On one's own phone one can go back (`own_phone.py`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Response, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock, sealing
from governance.feedback.views import carried, flood, helped, own_phone
from governance.feedback.views.carried import Company, Frame, Progress, Step
from governance.feedback.views.closed_screen import closed_screen
from governance.feedback.views.door import bp
from governance.feedback.views.drawing import again, judged, key, page
from governance.feedback.views.own_phone import show
from governance.feedback.views.sending import give_code, send
from governance.feedback.views.thanks import thanks_again
from governance.frame import another_language, slow_lane
from governance.frame.shared_screen import forget_visit, is_shared, new_visit, part_of_a_page
from governance.frame.static_files import same_for_all
from governance.frame.typed_again import show_again
from governance.permissions.access import Permission, requires
from governance.places.views import last_seen
from governance.storage import database


@bp.route("/say", methods=["GET", "POST"])
@requires(Permission.GIVE_FEEDBACK)
def say() -> ResponseReturnValue:
    """Give feedback on one's own phone."""
    database.expect(writes=False)
    if is_shared():  # A screen that others use next has no phone's page, whatever link led here.
        return redirect(url_for("feedback.kiosk"), code=303)
    return _answer(Frame.PHONE) if request.method == "POST" else _first_screen()


@bp.get("/say/<number:number>")
@requires(Permission.GIVE_FEEDBACK)
def screen(number: int) -> ResponseReturnValue:
    """Show a screen of /say once more, as it was answered; or the first one, where this phone keeps nothing of it."""
    database.expect(writes=False)
    if is_shared():
        return redirect(url_for("feedback.kiosk"), code=303)
    so_far = own_phone.kept()
    return own_phone.show_again(so_far.at(number)) if so_far else _first_screen()


@bp.route("/kiosk", methods=["GET", "POST"])
@requires(Permission.GIVE_FEEDBACK)
@same_for_all  # Coming here ends the visit before, so nothing of anybody is left to stand in it.
def kiosk() -> ResponseReturnValue:
    """Give feedback on a shared screen. Coming here begins a new visit and ends the one before, a sign-in too."""
    database.expect(writes=False)
    if request.method == "POST":
        return _answer(Frame.KIOSK)
    forget_visit()
    session["shared"] = True
    shown = closed_screen(200) or page(_begin(Frame.KIOSK))
    last_seen.note()
    return shown


@bp.post("/say/code")
@requires(Permission.GIVE_FEEDBACK)
@slow_lane.slow
def say_with_code() -> ResponseReturnValue:
    """Take what /say was sent where a code has to be made or read: that is slow."""
    database.expect(writes=False)
    return _answer(Frame.PHONE)


@bp.post("/kiosk/code")
@requires(Permission.GIVE_FEEDBACK)
@slow_lane.slow
def kiosk_with_code() -> ResponseReturnValue:
    """Take what /kiosk was sent where a code has to be made or read: that is slow."""
    database.expect(writes=False)
    return _answer(Frame.KIOSK)


@bp.get("/say/code-words")
@requires(Permission.GIVE_FEEDBACK)
@part_of_a_page
def code_words() -> Response:
    """The words codes are made of, list by list. The browser looks by itself whether a code was typed as a word."""
    lists = "\n\n".join("\n".join(sealing.word_list(language)) for language in sealing.LANGUAGES)
    return Response(lists, mimetype="text/plain")


# Words that are far too long come back whole, in any script, and are not turned away before anybody reads them.
for each in (say, kiosk, say_with_code, kiosk_with_code):
    each.largest_body = 256 * 1024  # type: ignore[attr-defined]
    each.knows_its_visit = True  # type: ignore[attr-defined]


def _first_screen() -> ResponseReturnValue:
    begun = _begin(Frame.PHONE)
    own_phone.keep(begun)
    return page(begun)


def _begin(frame: Frame) -> Progress:
    return carried.begin(frame, session.setdefault("visit", new_visit()), clock.now())


def _answer(frame: Frame) -> ResponseReturnValue:
    """Take in one screen, and show the next, the one before, the same one again, or the thanks."""
    so_far = _carried(frame)
    if so_far is None:
        return helped.of_before(frame) or closed_screen(422) or page(_begin(frame), status=422, cleared=True)
    so_far = flood.with_answer(so_far, request.form.get("puzzle", ""))
    in_another = another_language.was_picked()
    if in_another and "thanked" in request.form:
        return thanks_again(so_far, request.form["thanked"])
    if so_far.company is Company.PARTING:
        return helped.go_on_alone(so_far)
    show_again(partial(again, so_far))
    if request.form.get("go") == "code" and so_far.company is Company.NONE:  # The thanks to two have no words left.
        return give_code(so_far)
    return _take_in(so_far, in_another)


def _take_in(so_far: Progress, in_another: bool) -> ResponseReturnValue:
    """Take what was answered on one screen, unless something is wrong with it. *in_another*: to show it once more."""
    if helped.is_to_go(so_far):
        return helped.step_away(so_far)
    form = judged(so_far)
    if form.errors:
        return own_phone.show_refused(so_far, form)
    so_far = so_far.saying(**form.said())
    own_phone.keep(so_far)
    go = request.form.get("go")
    if in_another or go in helped.COMES_OR_GOES:
        return show(so_far.with_helper() if go == "helper" else so_far)
    show_again(partial(again, so_far))
    if so_far.too_old(clock.now()) or not g.form_token_held:
        return again(so_far.still_wanted(clock.now()), _("This page was open for a long time. Please press once more."))
    return _go(so_far, go or "")


def _go(so_far: Progress, go: str) -> ResponseReturnValue:
    """Go where the button *go* leads: back, on, or to the thanks, once all is answered that has to be."""
    if go == "back":
        return show(so_far.back())
    if go == "when" and so_far.step is Step.SENDING and so_far.is_last:
        return show(so_far.at_when())
    if so_far.step in so_far.to_ask:
        return own_phone.refuse(so_far, _("Choose one."))
    if go in ("next", "stay") and so_far.is_last:  # No button there says so: a key did it, and a key hands nothing in.
        flash(_("It is not sent yet. Press “Send” to send it."), "not-yet")
        return show(so_far)
    if go != "send" and not so_far.is_last:
        return show(so_far.onward())
    return show(replace(so_far, step=so_far.to_ask[0])) if so_far.to_ask else send(so_far)


def _carried(frame: Frame) -> Progress | None:
    """Return the answers so far, or None when nothing of them may be shown on this screen any more.

    A phone that has lost its cookie keeps its words. A kiosk does not: somebody else may stand there now.
    """
    so_far, visit = carried.opened(request.form.get("so_far", ""), key()), session.get("visit")
    if so_far and so_far.frame is frame and so_far.visit == visit:
        return so_far
    if frame is Frame.KIOSK or visit is not None:
        return None
    step = Step.WORDS if {"words", "in_tab"}.intersection(request.form) else Step.START
    fresh = replace(_begin(frame), step=step)
    return replace(so_far, visit=fresh.visit) if so_far and so_far.frame is frame else fresh
