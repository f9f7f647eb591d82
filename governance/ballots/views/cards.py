"""Drawn cards at the table: printed once, signed for, and voided when left over."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from governance import clock
from governance.ballots import service
from governance.ballots.forms import VoidForm
from governance.ballots.models import Ballot
from governance.ballots.passes.on_the_sheet import Sheet, of_name
from governance.ballots.views.door import a_file, bp, find, moment, our_turn, stage_now, waiting_on
from governance.board.rules import SEAT_CLASS_WORDS
from governance.frame.catalogue import said
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.square import square
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

KEEP = N_(
    "Tear this off and keep it, if you like. With these letters you find your vote after the count. "
    "Whoever sees them can find it too."
)


@dataclass(frozen=True)
class Made:
    """Cards that two people just made. Called, it is the page or the file for whoever asked, to print once."""

    ballot: Ballot
    codes: list[str]
    as_pdf: bool

    def __call__(self) -> ResponseReturnValue:
        """Show them. They are kept nowhere."""
        return _shown(self.ballot, self.codes, as_pdf=self.as_pdf)


@bp.post("/board/ballots/<number:number>/cards")
@requires(Permission.RUN_BOARD)
def print_cards(number: int) -> ResponseReturnValue:
    """Ask to make the cards. Whoever makes them sees every code, so one who opens boxes has to agree."""
    confirmed()
    ballot = find(number)
    wanted = request.form.get("as", "")[:3]
    keys, now = keyfolder.current(), our_turn(ballot)
    service.ask_for_cards(db.session, keys, g.who, ballot, now, clock.today(), wanted=wanted)
    flash(_("You asked. Once someone who opens boxes agrees, you can make the cards."))
    return redirect(url_for("ballots.work", number=number), code=303)


@people.does(service.PRINT_CARDS, by_the_first=True)
def made_together(agreed: people.Agreed) -> Made:
    """Make the cards that two people agreed to make: on the page, or at a terminal (`commands/cards.py`)."""
    ballot = find(agreed.values["number"])
    codes = service.make_cards(agreed.session, agreed.keys, ballot, our_turn(ballot))
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)
    return Made(ballot, codes, agreed.values["as"] == "pdf")


def _shown(ballot: Ballot, codes: list[str], *, as_pdf: bool) -> ResponseReturnValue:
    """Return the cards to print: as a PDF if that is wanted and can be made, else as a page. The codes go with it."""
    number = ballot.number
    stubs = [service.stub_of(keyfolder.current(), ballot, code) for code in codes]
    address = url_for("ballots.vote", number=number, _external=True)
    lines, printed = _lines(ballot), list(zip(codes, stubs, strict=True))
    if as_pdf:
        words = {
            "title": _("The cards for vote %(number)s", number=number),
            "question": ballot.question,
            "lines": lines,
            "alt": _("A square a camera can read. It leads to the page to vote."),
            "vote": _("Vote %(number)s", number=number),
            "keep": said(KEEP),
            "lang": str(get_locale()),
        }
        try:
            pdf = service.cards_pdf([(service.pass_in_words(code), stub) for code, stub in printed], address, words)
            return a_file(pdf, f"cards-{number}.pdf", "application/pdf")
        except RuleRefused:  # Two people agreed, and the codes are made: they are shown in the other way.
            flash(_("This computer has no letters for some words of this vote, so there is no PDF. Print this page."))
    # The code follows the # of the address: a browser opens the page and sends that part to nobody.
    cards = [(service.pass_in_words(code), stub, square(f"{address}#{code}")) for code, stub in printed]
    return render_template(
        "ballots/cards.html", ballot=ballot, cards=cards, address=address, lines=lines, keep=said(KEEP)
    )


def _lines(ballot: Ballot) -> list[str]:
    """Return what every card says under its code."""
    when = moment(ballot.closes_at)
    who = [f"{letter} = {name}" for letter, name in ballot.who_stands.items()]
    return [
        *([", ".join(who)] if who else []),
        _(
            "Vote %(number)s. Open until %(when)s. Type these letters on any tablet or phone.",
            number=ballot.number,
            when=when,
        ),
        _("This card does not say whose it is. Whoever holds it can vote with it. The last vote with it counts."),
    ]


@bp.get("/board/ballots/<number:number>/roll")
@requires(Permission.BOARD_PAGES)
def roll(number: int) -> str:
    """Who may vote, and who drew a card: the sheet that people sign, on a screen.

    The facilitator keeps it, and the tellers look at it before they open the box: quorum is counted from it.
    """
    if not (may(Permission.RUN_BOARD) or may(Permission.OPEN_BOX)):
        abort(403)
    ballot = find(number)
    rows = service.the_roll(db.session, ballot)
    aliases = people.aliases(db.session, [account for account, _class, _signed in rows])
    sheet = Sheet(number, stage_now(ballot), ballot.box_leaf is not None, may(Permission.RUN_BOARD))
    return render_template(
        "ballots/roll.html",
        ballot=ballot,
        rows=sorted(rows, key=lambda row: aliases.get(row[0], "")),
        aliases=aliases,
        class_words=SEAT_CLASS_WORDS,
        asked_back={each.values["account"] for each in waiting_on(ballot, service.TAKE_MARK_BACK)},
        of_name=lambda account, signed: of_name(sheet, account, aliases.get(account, ""), has_one=signed),
    )


@bp.post("/board/ballots/<number:number>/roll/<number:account_id>")
@requires(Permission.RUN_BOARD)
def sign_for(number: int, account_id: int) -> ResponseReturnValue:
    """Mark that a member drew a card at the table. Which card is known to nobody."""
    confirmed()
    ballot = find(number)
    service.sign_for(db.session, ballot, account_id, our_turn(ballot), at_the_table=True)
    return redirect(url_for("ballots.roll", number=number), code=303)


@bp.post("/board/ballots/<number:number>/roll/<number:account_id>/back")
@requires(Permission.RUN_BOARD)
def take_mark_back(number: int, account_id: int) -> ResponseReturnValue:
    """Ask to take back a mark that was a mistake, before the box is shut. Somebody else must agree."""
    confirmed()
    ballot = find(number)
    service.check_can_take_mark_back(db.session, ballot, account_id, our_turn(ballot))
    values = {"number": number, "account": account_id, "whose": people.aliases(db.session, [account_id])[account_id]}
    said = Sentence(N_("One name comes off the sheet of vote {number}. It was marked by mistake."), number=number)
    people.ask(
        db.session, keyfolder.current(), g.who, service.TAKE_MARK_BACK, said, clock.today(),
        subject=f"{number} {account_id}", values=values, about=account_id, page=("ballots.work", {"number": number}),
    )  # fmt: skip
    flash(_("You asked. The name comes off the sheet once someone else who opens boxes agrees."))
    return redirect(url_for("ballots.roll", number=number), code=303)


@people.does(service.TAKE_MARK_BACK)
def took_mark_back_together(agreed: people.Agreed) -> None:
    """Take the name off the sheet that two people agreed to take off, if the box is not shut meanwhile."""
    ballot = find(agreed.values["number"])
    service.take_mark_back(agreed.session, ballot, agreed.values["account"], our_turn(ballot))
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


@bp.post("/board/ballots/<number:number>/drew")
@requires(Permission.VOTE)
def drew_card(number: int) -> ResponseReturnValue:
    """Sign for a card one drew oneself."""
    confirmed()
    ballot = find(number)
    service.sign_for(db.session, ballot, g.who.account_id, our_turn(ballot))
    flash(_("You are on the sheet. Vote with your card, on any tablet."))
    return redirect(url_for("ballots.work", number=number), code=303)


@bp.route("/board/ballots/<number:number>/void", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def void(number: int) -> ResponseReturnValue:
    """Open the cards that were left over, after close, and make them void one by one; or see that none was used."""
    ballot, form, keys = find(number), VoidForm(), keyfolder.current()
    service.check_may_look_at_card(db.session, keys, ballot, clock.now())
    if form.validate_on_submit():
        with refusals_in(form):
            now, typed = our_turn(ballot), form.code.data or ""
            if ballot.box_leaf is None:
                service.void_card(db.session, keys, ballot, typed, now)
                flash(_("That card is void."))
            else:
                code = service.unused_card(db.session, keys, ballot, typed, now)
                if service.is_void(db.session, ballot, code):
                    flash(_("That card is void already. Nobody voted with it."))
                else:
                    flash(_("That card was not used. The box is shut, so it is not made void."))
            return redirect(url_for("ballots.void", number=number), code=303)
    page = render_template(
        "ballots/void.html", ballot=ballot, form=form, voided=len(service.voided(db.session, ballot)),
        made=service.cards_made(db.session, ballot),
    )  # fmt: skip
    return page, status_of(form)
