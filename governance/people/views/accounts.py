"""The cards: who has one, a new one, and the page that shows it once."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.languages import choices
from governance.frame.narrowed import Narrowed, Told
from governance.frame.square import square
from governance.keys import keyfolder
from governance.people import rules, service
from governance.people.forms import AccountForm
from governance.people.off_the_board import LEFT_WORDS, Leaving, what_ends
from governance.people.views.door import bp, ends_with_account, may_end_account, votes_now
from governance.permissions.access import Permission, requires
from governance.permissions.roles import ROLE_WORDS, Role
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

ENDED = "ended"
NEW, END, NO_MEMBER = "people.new_account", "people.end_account", "people.no_member"


@bp.route("/accounts", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNTS)
def accounts() -> str:
    """Everybody with a card. A name that is looked for stands in no address."""
    looked = Narrowed({**ROLE_WORDS, ENDED: N_("Ended")}, private=True)
    listed = looked.these(service.all_accounts(db.session), _told)
    more = {one.account.id for one in listed if what_ends(frozenset(one.roles)) is Leaving.NO_MEMBER}
    return render_template("people/accounts.html", listed=listed, words=ROLE_WORDS, looked=looked, more=more)


def _told(one: service.Listed) -> Told:
    return one.account.alias, [*one.roles, *([ENDED] if one.account.ended_on else [])]


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNTS)
def new_account() -> ResponseReturnValue:
    """Ask for a new account. Once somebody of the board agreed, whoever asked makes the card and hands it over."""
    form = AccountForm()
    form.language.choices = [SelectChoice(code, name) for code, name in choices()]
    if form.validate_on_submit():
        roles = frozenset(Role(value) for value in form.roles.data or [])
        with refusals_in(form):
            alias = service.check_new_account(db.session, form.alias.data or "", roles)
            words = rules.gets_card(alias, roles)
            values = {"makes_card": True, "alias": alias, "roles": sorted(roles), "language": form.language.data}
            subject = rules.alias_key(alias)
            service.ask(
                db.session, keyfolder.current(), g.who, NEW, words, clock.today(), subject=subject, values=values
            )  # fmt: skip
            return _asked(_("You asked for it. When somebody of the board has agreed, you can make the card here."))
    return render_template("people/new_account.html", form=form), status_of(form)


@service.does(NEW, by_the_first=True)
def make_account(agreed: service.Agreed) -> service.Card:
    """Make the account two people agreed to. Its words are drawn now, for the answer to whoever asked."""
    roles = frozenset(Role(value) for value in agreed.values["roles"])
    named = {"alias": agreed.values["alias"], "language": agreed.values["language"]}
    card = service.new_account(agreed.session, agreed.keys, roles=roles, draft=agreed.draft, **named)
    service.tell_of_accounts(agreed.session, agreed.keys, agreed.said, agreed.today, {card.account_id})
    return card


@bp.post("/accounts/<number:account_id>/end")
@requires(Permission.KEEP_ACCOUNTS)
def end_account(account_id: int) -> ResponseReturnValue:
    """Ask to end an account, and the seat of whoever has one with it."""
    confirmed()
    name = service.check_may_end(db.session, keyfolder.current(), account_id)
    may_end_account(account_id)
    votes_now(db.session, account_id)
    words = Sentence(N_("The account of {name} ends. A seat they hold is open then."), name=name)
    return _ask_about(account_id, END, words)


@service.does(END)
def finish_account(agreed: service.Agreed) -> None:
    """End the account two people agreed to end. What hangs on it elsewhere ends with it."""
    account_id = agreed.values["account"]
    votes_now(agreed.session, account_id)
    ends_with_account(agreed, account_id)
    service.end_account(agreed.session, agreed.keys, account_id, agreed.today)
    service.tell_of_end(agreed.session, agreed.keys, agreed.said, agreed.today, account_id)


@bp.post("/accounts/<number:account_id>/no-member")
@requires(Permission.KEEP_ACCOUNTS)
def no_member(account_id: int) -> ResponseReturnValue:
    """Ask to take the member's role from a card that is for something else too, of somebody who has left the board."""
    confirmed()
    service.check_may_leave(db.session, keyfolder.current(), account_id, Leaving.NO_MEMBER)
    may_end_account(account_id)
    votes_now(db.session, account_id)
    name = service.aliases(db.session, [account_id])[account_id]
    words = Sentence(LEFT_WORDS[Leaving.NO_MEMBER], name=name)
    return _ask_about(account_id, NO_MEMBER, words)


@service.does(NO_MEMBER)
def take_the_role(agreed: service.Agreed) -> None:
    """Take the member's role from a card. A seat whose term is over ends with it."""
    account_id = agreed.values["account"]
    votes_now(agreed.session, account_id)
    ends_with_account(agreed, account_id)
    service.leave_board(agreed.session, agreed.keys, account_id, Leaving.NO_MEMBER, agreed.today, agreed.said)


def _ask_about(account_id: int, act: str, said: Sentence) -> Response:
    """Ask for *act* on an account, which somebody of the board has to agree to. *said*: what members are told of it."""
    service.ask(
        db.session, keyfolder.current(), g.who, act, said, clock.today(), subject=account_id,
        values={"account": account_id}, about=account_id,
    )  # fmt: skip
    return _asked(_("You asked for it. It is done when somebody of the board agrees."))


def _asked(words: str) -> Response:
    flash(words)
    return redirect(url_for("people.asked"), code=303)


@bp.post("/accounts/<number:account_id>/lost-card")
@requires(Permission.KEEP_ACCOUNTS)
def ask_for_card(account_id: int) -> ResponseReturnValue:
    """Ask for a new card in the place of a lost one. A second person has to agree."""
    confirmed()
    service.ask_for_card(db.session, keyfolder.current(), g.who, account_id, clock.today())
    flash(_("Asked for. A reader must agree on the readers' page, with the person there. One of you is of the board."))
    return redirect(url_for("people.accounts"), code=303)


def card_page(card: service.Card) -> str:
    """Return the page that shows a card: to print, once, and hand over."""
    drawn = square(f"{card.alias}\n{card.passphrase}")
    return render_template("people/card.html", card=card, square=drawn)
