"""Starting a clock: on a decision, when its record is adopted, or on a theme that needs no vote."""

from __future__ import annotations

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import clock
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.decisions.views.door import ADOPT, ADOPT_LEFT_LYING
from governance.feedback import service as feedback
from governance.feedback.views.door import themes_before_all
from governance.feedback.views.for_members import themes_i_may_bring_up
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.responses import service
from governance.responses.views.door import bp
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db


@bp.post("/board/decisions/<number>/adopt")
@requires(Permission.RUN_BOARD)
def adopt(number: str) -> ResponseReturnValue:
    """Ask to adopt a record, in the words it has now."""
    confirmed()
    return _ask(ADOPT, decisions.by_number(db.session, number) or abort(404))


@bp.post("/board/decisions/<number>/adopt-late")
@requires(Permission.WRITE_PROPOSALS)
def adopt_left_lying(number: str) -> ResponseReturnValue:
    """Ask to adopt a record on who sits or has a role that lies a week, as anybody of the board."""
    confirmed()
    record = decisions.by_number(db.session, number) or abort(404)
    decisions.check_anybody_may_write(db.session, record, clock.today())
    return _ask(ADOPT_LEFT_LYING, record)


def _ask(act: str, record: Record) -> Response:
    decisions.check_may_adopt(db.session, record, clock.today())
    number = record.number
    said = Sentence(N_("Record {number} becomes public: {title}."), number=number, title=record.title)
    values = {"number": number, "words": decisions.words_of(record)}
    people.ask(
        db.session, keyfolder.current(), g.who, act, said, clock.today(), subject=number, values=values,
        about=decisions.whose_seat(db.session, record), page=("decisions.work", {"number": number}),
    )  # fmt: skip
    flash(_("You asked for it. The record is public when another of the board has read it and agrees."))
    return redirect(url_for("decisions.work", number=number), code=303)


@people.does(ADOPT_LEFT_LYING)
@people.does(ADOPT)
def adopt_together(agreed: people.Agreed) -> None:
    """Adopt the record two people agreed on. It is public from now on, and staff owe their answer."""
    record = decisions.by_number(agreed.session, agreed.values["number"])
    if record is None or decisions.words_of(record) != agreed.values["words"]:
        raise RuleRefused(N_("The words have changed since this was asked for. Say no, and let it be asked for anew."))
    service.adopt_and_start_clock(agreed.session, agreed.keys, record, agreed.today)
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


@bp.post("/desk/themes/<number:theme_id>/answer")
@requires(Permission.SEE_DUTIES)
def start_for_theme(theme_id: int) -> ResponseReturnValue:
    """Start the clock of a theme that staff can answer without a vote."""
    confirmed()
    asked_for = feedback.themes_by_id(db.session, [theme_id])
    if asked_for and not themes_i_may_bring_up(asked_for):
        abort(403)
    duty = service.start_duty_for_theme(db.session, theme_id, clock.today())
    flash(_("The clock runs. Staff owe a first word and an answer, and everyone can see by when."))
    return redirect(url_for("responses.duty", duty_id=duty.id), code=303)


@themes_before_all.fill
def themes_with_a_clock() -> list[int]:
    """The themes whose clock runs, or ran: everybody can read of them."""
    return service.themes_asked(db.session)
