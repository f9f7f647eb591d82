"""The ceremony: three people take one recovery share each, on their own screen, one after another.

A share is shown to whoever asked for it, again and again if the page breaks off, until they have typed a part of it
back. Then it is nowhere but on their paper.
"""

from __future__ import annotations

from datetime import datetime

from flask import flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.people import next_steps, rules, service, share_rules
from governance.people.forms import ShareForm
from governance.people.service.second_yes import GATES
from governance.people.views.door import bp
from governance.permissions.access import Permission, requires
from governance.ruling.sentences import N_, Sentence
from governance.storage import database
from governance.storage.database import db

NEW = "people.new_shares"


@bp.get("/recovery-shares")
@requires(Permission.OWN_ACCOUNT)
def shares() -> str:
    """How far the shares are with people, what that means meanwhile, and what I can do."""
    over = service.hand_over(db.session, keyfolder.current())
    gate, counts = GATES[NEW], service.as_who_sits(db.session, g.who, clock.today())
    return render_template(
        "people/shares.html",
        over=over,
        states=share_rules.ShareState,
        by_law=share_rules.BY_LAW,
        to_take=next_steps.to_take(
            is_mine=service.shown_to(db.session, g.who),
            one_waits=bool(over.how_many(share_rules.ShareState.WAITS)),
            refused=share_rules.why_not(g.who.account_id, counts.roles, over.shares),
        )
        if over
        else [],
        may_ask=bool(g.who.roles & (gate.one | gate.other)),
    )


@bp.post("/recovery-shares/take")
@requires(Permission.OWN_ACCOUNT)
def take_share() -> ResponseReturnValue:
    """Show me my share. It stays mine, and is shown to nobody else from now on."""
    confirmed()
    _check_just_signed_in()
    with database.transaction():  # Kept before anything is shown: nothing that fails later makes it wait again.
        service.claim_share(db.session, keyfolder.current(), g.who, clock.today())
    return _shown(ShareForm(formdata=None))


@bp.post("/recovery-shares/have")
@requires(Permission.OWN_ACCOUNT)
def have_share() -> ResponseReturnValue:
    """I have it on paper, and typed a part of it: it is destroyed here."""
    confirmed()
    form, keys = ShareForm(), keyfolder.current()
    service.check_shown(db.session, keys, g.who)
    if form.validate_on_submit():
        with database.transaction():
            has = service.have_share(db.session, keys, g.who, form.share.data or "", clock.today())
        if has:
            service.settle(db.session, keys)
            flash(_("Your share is on your paper alone now. Sign out, so that the next person can come."))
            return redirect(url_for("people.shares"), code=303)
        form.share.errors = [_("This is not the first group and the last group. Look at them and try again.")]
    _check_just_signed_in()
    return _shown(form), 422


def _check_just_signed_in() -> None:
    held = session.get(service.COOKIE) or {}
    rules.check_just_signed_in(datetime.fromisoformat(held["since"]), clock.now())


def _shown(form: ShareForm) -> str:
    share = service.shown_share(db.session, keyfolder.current(), g.who)
    over = service.hand_over(db.session, keyfolder.current())
    return render_template("people/share.html", share=share, mark=over.mark if over else "", form=form)


@bp.post("/recovery-shares/new")
@requires(Permission.OWN_ACCOUNT)
def new_shares() -> ResponseReturnValue:
    """Ask for a new key and three new shares, as the first of two people."""
    confirmed()
    words = Sentence(N_("The board gets a new recovery key. Three people take new shares."))
    service.ask(db.session, keyfolder.current(), g.who, NEW, words, clock.today())
    flash(_("You asked for it. It is done when a second person agrees, under “Second yes”."))
    return redirect(url_for("people.asked"), code=303)


@service.does(NEW)
def make_new_shares(agreed: service.Agreed) -> None:
    """Make the key and the shares two people agreed to. The old ones hold until enough of the new ones are out."""
    service.renew_shares(agreed.session, agreed.keys)
    service.tell_of_shares(agreed.session, agreed.keys, agreed.said, agreed.today)
