"""The cards: who has one, a new one, and the page that shows it once."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.database import db
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.languages import choices
from governance.frame.square import square
from governance.people import service
from governance.people.forms import AccountForm
from governance.people.views.door import bp
from governance.roles import ROLE_WORDS, Role


@bp.get("/accounts")
@requires(Permission.KEEP_ACCOUNTS)
def accounts() -> str:
    """Everybody with a card."""
    return render_template("people/accounts.html", listed=service.all_accounts(db.session), words=ROLE_WORDS)


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNTS)
def new_account() -> ResponseReturnValue:
    """Make an account. The answer to the form is the card, shown once."""
    form = AccountForm()
    form.language.choices = [SelectChoice(code, name) for code, name in choices()]
    if form.validate_on_submit():
        roles = frozenset(Role(value) for value in form.roles.data or [])
        with refusals_in(form):
            named = {"alias": form.alias.data or "", "language": form.language.data}
            return card_page(service.new_account(db.session, keyfolder.current(), roles=roles, **named))
    return render_template("people/new_account.html", form=form), status_of(form)


@bp.post("/accounts/<number:account_id>/end")
@requires(Permission.KEEP_ACCOUNTS)
def end_account(account_id: int) -> ResponseReturnValue:
    """End an account."""
    confirmed()
    service.end_account(db.session, keyfolder.current(), account_id, clock.today())
    flash(_("This account has ended. Its card opens nothing any more."))
    return redirect(url_for("people.accounts"), code=303)


@bp.post("/accounts/<number:account_id>/lost-card")
@requires(Permission.KEEP_ACCOUNTS)
def ask_for_card(account_id: int) -> ResponseReturnValue:
    """Ask for a new card in the place of a lost one. A second person has to agree."""
    confirmed()
    service.ask_for_card(db.session, g.who, account_id)
    flash(_("Asked for. A reader must agree on the readers' page, with the person there. One of you is of the board."))
    return redirect(url_for("people.accounts"), code=303)


def card_page(card: service.Card) -> str:
    """Return the page that shows a card: to print, once."""
    return render_template("people/card.html", card=card, square=square(f"{card.alias}\n{card.passphrase}"))
