"""Words of one's own: what somebody printed for me is seen by nobody else any more, because it opens nothing.

Whoever signed in with printed words finds this page in the place of every page of work (`access.py`). What they were
about to do, or had typed, travels with it, sealed, and is given back once the words are their own.
"""

from __future__ import annotations

from datetime import datetime

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from governance import clock
from governance.frame import slow_lane
from governance.frame.catalogue import said
from governance.frame.error_pages import asks_for_own_words
from governance.frame.forms import confirmed
from governance.frame.row_numbers import row_number
from governance.frame.shared_screen import is_shared
from governance.frame.square import square
from governance.keys import keyfolder
from governance.people import rules, service, typed_back
from governance.people.forms import OwnWordsForm, SignInForm
from governance.people.service.accounts import SETTLED
from governance.people.views import before_sign_in, sign_in_page
from governance.people.views.door import bp, home_of
from governance.permissions.access import Permission, requires
from governance.permissions.roles import Who
from governance.storage.database import db

FRESH = "fresh"  # The field that carries the words until they are typed back.


@bp.route("/account/own-words", methods=["GET", "POST"])
@requires(Permission.OWN_WORDS)
@slow_lane.slow
def own_words() -> ResponseReturnValue:
    """Draw words of my own, and make them mine once I typed some of them back. The words before stop only then."""
    if request.method == "GET":
        return page(g.who)
    confirmed()
    return _make() if FRESH in request.form else _draw()


# What somebody had typed comes along, as at the sign-in.
own_words.largest_body = 256 * 1024  # type: ignore[attr-defined]


def page(who: Who, before: str = "") -> str:
    """Return the page that says what this is, for *who*. *before*: what they were about to do, sealed."""
    number, typed = service.card_number(db.session, who.account_id), _holds_words(before, who)
    return render_template("people/own_words.html", card=number, has_own=who.own_words, before=before, typed=typed)


def _holds_words(before: str, who: Who) -> bool:
    waits = before_sign_in.opened(before, who)
    return bool(waits and waits.typed)


@asks_for_own_words.fill
def ask_for_own_words() -> list[str]:
    """The page in the place of one that printed words do not open."""
    return [page(g.who, before_sign_in.carried())]


def _draw() -> ResponseReturnValue:
    """Draw new words and show them. Nothing has changed by it."""
    held = session.get(service.COOKIE) or {}
    if not rules.just_signed_in(datetime.fromisoformat(held["since"]), clock.now()):
        return _card_first(), 409
    if slow_lane.is_full():
        flash(said(slow_lane.FULL))
        return page(g.who, _before()), 503
    # The slow work comes before any query.
    draft = service.draft_card(keyfolder.current(), g.who.alias, str(get_locale() or "en"))
    fresh = service.Fresh(draft, row_number(request.form.get("card", "")) or 0)
    if fresh.card != service.card_number(db.session, g.who.account_id):
        flash(said(SETTLED))
        return page(g.who, _before()), 409
    return _shown(fresh, OwnWordsForm(formdata=None))


def _card_first() -> str:
    """Return the page that asks for the card again. What was typed, or the wish for new words, passes through it."""
    before = _before()
    if not before and g.who.own_words:  # Whoever has none of their own is led back here by the sign-in itself.
        before = before_sign_in.carried_on(before_sign_in.Before(url_for("people.own_words"), []))
    return sign_in_page.drawn(SignInForm(formdata=None), before, late=True, typed=_holds_words(before, g.who))


def _make() -> ResponseReturnValue:
    """Make the fresh words somebody's own once the first and the last are typed back; else show them again."""
    fresh = service.opened_words(g.who, request.form.get(FRESH, ""), clock.now())
    if fresh is None:
        flash(_("These words are no longer good. Your old words still work. Make new ones now."))
        return page(g.who, _before()), 409
    form = OwnWordsForm()
    if not form.validate_on_submit() or not typed_back.has_words(fresh.draft.passphrase, form.passphrase.data or ""):
        wrong = _("These are not the first word and the last word. Look at them and try again.")
        form.passphrase.errors = [*(form.passphrase.errors or [wrong])]
        return _shown(fresh, form), 422
    device = rules.device_of((session.get(service.COOKIE) or {}).get("device"), is_shared())
    now, today = clock.now(), clock.today()
    signed_in = service.make_own_words(db.session, keyfolder.current(), g.who, fresh, now, today, device)
    session[service.COOKIE] = signed_in.cookie
    return _go_on(signed_in.who)


def _go_on(who: Who) -> ResponseReturnValue:
    """Lead on to where *who* was going, with what they had typed."""
    before = before_sign_in.opened(_before(), who)
    g.who, g.roles = who, who.roles
    flash(_("These are your words now. The ones before open nothing any more."))
    if before and before.typed:
        return before_sign_in.given_back(before)
    return redirect(before.path if before else url_for(home_of(who)), code=303)


def _before() -> str:
    return request.form.get(before_sign_in.FIELD, "")


def _shown(fresh: service.Fresh, form: OwnWordsForm) -> str:
    """Return the page with the new words, which asks for some of them."""
    words = fresh.draft.passphrase
    return render_template(
        "people/my_words.html",
        card=fresh.draft,
        square=square(f"{fresh.draft.alias}\n{words}"),
        form=form,
        hidden={FRESH: service.sealed_words(g.who, fresh, clock.now()), before_sign_in.FIELD: _before()},
    )
