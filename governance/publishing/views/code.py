"""What a follow-up code opens. The code itself is in no address, cookie or log.

What it stretches to travels sealed, in the page: a shared screen shows it in the answer to the form. On one's own phone
it has an address (`kept_code.py`).
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from governance import clock, sealing
from governance.clockwork import timekeeping
from governance.feedback import service as feedback
from governance.feedback.forms.say import too_long
from governance.feedback.rules import LONGEST_WORDS
from governance.frame import another_language, cookie, slow_lane
from governance.frame.catalogue import said
from governance.frame.forms import errors_of, refused, with_errors
from governance.frame.shared_screen import is_shared
from governance.keys import keyfolder
from governance.ledger import service as ledger
from governance.permissions.access import Permission, requires
from governance.privacy import retention
from governance.publishing.forms import CodeForm, HeldCodeForm, MoreWordsForm
from governance.publishing.service import thread
from governance.publishing.views import kept_code
from governance.publishing.views.door import bp
from governance.publishing.views.threads import on_page
from governance.responses import service as responses
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage import database
from governance.storage.database import db
from governance.storage.text import TextTooLong, plain

UNREAD = {
    "words": N_("You typed {typed} of 5 words. A code has five."),
    "more words": N_("You typed {typed} words. A code has five."),
    "digits": N_("You typed {typed} of 20 numbers. A code has twenty."),
    "more digits": N_("You typed {typed} numbers. A code has twenty."),
    "word": N_("“{word}” is not one of our words. Look at it again."),
    "near": N_("“{word}” is not one of our words. Did you mean “{near}”?"),
    "together": N_("We cannot see where each word ends. Please put a space between the words."),
    "none": N_("A code is five words, or 20 numbers. Look at your paper and try again."),
}
TOLD = {
    "sent": N_("Your words are in. They wait to be mixed with others."),
    "taken back": N_("Your words are off the wall. Only the idea stays."),
}
NOT_SENT = N_("Your words are not sent yet. Send them. If you leave without sending, they are gone.")
PURPOSE = b"real-voice code between pages v1"
IN_TAB = b"real-voice more words in the tab v1"


@bp.route("/code", methods=["GET", "POST"])
@requires(Permission.USE_CODE)
@slow_lane.slow
def code() -> ResponseReturnValue:
    """Ask for the code; show what became of the word in the answer to the form itself."""
    in_another = another_language.was_picked()
    form = CodeForm()
    if form.is_submitted() and not g.form_token_held:  # Of a visit before: what was typed then is not shown again.
        return _refuse(CodeForm(None), why="again")
    if in_another:
        return _refuse(form, 200)
    if not form.is_submitted():
        return _ask(form)
    if not form.validate():
        return _refuse(form)
    if slow_lane.is_full():
        form.code.errors = [said(slow_lane.FULL)]
        return _refuse(form, 503)
    try:
        keys = sealing.code_keys(sealing.read_code(form.code.data or ""), keyfolder.current().pepper)
    except sealing.CodeUnreadable as unreadable:
        form.code.errors = [*form.code.errors, said(_unread(unreadable))]
        return _refuse(form)
    return _lead_on(keys)


@bp.get("/code/opened")
@requires(Permission.USE_CODE)
def opened() -> ResponseReturnValue:
    """Show once more what came of a form on this phone: what a code opened, or why not.

    Ask for the code, where nothing is kept of it.
    """
    here = kept_code.kept()
    if here is None:
        return _ask(CodeForm(None), "again" if kept_code.was_kept() else "")
    if here.keys is None:
        form = with_errors(CodeForm(None, data={"code": here.words}), here.errors)
        return _ask(form, here.why, stays=bool(here.words)), here.status
    form = with_errors(MoreWordsForm(None, data={"words": here.words}), here.errors)
    return _show(here.keys, form, here.status, told=here.told)


@bp.post("/code/done")
@requires(Permission.USE_CODE)
def done() -> ResponseReturnValue:
    """Forget what a code opened on this phone, and go on to the wall. Words that wait to be sent are asked about once.

    With a script it says only that there are some: they wait in the tab.
    """
    database.expect(writes=False)
    form = MoreWordsForm()
    has_words = bool((form.words.data or "").strip() or form.in_tab.data)
    keys = _opened(form) if has_words and request.form.get("go") != "leave" else None
    if keys and g.form_token_held:
        form.form_errors = [said(NOT_SENT)]
        return _refuse_more(keys, form, 422)
    kept_code.forget()
    return redirect(url_for("publishing.wall"), code=303)


@bp.post("/code/more")
@requires(Permission.USE_CODE)
def more() -> ResponseReturnValue:
    """Send more words to the readers of the first ones."""
    in_another = another_language.was_picked()
    form = MoreWordsForm()
    keys = _opened(form)
    if keys is None:
        return _refuse(CodeForm(None), why="again")
    if in_another:
        return _lead_on(keys, form)
    if not form.validate_on_submit():
        return _refuse_more(keys, form, 422)
    try:
        token = bytes.fromhex(form.token.data or "")
        day = timekeeping.day_to_go_by(db.session)
        feedback.add_to(db.session, keyfolder.current(), keys, _words(form), str(get_locale()), token, day)
    except RuleRefused as refusal:
        if isinstance(refusal, TextTooLong):
            form.words.errors = [too_long(refusal.length - refusal.limit)]
        else:
            refused(form, refusal)
        return _refuse_more(keys, form, 409)
    except ValueError:
        return _refuse_more(keys, MoreWordsForm(None), 422)
    return _lead_on(keys, told="sent")


@bp.post("/code/take-back")
@requires(Permission.USE_CODE)
def take_back() -> ResponseReturnValue:
    """Take back the yes to showing words. It holds at once."""
    keys = _opened(HeldCodeForm())
    if keys is None:
        return _refuse(CodeForm(None), why="again")
    feedback.withdraw_quote(db.session, keyfolder.current(), keys)
    return _lead_on(keys, told="taken back")


def _words(form: MoreWordsForm) -> str | feedback.SealedWords:
    """Return the words, as text or as the browser sealed them. Raises RuleRefused for what is too long or missing."""
    if not form.in_tab.data:
        return plain(form.words.data or "", LONGEST_WORDS)
    if (over := form.over.data or 0) > 0:
        raise TextTooLong(LONGEST_WORDS, LONGEST_WORDS + over)
    came = feedback.sealed_words(form.sealed_for.data or "", form.sealed.data or "")
    if came is None:
        raise RuleRefused(N_("Your words did not come along. Please look, then send."))
    return came


def _ask(form: CodeForm, why: str = "", *, stays: bool = False) -> str:
    """Ask for the code. *why*: what is said above it, "again" or "wrong". *stays*: what was typed waits on a phone."""
    again, wrong, waits = why == "again", why == "wrong", _minutes_kept() if stays else 0
    return render_template("publishing/code.html", form=form, again=again, wrong=wrong, waits=waits)


def _minutes_kept() -> int:
    return retention.OPENED_BY_CODE // timedelta(minutes=1)


def _refuse(form: CodeForm, status: int = 422, why: str = "") -> ResponseReturnValue:
    """Ask for the code once more, with what was typed: at an address of its own on one's own phone.

    A whole code is kept nowhere, whatever was wrong with it: then the page is the answer to the form itself. It is
    too where the form came from no page of ours, which changes no cookie, and where a later try may go better.
    """
    typed = form.code.data or ""
    here = kept_code.Opened(None, typed, why=why, errors=errors_of(form), status=status)
    passes = status == HTTPStatus.SERVICE_UNAVAILABLE
    if g.form_token_held and not passes and not _reads_as_code(typed) and kept_code.keep(here):
        return redirect(url_for("publishing.opened"), code=303)
    return _ask(form, why), status


def _refuse_more(keys: sealing.CodeKeys, form: MoreWordsForm, status: int) -> ResponseReturnValue:
    """Show what the code opened, and why more words were not taken: at its own address on one's own phone."""
    db.session.rollback()  # A form that was refused writes nothing, whatever its answer says.
    here = kept_code.Opened(keys, _typed_in(form), errors=errors_of(form), status=status)
    if g.form_token_held and kept_code.keep(here):
        return redirect(url_for("publishing.opened"), code=303)
    return _show(keys, form, status)


