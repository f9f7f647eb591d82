"""Taking a proposal from step to step."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import clock
from governance.board import service as board
from governance.frame.forms import ConfirmForm, confirmed, refusals_in, status_of
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.proposals import service
from governance.proposals.forms import ParkForm, ReasonForm
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.proposals.views.door import bp, find
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

WITHDRAW = "proposals.withdraw"
VOTE_RUNS = N_("The board is voting on these words. Call the vote off first, on its own page.")


@bp.post("/board/proposals/<number:number>/start")
@requires(Permission.WRITE_PROPOSALS)
def start(number: int) -> ResponseReturnValue:
    """Put a draft to the board."""
    confirmed()
    runs_board = may(Permission.RUN_BOARD)
    service.start_discussion(
        db.session, keyfolder.current(), find(number), clock.today(), account_id=g.who.account_id, runs_board=runs_board
    )
    flash(_("The talk begins. Everyone can read the words now. Nobody outside sees who wrote them."))
    return _to_work(number)


@bp.post("/board/proposals/<number:number>/freeze")
@requires(Permission.RUN_BOARD)
def freeze(number: int) -> ResponseReturnValue:
    """Fix the words."""
    confirmed()
    service.freeze(db.session, find(number))
    flash(_("The words are fixed. Everyone votes on the same ones."))
    return _to_work(number)


@bp.route("/board/proposals/<number:number>/park", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def park(number: int) -> ResponseReturnValue:
    """Put it aside for later, with the reason, which every member reads."""
    proposal, form = find(number), ParkForm()
    if form.validate_on_submit():
        with refusals_in(form):
            reason = form.reason.data or ""
            service.park(db.session, keyfolder.current(), proposal, reason, clock.today(), by=g.who.alias)
            flash(_("It is parked. It is not lost."))
            return _to_work(number)
    return render_template("proposals/park.html", form=form, proposal=proposal), status_of(form)


@bp.route("/board/proposals/<number:number>/back", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def back(number: int) -> ResponseReturnValue:
    """Take fixed or parked words back to the talk, with the reason."""
    proposal, form = find(number), ReasonForm()
    if proposal.status is Status.BALLOT:
        raise RuleRefused(VOTE_RUNS)
    if form.validate_on_submit():
        with refusals_in(form):
            reason = form.reason.data or ""
            board.check_names_nobody(db.session, reason, field="reason")
            service.back_to_discussion(db.session, proposal, reason, clock.today())
            flash(_("It is back in the talk."))
            return _to_work(number)
    page = render_template("proposals/back.html", form=form, proposal=proposal)
    return page, status_of(form)


@bp.route("/board/proposals/<number:number>/take-back", methods=["GET", "POST"])
@requires(Permission.WRITE_PROPOSALS)
def withdraw(number: int) -> ResponseReturnValue:
    """Take one's own proposal back, after asking once more. For somebody else's, ask: another of the board agrees."""
    proposal, form = find(number), ConfirmForm()
    mine = proposal.author_account_id == g.who.account_id
    if not mine and not may(Permission.RUN_BOARD):
        abort(403)
    if form.validate_on_submit():
        if not mine:
            return _ask_to_withdraw(proposal)
        service.withdraw(db.session, proposal, account_id=g.who.account_id)
        flash(_("It is taken back."))
        return _to_work(number)
    page = render_template("proposals/take_back.html", form=form, proposal=proposal, mine=mine)
    return page, status_of(form)


def _ask_to_withdraw(proposal: Proposal) -> Response:
    """Ask for the end of what somebody else wrote. They are told, and are no second: alone they can do it anyway."""
    service.check_may_withdraw(db.session, proposal)
    words = N_("Proposal {number} is taken back and ends: {title}. {name} wrote it.")
    title = service.current(db.session, proposal).title
    said = Sentence(
        words, number=proposal.number, title=title, name=service.names(db.session)[proposal.author_account_id]
    )
    people.ask(
        db.session, keyfolder.current(), g.who, WITHDRAW, said, clock.today(), subject=proposal.number,
        values={"number": proposal.number}, about=proposal.author_account_id,
        page=("proposals.work", {"number": proposal.number}),
    )  # fmt: skip
    flash(_("You asked for it. It is done when somebody else of the board agrees."))
    return redirect(url_for("people.asked"), code=303)


@people.does(WITHDRAW)
def _withdraw_together(agreed: people.Agreed) -> None:
    service.withdraw(agreed.session, find(agreed.values["number"]), account_id=0, by_two=True)
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


def _to_work(number: int) -> Response:
    return redirect(url_for("proposals.work", number=number), code=303)
