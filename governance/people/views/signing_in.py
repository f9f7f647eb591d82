"""Signing in and out, and one's own account."""

from __future__ import annotations

from contextlib import suppress

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from governance import clock
from governance.frame import occurrences, outage, puzzle, slow_lane
from governance.frame.catalogue import said
from governance.frame.error_pages import asks_to_sign_in
from governance.frame.forms import ConfirmForm, status_of
from governance.frame.shared_screen import forget_visit, is_shared
from governance.frame.typed_again import show_again, show_nothing_again
from governance.keys import keyfolder
from governance.people import rules, service
from governance.people.forms import SignInForm
from governance.people.views import before_sign_in, own_words, sign_in_page
from governance.people.views.door import bp, home_of
from governance.permissions.access import Permission, requires
from governance.permissions.roles import ROLE_WORDS, Who
from governance.ruling.errors import RuleRefused
from governance.storage import database
from governance.storage.database import db


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.SIGN_IN)
@slow_lane.slow
def sign_in() -> ResponseReturnValue:
    """Sign in with the card. A wrong try is kept although the answer is a page with an error."""
    form = SignInForm()
    alias = form.alias.data or ""
    task = puzzle.brought(clock.now(), _purpose(alias))
    if "show" in request.form:
        return _page(form, 200, task)
    if slow_lane.is_full():
        return _page(form, 503, task, said(slow_lane.FULL))
    if not form.validate_on_submit():
        return _page(form, status_of(form), task)
    stretched, signed_in = _looked_at(form, alias, task)
    if signed_in:
        before = before_sign_in.opened(request.form.get(before_sign_in.FIELD, ""), signed_in.who)
        _begin(signed_in)
        return _led_on(signed_in.who, before)
    occurrences.happened(occurrences.SIGN_IN_REFUSED)
    wait = service.seconds_to_wait(db.session, stretched, clock.now())
    bits = service.puzzle_bits(db.session, stretched) if wait else 0
    return _page(form, status_of(form), puzzle.new(clock.now(), _purpose(alias), bits), _try_again(wait))


# What somebody had typed when their sign-in ended comes along, sealed (`before_sign_in.py`).
sign_in.largest_body = 256 * 1024  # type: ignore[attr-defined]


def _purpose(alias: str) -> str:
    return f"sign in as {rules.alias_key(alias)}"


def _looked_at(
    form: SignInForm, alias: str, task: puzzle.Puzzle | None
) -> tuple[service.Stretched, service.SignedIn | None]:
    """Return what the words stretch to, and who is signed in with them. The answer of *task* is used up by that alone:
    where the database does not answer, the page comes back with it.
    """
    show_again(lambda sentence, status: _page(form, status, task, sentence))
    with puzzle.used_up(task, clock.now()) as worked:
        mark = session.get(service.OWN_DEVICE)
        stretched = service.stretch(keyfolder.current(), alias, form.passphrase.data or "", mark, worked)
        with database.transaction():
            device = rules.device_of(form.device.data, is_shared())
            signed_in = service.sign_in(db.session, alias, stretched, clock.now(), device, clock.today())
    show_nothing_again()
    return stretched, signed_in


def _page(form: SignInForm, status: int, task: puzzle.Puzzle | None, problem: str = "") -> ResponseReturnValue:
    form.passphrase.errors = [*form.passphrase.errors, *([problem] if problem else [])]
    return sign_in_page.drawn(form, request.form.get(before_sign_in.FIELD, ""), puzzle=task), status


@asks_to_sign_in.fill
def ask_to_sign_in() -> list[str]:
    """The page that asks to sign in, in the place of one that is open to nobody else."""
    return [sign_in_page.drawn(SignInForm(formdata=None), before_sign_in.carried(), asked=True)]


def _begin(signed_in: service.SignedIn) -> None:
    """Give this device a fresh cookie, with a new form secret, and pass on the keys other readers still lack."""
    language = session.get("language", signed_in.language)
    forget_visit()
    g.pop("csrf_token", None)
    session.update({"language": language, service.COOKIE: signed_in.cookie})
    before_sign_in.begin(signed_in.who)
    if not is_shared():
        session[service.OWN_DEVICE] = service.new_mark(keyfolder.current(), signed_in.who.alias)
    if rules.audiences_for(signed_in.who.roles):
        try:
            reader = service.open_reader(db.session, signed_in.who)
            service.pass_on_keys(db.session, keyfolder.current(), reader)
        except RuleRefused:  # The readers' page says what is wrong; it must not keep anybody out.
            db.session.rollback()


def _led_on(who: Who, before: before_sign_in.Before | None) -> ResponseReturnValue:
    """Lead on: to words of one's own first, then to where *who* was going, with what they had typed."""
    if not who.own_words:
        if before is None:
            return redirect(url_for("people.own_words"), code=303)
        g.who = who
        return own_words.page(who, before_sign_in.carried_on(before))
    if before and before.typed:
        return before_sign_in.given_back(before)
    return redirect(before.path if before else url_for(home_of(who)), code=303)


def _try_again(wait: int) -> str:
    words = _("This name and these words do not go together. Look at the card and try again.")
    if not wait:
        return words
    return f"{words} " + ngettext("Wait %(num)s second first.", "Wait %(num)s seconds first.", wait)


@bp.post("/sign-out")
@requires(Permission.SIGN_IN)
def sign_out() -> ResponseReturnValue:
    """Sign out on this device. It works for somebody whose sign-in has just ended by itself, too."""
    if ConfirmForm().validate_on_submit():
        mark = None if is_shared() else session.get(service.OWN_DEVICE)
        forget_visit()
        session.update({service.OWN_DEVICE: mark} if mark else {})
    return redirect(url_for("people.sign_in"), code=303)


@bp.post("/account/sign-out-everywhere")
@requires(Permission.OWN_ACCOUNT)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every sign-in of this account."""
    if ConfirmForm().validate_on_submit():
        service.sign_out_everywhere(db.session, g.who.account_id)
        forget_visit()
        flash(_("You are signed out on every device."))
    return redirect(url_for("people.sign_in"), code=303)


def end_sign_in() -> None:
    """End the sign-in that this device's cookie holds, whichever page forgets it. In an outage only the cookie ends."""
    if service.COOKIE in session:
        with suppress(*outage.SILENT), database.transaction():
            service.sign_out(db.session, session)


@bp.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> str:
    """One's own card: what it opens, and how to sign out everywhere."""
    roles = [words for role, words in ROLE_WORDS.items() if role in g.who.roles]
    since = service.own_words_since(db.session, g.who.account_id)
    return render_template("people/account.html", roles=roles, words_since=since)