def _reads_as_code(typed: str) -> bool:
    try:
        sealing.read_code(typed)
    except sealing.CodeUnreadable:
        return False
    return True


def _typed_in(form: MoreWordsForm | None) -> str:
    """Return the words that came with *form*: none where the browser keeps them in its tab."""
    return form.words.data or "" if form and not form.in_tab.data else ""


def _unread(unreadable: sealing.CodeUnreadable) -> Sentence:
    """Say why this is no code, from the lists of words alone, which everybody may read."""
    template = UNREAD["near" if unreadable.near else unreadable.kind]
    return Sentence(template, typed=unreadable.typed, word=unreadable.word, near=unreadable.near)


def _not_found() -> tuple[str, int]:
    """One answer for a wrong, an expired and a removed code."""
    return _ask(CodeForm(None), "wrong"), 422


def _lead_on(keys: sealing.CodeKeys, form: MoreWordsForm | None = None, told: str = "") -> ResponseReturnValue:
    """Lead on to the address of what the code opened, with what was typed in *form*; or show it here."""
    page = feedback.look_up(db.session, keyfolder.current(), keys)
    if page is None:
        return _refuse(CodeForm(None), why="wrong")
    if kept_code.keep(kept_code.Opened(keys, _typed_in(form), told)):
        return redirect(url_for("publishing.opened"), code=303)
    return _drawn(page, keys, form, told=told)


