"""The second yes: what one person asked for and another one agrees to or refuses, and what members were told of it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import clock
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.people import service
from governance.people.forms import AgreeToCardForm
from governance.people.views.accounts import card_page
from governance.people.views.door import bp, home_of
from governance.permissions.access import Permission, may, requires
from governance.storage.database import db

AT_ONCE = 50


@bp.get("/second-yes")
@requires(Permission.OWN_ACCOUNT)
def asked() -> str:
    """What waits for me, what I asked for, what is about me, and what members were told."""
    keys = keyfolder.current()
    return render_template(
        "people/second_yes.html",
        requests=service.requests_of(db.session, keys, g.who, clock.today()),
        told=service.told(db.session, keys, AT_ONCE) if may(Permission.BOARD_PAGES) else None,
    )


def wait_for_me() -> int:
    """Return how many requests wait for whoever is asking: the number at the door."""
    return service.how_many_wait(db.session, keyfolder.current(), g.who, clock.today())


@bp.post("/second-yes/<number:asked_id>/agree")
@requires(Permission.OWN_ACCOUNT)
def agree(asked_id: int) -> ResponseReturnValue:
    """Agree, as the second person, and it is done; a card is left to whoever asked for it."""
    confirmed()
    read = request.form.get("read", "")
    if service.agree(db.session, keyfolder.current(), g.who, asked_id, read, clock.today()):
        return _back(_("You agreed, and it is done. Every member of the board can read it."))
    return _back(_("You agreed. Who asked can do it now."))


@bp.post("/second-yes/<number:asked_id>/card")
@requires(Permission.OWN_ACCOUNT)
def make_card(asked_id: int) -> ResponseReturnValue:
    """Make the card that I asked for, or the cards of a vote, once another person agreed. I alone see it, and once."""
    confirmed()
    form, keys = AgreeToCardForm(), keyfolder.current()
    draft = service.draft_card(keys, form.alias.data, form.language.data or "en") if form.alias.data else None
    read = request.form.get("read", "")
    made = service.finish(db.session, keys, g.who, asked_id, read, clock.today(), draft)
    if isinstance(made, service.Card):
        return card_page(made)
    return made() if callable(made) else _back(_("It is done."))


@bp.post("/second-yes/<number:asked_id>/refuse")
@requires(Permission.OWN_ACCOUNT)
def refuse(asked_id: int) -> ResponseReturnValue:
    """Say no, as the second person."""
    confirmed()
    service.refuse(db.session, keyfolder.current(), g.who, asked_id, clock.today())
    return _back(_("You said no. Nothing has changed. Every member of the board can read it."))


@bp.post("/second-yes/<number:asked_id>/take-back")
@requires(Permission.OWN_ACCOUNT)
def take_back_asked(asked_id: int) -> ResponseReturnValue:
    """Take back what I asked for."""
    confirmed()
    service.take_back(db.session, g.who, asked_id)
    return _back(_("Taken back. Nothing has changed."))


@bp.post("/board/read")
@requires(Permission.BOARD_PAGES)
def have_seen() -> ResponseReturnValue:
    """I have read what members were told: it leaves my first page, and I am there again."""
    confirmed()
    service.have_seen(db.session, keyfolder.current(), g.who.account_id, clock.today())
    flash(_("You have read it. It stays at “Second yes”."))
    return redirect(url_for(home_of(g.who)), code=303)


def _back(words: str) -> Response:
    flash(words)
    return redirect(url_for("people.asked"), code=303)
