"""A vote that ends without a result: called off by whoever runs the board, or, once it is over, by two people."""

from flask import abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import keyfolder
from governance.access import Permission, requires
from governance.ballots import rules, service
from governance.ballots.forms import CallOffForm
from governance.ballots.late_acts import LateAct
from governance.ballots.views.door import bp, find, our_turn, stage_now
from governance.ballots.views.work import to_work
from governance.database import db
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.row_numbers import row_number


@bp.route("/board/ballots/<number:number>/call-off", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def call_off(number: int) -> ResponseReturnValue:
    """Call a vote off, with a reason everyone can read; or ask to end one that is over and that nobody counted."""
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
                service.cancel(db.session, keyfolder.current(), ballot, reason, now)
                flash(_("The vote is called off. The words are back in the talk."))
            return to_work(number)
    return render_template("ballots/call_off.html", form=form, ballot=ballot, is_over=is_over), status_of(form)


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