def _show(
    keys: sealing.CodeKeys, form: MoreWordsForm | None = None, status: int = 200, *, told: str = ""
) -> tuple[str, int]:
    """Draw what became of the word behind a code; not found looks the same for every code that leads nowhere."""
    page = feedback.look_up(db.session, keyfolder.current(), keys)
    return _drawn(page, keys, form, status, told=told) if page else _not_found()


def _drawn(
    page: feedback.FollowUpPage,
    keys: sealing.CodeKeys,
    form: MoreWordsForm | None = None,
    status: int = 200,
    *,
    told: str = "",
) -> tuple[str, int]:
    """Draw what a code opened, with the form for more words. *told*: what came of the last ones."""
    today, is_kept = clock.today(), kept_code.is_kept()
    held = _held(keys)
    form = form or MoreWordsForm(None)
    form.held.data, form.token.data = held, form.token.data or secrets.token_hex(16)
    shown = render_template(
        "publishing/follow_up.html",
        page=page,
        threads=[(title, on_page(stops)) for title, stops in thread.of_word(db.session, page, clock.now(), today)],
        found_answers=responses.answers_behind_themes(db.session, [theme.id for theme in page.themes], today),
        form=form,
        held=held,
        proof=ledger.proof_of(db.session, keyfolder.current(), "intake", page.leaf) if page.leaf is not None else None,
        said_now=said(TOLD[told]) if told else "",
        sent_now=told == "sent",
        address=url_for("publishing.opened" if is_kept else "publishing.code"),
        waits=_minutes_kept() if is_kept else 0,
        is_leaving=said(NOT_SENT) in form.form_errors,
        words_key=feedback.words_key(
            db.session, keyfolder.current(), page.audience, timekeeping.day_to_go_by(db.session)
        ),
        typed_key=_key_of_tab(form.token.data.encode() if is_shared() else keys.unlock),
    )
    return shown, status


def _key_of_tab(of: bytes) -> str:
    """Return the key that seals what waits in the browser's tab, in base64: on a shared screen *of* one form, on one's
    own phone of the code, so that whoever opens it again has their words again.
    """
    return b64encode(cookie.key_from(current_app.config["SETTINGS"].secret, IN_TAB + of)).decode()


def _held(keys: sealing.CodeKeys) -> str:
    facts = [keys.find.hex(), keys.unlock.hex(), keys.tag.hex(), clock.now().isoformat()]
    sealed = sealing.lock(current_app.config["COOKIE_KEY"], json.dumps(facts).encode(), PURPOSE)
    return urlsafe_b64encode(sealed).decode()


def _opened(form: HeldCodeForm) -> sealing.CodeKeys | None:
    """Return what travelled in the page, or None when it is not ours or has stood open too long."""
    try:
        sealed = urlsafe_b64decode((form.held.data or "").encode("ascii"))
        find, unlock, tag, since = json.loads(sealing.unlock(current_app.config["COOKIE_KEY"], sealed, PURPOSE))
    except (ValueError, sealing.SealBroken):
        return None
    if clock.now() - datetime.fromisoformat(since) > retention.OPENED_BY_CODE:
        return None
    return sealing.CodeKeys(*(bytes.fromhex(part) for part in (find, unlock, tag)))
