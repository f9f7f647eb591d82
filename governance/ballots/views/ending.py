"""A vote that ends without a result: called off by two people, or ended by two once it is over."""

from flask import abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.ballots import rules, service
from governance.ballots.forms import CallOffForm
from governance.ballots.late_acts import LateAct
from governance.ballots.models import Ballot
from governance.ballots.views.door import bp, find, our_turn, stage_now
from governance.ballots.views.work import to_work
from governance.database import db
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.row_numbers import row_number
from governance.people import service as people
from governance.sentences import N_, Sentence

CALL_OFF = "ballots.call_off"


@bp.route("/board/ballots/<number:number>/call-off", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def call_off(number: int) -> ResponseReturnValue:
    """Ask to call a vote off, with a reason everyone can read; or to end one that is over and that nobody counted."""
    ballot, form = find(number), CallOffForm()
    is_over = stage_now(ballot) is rules.Stage.CLOSED
    if not is_over:
        rules.check_may_cancel(stage_now(ballot))
    if form.validate_on_submit():
        with refusals_in(form):
            now, reason = our_turn(ballot), form.reason.data or ""
            if is_over:
                service.ask_to_end(db.session, ballot, reason, g.who.account_id, now)
                flash(_("You asked. The vote ends once someone else who opens boxes agrees."))
            else:
                _ask_to_call_off(ballot, service.public_reason(reason))
                flash(_("You asked for it. The vote is called off when another of the board agrees."))
            return to_work(number)
    return render_template("ballots/call_off.html", form=form, ballot=ballot, is_over=is_over), status_of(form)


def _ask_to_call_off(ballot: Ballot, reason: str) -> None:
    said = Sentence(N_("Vote {number} is called off: {reason}"), number=ballot.number, reason=reason)
    people.ask(
        db.session, keyfolder.current(), g.who, CALL_OFF, said, clock.today(), subject=ballot.number,
        values={"number": ballot.number, "reason": reason}, page=("ballots.work", {"number": ballot.number}),
    )  # fmt: skip


@people.does(CALL_OFF)
def called_off_together(agreed: people.Agreed) -> None:
    """Call the vote off that two people agreed to call off, if nobody counted it meanwhile."""
    ballot = find(agreed.values["number"])
    service.cancel(agreed.session, agreed.keys, ballot, agreed.values["reason"], our_turn(ballot))
    people.tell(agreed.session, agreed.said, agreed.today)


@bp.post("/board/ballots/<number:number>/agree")
@requires(Permission.OPEN_BOX)
def agree(number: int) -> ResponseReturnValue:
    """Agree to what somebody else asked to do to a vote that is over."""
    confirmed()
    ballot = find(number)
    act, about = request.form.get("act", type=LateAct), row_number(request.form.get("about", ""))
    if act is None:
        abort(400)
    service.agree(db.session, keyfolder.current(), ballot, act, about or 0, g.who.account_id, our_turn(ballot))
    flash(_("You agreed. It is done, and it stands in the ledger."))
    return to_work(number)
