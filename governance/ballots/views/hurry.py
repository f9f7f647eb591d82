"""A vote that cannot wait for the end of its notice: one who runs the board asks, and another of the board agrees."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.ballots import service
from governance.ballots.forms import HurryForm
from governance.ballots.views.door import bp
from governance.board import service as board
from governance.frame.forms import refusals_in, status_of
from governance.frame.row_numbers import asked_number
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db


@bp.route("/board/ballots/new/hurry", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def hurry() -> ResponseReturnValue:
    """Ask to let a vote open before its notice is over, with a reason everyone can read."""
    proposal, form = _find(asked_number("proposal") or 0), HurryForm()
    if form.validate_on_submit():
        with refusals_in(form):
            _ask(proposal, service.check_may_hurry(db.session, proposal, form.reason.data or "", clock.today()))
            flash(_("You asked for it. The vote can open sooner when another of the board agrees."))
            return redirect(url_for("ballots.call_vote", proposal=proposal.number), code=303)
    first_day = service.first_day(db.session, proposal)  # None while its talk has not begun: the refusal says so.
    words = proposals.current(db.session, proposal)
    page = render_template("ballots/hurry.html", form=form, proposal=proposal, words=words, first_day=first_day)
    return page, status_of(form)


def _find(number: int) -> Proposal:
    return proposals.by_number(db.session, number) or abort(404)


def _ask(proposal: Proposal, reason: str) -> None:
    """Ask for it. The words and the reason are inside what is vouched for: the second person agrees to these alone."""
    words = N_("The vote on “{title}” can open before its days of notice ({days}) are over: {reason}")
    title, days = proposals.current(db.session, proposal).title, board.charter(db.session).notice_days
    people.ask(
        db.session, keyfolder.current(), g.who, service.HURRY,
        Sentence(words, title=title, days=days, reason=reason), clock.today(), subject=proposal.number,
        values={"number": proposal.number, "version": proposal.version, "reason": reason},
        page=("proposals.work", {"number": proposal.number}),
    )  # fmt: skip


@people.does(service.HURRY)
def hurried_together(agreed: people.Agreed) -> None:
    """Let the vote open before its notice is over, if its words did not change meanwhile. Every member is told."""
    values = agreed.values
    proposal = _find(values["number"])
    service.let_hurry(agreed.session, proposal, values["version"], values["reason"], agreed.today)
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)
