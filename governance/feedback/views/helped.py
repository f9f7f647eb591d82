"""With a helper at the screen, who reads aloud and types: how they come and go, and that nothing stays for them.

A message may be about the helper. So on every screen one can go on alone: first all of it is hidden, and then the
person says whether what was typed stays. Once it is sent the visit is over at once. Either way the visit takes another
name: whatever the browser may still hold of it shows no word any more. Going back leads to the screen that says the
helper is to go, and once it is sent to the thanks. That somebody helped stands in no message.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from flask import Response, after_this_request, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from governance import clock
from governance.feedback import rules
from governance.feedback.views import carried, own_phone
from governance.feedback.views.carried import Company, Frame, Progress, Step
from governance.feedback.views.closed_screen import closed_screen
from governance.feedback.views.drawing import again, form_of, judged, key, page
from governance.feedback.views.leaving import forget_copies
from governance.feedback.views.own_phone import show
from governance.feedback.views.thanks import thanks, thanks_again
from governance.frame.shared_screen import forget_visit, new_visit
from governance.frame.typed_again import show_again

COMES_OR_GOES = ("helper", "alone")  # What the buttons for it send.
# In the cookie: the visit that a helper was part of ("": none of its forms is answered any more), the one that took its
# place, when something was sent in the first one (None: the helper is to go), and whether that went without the name of
# the place, and with a code. It goes with the visit.
BEFORE = "before"


def is_to_go(so_far: Progress) -> bool:
    """Whether the button that was pressed sends the helper away."""
    return so_far.company is Company.HELPER and request.form.get("go") == "alone"


def step_away(so_far: Progress) -> ResponseReturnValue:
    """Hide all of it at once, and say that the helper is to go. What is wrong with the words waits until they went."""
    visit = new_visit()
    hidden = _hidden(so_far, visit)
    show_again(partial(again, hidden))  # An error has to be hidden too.
    session.update({"visit": visit, BEFORE: (so_far.visit, visit, None, False, False)})
    return show(hidden)


def go_on_alone(so_far: Progress) -> ResponseReturnValue:
    """Do with what was typed what the person says: keep it, or begin anew. Until then nothing of it is shown."""
    if request.form.get("go") == "keep":
        return _kept(so_far.alone())
    if request.form.get("go") == "clear":
        return _begun_anew(so_far.frame)
    return show(so_far)


def _begun_anew(frame: Frame) -> ResponseReturnValue:
    """Begin a visit that knows that somebody was sent away, and nothing of what was said before.

    A kiosk answers with its first screen itself: whoever comes to its address comes to a visit that knows nothing.
    """
    forget_visit()
    visit = session["visit"]
    session[BEFORE] = ("", visit, None, False, False)
    if frame is Frame.PHONE:
        return redirect(url_for("feedback.say"), code=303)
    return closed_screen(200) or page(carried.begin(frame, visit, clock.now()))


def over(so_far: Progress) -> Progress:
    """Return *so_far* for the thanks: where somebody helped, of a visit of their own and without what was said.

    A helper who was sent away may come back. So it is the same after that: no code is asked for later, and one that
    was asked for lies in its fold.
    """
    if so_far.company is Company.HELPER or _sent_one_away(so_far):
        return replace(so_far.put_away(new_visit()), company=Company.HELPER)
    return so_far


def end(so_far: Progress, thanked: Progress, with_code: bool) -> None:
    """End the visit in which *so_far* was sent, if somebody helped. The one of the thanks takes its place."""
    if thanked.visit == so_far.visit:
        return
    token = session.get("csrf_token")  # It stays: a second press is no other form.
    forget_visit()
    before = (so_far.visit, thanked.visit, clock.now(), thanked.answers.without_place, with_code)
    session.update({"csrf_token": token, "visit": thanked.visit, BEFORE: before})
    after_this_request(_forget_copies)


def of_before(frame: Frame) -> ResponseReturnValue | None:
    """Answer a form of the visit that a helper was part of, which is over, without a word of it; or return None."""
    before, now, sent, *went = _before()
    so_far = carried.opened(request.form.get("so_far", ""), key())
    if so_far is None or so_far.frame is not frame or so_far.visit != before or session.get("visit") != now:
        return None
    # Where the helper is to go, the same is said again. The form has what it had, and nothing newer is lost for it.
    return _thanks_to_two(so_far, sent, *went) if sent else page(_hidden(so_far, now))


def _before() -> tuple[str, str, datetime | None, bool, bool]:
    """Return what the cookie holds under BEFORE. One of an older program does not say whether there was a code."""
    kept = (*session.get(BEFORE, ("", "", None, False)), False)
    return kept[:5]


def _sent_one_away(so_far: Progress) -> bool:
    return _before()[1] == so_far.visit


def _thanks_to_two(so_far: Progress, sent: datetime, without_place: bool, with_code: bool) -> ResponseReturnValue:
    """Answer who presses twice, or goes back, after it was sent: with the thanks, and with no screen.

    The code, if there was one, stands there once more only for a second press. Later it may be the helper alone who
    sends the form again. A form that asks for one where none was made is given none: it would open nothing.
    """
    bare = so_far.saying(without_place=without_place).put_away(session["visit"])
    over = replace(bare, company=Company.HELPER)
    pressed_twice = timedelta() <= clock.now() - sent <= rules.SECOND_PRESS
    sends = request.form.get("go") == "send" or "wants_code" in request.form
    if not sends or so_far.step not in (Step.SENDING, Step.WHEN) or not pressed_twice:
        return thanks(over, None)
    said = so_far.saying(**form_of(so_far, sent=True).said()).answers
    return thanks_again(over, str(get_locale()) if with_code and said.wants_code else "")


def _hidden(so_far: Progress, visit: str) -> Progress:
    """Return *so_far* with what came now, hidden until the helper has gone, under the name of another *visit*."""
    if so_far.company is not Company.PARTING:
        form = judged(so_far)
        if so_far.step is Step.WORDS or not form.errors:  # Answers that no screen offers are not taken.
            so_far = so_far.saying(**form.said())
    return replace(so_far.parting(), visit=visit)


def _kept(alone: Progress) -> ResponseReturnValue:
    """Show the screen again, with what is wrong with the words, if something is: until now nobody could be told."""
    form = form_of(alone)
    if alone.step is Step.WORDS:
        form.validate()
        form.csrf_token.errors = []  # It is drawn here, and was not sent.
    if not form.errors:
        return show(alone)
    alone = alone.saying(words="")  # They stand in the form.
    own_phone.keep(alone)
    return page(alone, form, status=422)


def _forget_copies(response: Response) -> Response:
    response.headers.update(forget_copies())
    return response
