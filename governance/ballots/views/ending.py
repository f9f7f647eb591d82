"""A vote that ends without a result: called off by two people, or ended by two once it is over."""

from flask import flash, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.ballots import rules, service
from governance.ballots.forms import CallOffForm, EndForm
from governance.ballots.models import Ballot
from governance.ballots.views.door import bp, find, our_turn, stage_now
from governance.ballots.views.work import to_work
from governance.board import service as board
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db


@bp.route("/board/ballots/<number:number>/call-off", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def call_off(number: int) -> ResponseReturnValue:
    """Ask to call a vote off, with a reason everyone can read."""
    ballot, form = find(number), CallOffForm()
    rules.check_may_cancel(stage_now(ballot))
    if form.validate_on_submit():
        with refusals_in(form):
            rules.check_may_cancel(service.stage_of(db.session, ballot, our_turn(ballot)))
            words = N_("Vote {number} is called off: {reason}")
            _ask(ballot, service.CALL_OFF, words, form.reason.data or "")
            flash(_("You asked for it. The vote is called off when another of the board agrees."))
            return to_work(number)
    return render_template("ballots/call_off.html", form=form, ballot=ballot, is_over=False), status_of(form)


@people.does(service.CALL_OFF)
def called_off_together(agreed: people.Agreed) -> None:
    """Call the vote off that two people agreed to call off, if it did not close meanwhile."""
    ballot = find(agreed.values["number"])
    service.take_turns_to_end(agreed.session, ballot)
    service.cancel(agreed.session, agreed.keys, ballot, agreed.values["reason"], clock.now())
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


@bp.route("/board/ballots/<number:number>/end", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def end_without_result(number: int) -> ResponseReturnValue:
    """Ask to end a vote that is over and that nobody counted, with a reason everyone can read."""
    ballot, form = find(number), EndForm()
    rules.check_may_end_without_result(stage_now(ballot), clock.now() - ballot.closes_at)
    if form.validate_on_submit():
        with refusals_in(form):
            service.check_can_end(db.session, ballot, our_turn(ballot))
            words = N_("Vote {number} ends without a result: {reason}")
            _ask(ballot, service.END, words, form.reason.data or "")
            flash(_("You asked. The vote ends once someone else who opens boxes agrees."))
            return to_work(number)
    return render_template("ballots/call_off.html", form=form, ballot=ballot, is_over=True), status_of(form)


@people.does(service.END)
def ended_together(agreed: people.Agreed) -> None:
    """End the vote that two people agreed to end, if nobody counted it meanwhile."""
    ballot = find(agreed.values["number"])
    service.take_turns_to_end(agreed.session, ballot)
    service.end_without_result(agreed.session, agreed.keys, ballot, agreed.values["reason"], clock.now())
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


def _ask(ballot: Ballot, act: str, words: str, reason: str) -> None:
    """Ask for *act*. The reason is inside what is vouched for, so the second person agrees to these very words."""
    reason = service.public_reason(reason)
    board.check_names_nobody(db.session, reason, field="reason")
    people.ask(
        db.session, keyfolder.current(), g.who, act, Sentence(words, number=ballot.number, reason=reason),
        clock.today(), subject=ballot.number, values={"number": ballot.number, "reason": reason},
        page=("ballots.work", {"number": ballot.number}),
    )  # fmt: skip
