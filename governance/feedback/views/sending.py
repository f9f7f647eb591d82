"""Sending what was said, with a code or without.

A code is slow on purpose. So what needs one goes on to an address of its own, whose requests wait in a lane of their
own (`frame/slow_lane.py`): the browser sends the same form there once more (RFC 9110, 307), and nobody else waits.
"""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from governance import clock, sealing
from governance.clockwork import timekeeping
from governance.feedback import rules, service
from governance.feedback.views import flood, helped, own_phone
from governance.feedback.views.carried import Frame, Progress, Step
from governance.feedback.views.closed_screen import is_closed
from governance.feedback.views.drawing import again, form_of, let_go, page
from governance.feedback.views.thanks import thanks
from governance.frame import catalogue, slow_lane
from governance.keys import keyfolder
from governance.places import service as places
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage import database
from governance.storage.database import db

SLOWLY = {Frame.PHONE: "say_with_code", Frame.KIOSK: "kiosk_with_code"}  # Their endpoints (say.py).
TOO_LATE = N_("This page was open for too long. A code can only be made right away.")


def send(so_far: Progress) -> ResponseReturnValue:
    """Seal and hold it. A code, which is slow, and the page itself are made first: writing then takes a moment only."""
    hurried = request.form.get("trap") or so_far.too_quick(clock.now())
    if so_far.frame is Frame.PHONE and hurried:
        return own_phone.refuse(so_far, _("Press send once more."))
    if so_far.answers.in_tab:
        came = service.sealed_words(request.form.get("sealed_for", ""), request.form.get("sealed", ""))
        if came is None:
            let_go()
            missed = _("Your words did not come along. Please look, then send.")
            return page(replace(so_far, step=Step.WORDS), status=422, note=missed)
        so_far = so_far.saying(sealed=came.in_letters, sealed_for=str(came.key_id))
    so_far = _as_it_stands(so_far.saying(sent_in=str(get_locale())))
    keys, said = keyfolder.current(), so_far.answers
    typed_code = _code_in(said.words)
    if said.wants_code or typed_code is not None:
        if not _in_the_slow_lane():
            return _on_to_the_slow_lane(so_far)
        if slow_lane.is_full():
            return again(so_far, catalogue.said(slow_lane.FULL), status=503)
    code = service.prepare_code(keys, so_far.token, str(get_locale())) if said.wants_code else None
    try:
        if typed_code is not None and service.look_up(db.session, keys, sealing.code_keys(typed_code, keys.pepper)):
            return _their_code(so_far)
        day = timekeeping.day_to_go_by(db.session)
        sealed = service.seal(db.session, keys, _submission(so_far, code), day)
        shown = code.code if code else None
        over = helped.over(so_far)
        thanked = thanks(over, shown)
        database.go_on_to_write()
        receipt = service.hold(db.session, sealed, day)
    except RuleRefused as refused:
        return again(so_far, catalogue.said(refused.sentence), status=409)
    own_phone.forget()
    helped.end(so_far, over, with_code=receipt.code is not None)
    return thanked if receipt.code == shown else thanks(over, receipt.code)


def give_code(so_far: Progress) -> ResponseReturnValue:
    """Make a code for what was just sent without one, as long as it waits."""
    if so_far.too_old(clock.now()):
        return thanks(so_far, None, _(TOO_LATE)), 422
    if not g.form_token_held:
        return thanks(so_far, None, _("Please press once more."), may_ask=True), 422
    if not _in_the_slow_lane():
        return _on_to_the_slow_lane(so_far)
    if slow_lane.is_full():
        return thanks(so_far, None, catalogue.said(slow_lane.FULL), may_ask=True), 503
    keys, so_far = keyfolder.current(), _as_it_stands(so_far)
    code = service.prepare_code(keys, so_far.token, str(get_locale()))
    thanked = thanks(so_far, code.code)
    database.go_on_to_write()
    try:
        service.give_code(db.session, keys, _submission(so_far, code), timekeeping.day_to_go_by(db.session))
    except service.KeyChanged:
        let_go()
        return thanks(so_far, None, _(TOO_LATE)), 409
    except RuleRefused as refused:
        let_go()
        return thanks(so_far, None, catalogue.said(refused.sentence)), 409
    return thanked


def _in_the_slow_lane() -> bool:
    return slow_lane.is_marked(current_app.view_functions[request.endpoint or ""])


def _on_to_the_slow_lane(so_far: Progress) -> ResponseReturnValue:
    return redirect(url_for(f"feedback.{SLOWLY[so_far.frame]}"), code=307)


def _as_it_stands(so_far: Progress) -> Progress:
    """Return *so_far* with whether it goes without the name of the place, as is so now."""
    return so_far.saying(without_place=so_far.frame is Frame.KIOSK and is_closed())


def _code_in(words: str) -> int | None:
    """Return the follow-up code that *words* are, if they are one and nothing else."""
    try:
        return sealing.read_code(words)
    except sealing.CodeUnreadable:
        return None


def _words(so_far: Progress) -> str | service.SealedWords | None:
    """Return the words as they came: text, or sealed in the browser. None where they should have and did not."""
    said = so_far.answers
    return service.sealed_words(said.sealed_for, said.sealed) if said.in_tab else said.words


def _submission(so_far: Progress, code: service.PreparedCode | None) -> service.Submission:
    """Return what is sent of all the answers. A tablet of the place says which; one's own device says no place."""
    said = so_far.answers
    return service.Submission(
        token=so_far.token,
        lane=said.kind,
        about=rules.about_of(said.kind, said.about),
        topics=said.topics,
        face=said.face,
        language=said.sent_in or str(get_locale()),
        words=_words(so_far) or "",
        consent=rules.Consent(said.consent),
        route=rules.Route(said.route or rules.Route.LATER),
        place=places.place_of_kiosk(db.session, session.get("kiosk", "")) if so_far.frame is Frame.KIOSK else "",
        via=so_far.frame.value,
        code=code,
        in_flood=code is None and flood.is_part_of_it(so_far),
    )


def _their_code(so_far: Progress) -> ResponseReturnValue:
    let_go()
    own_phone.forget()  # A code stays in no cookie.
    so_far = replace(so_far, step=Step.WORDS)
    form = form_of(so_far)
    form.refuse_code()
    return page(so_far, form, status=422)
