"""Looking at a decision again: one of the board says what came of it, and counts once another one agrees."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.decisions import service
from governance.decisions.forms import LookAgainForm
from governance.decisions.models import Record
from governance.decisions.rules import Upshot, next_day
from governance.decisions.views.door import bp
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.proposals.views.door import records_to_change
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.database import db

LOOK_AGAIN = "decisions.look_again"
CORRECTED_SINCE = N_("The record was corrected since this was asked for. Say no, and let it be asked anew.")
CORRECTED_MEANWHILE = N_("The record was corrected while you read it. It stands here as it is now. Then say it again.")


@bp.route("/board/decisions/<number>/look-again", methods=["GET", "POST"])
@requires(Permission.BOARD_PAGES)
def look_again(number: str) -> ResponseReturnValue:
    """Say that the board looked again, and what came of it. It counts when another of the board says so too."""
    versions = service.versions(db.session, number) or abort(404)
    first, now = versions.first, versions.newest
    form, today = LookAgainForm(read=now.number), clock.today()
    service.check_may_look_again(db.session, now, today)
    if form.validate_on_submit():
        with refusals_in(form):
            _ask(first, form)
            flash(_("You said so. It counts, and is public, once another of the board has read it and agrees."))
            return redirect(url_for("decisions.work", number=now.number), code=303)
    page = render_template(
        "decisions/look_again.html",
        form=form,
        record=_as_it_is_now(first),
        day=service.day_of(db.session, first),
        last=service.last_day(db.session, today),
        waits=waits(now),
    )
    return page, status_of(form)


def _as_it_is_now(first: Record) -> Record:
    """Return the version that holds: where a correction came in between, the page shows that one."""
    versions = service.versions(db.session, first.number) or abort(404)
    return versions.newest


def waits(record: Record) -> bool:
    """Whether one of the board said what came of *record*, or of one that it corrects, and a second yes is to come."""
    first = db.session.get_one(Record, record.first_id)
    asked = people.waiting_on(db.session, keyfolder.current(), LOOK_AGAIN, first.number, clock.today())
    return asked is not None


def _ask(first: Record, form: LookAgainForm) -> None:
    """Ask to keep what came of a decision. Raises RuleRefused if a correction came meanwhile."""
    upshot = Upshot(form.upshot.data)
    fields = service.LookFields(upshot, form.why.data or "", next_day(upshot, form.next_on.data))
    service.check_look(db.session, fields, clock.today())
    service.hold(db.session, first)  # So that no correction comes between: the version is the one that was read.
    read, newest = form.read.data, service.newest_number(db.session, first)
    if read != newest:
        form.read.data = newest  # The page now shows that one, above what was typed.
        raise RuleRefused(CORRECTED_MEANWHILE)
    values = {
        "number": first.number,
        "version": newest,
        "upshot": fields.upshot.value,
        "why": fields.why,
        "next_on": fields.next_on and fields.next_on.isoformat(),
    }
    people.ask(
        db.session, keyfolder.current(), g.who, LOOK_AGAIN, service.in_a_sentence(first, fields), clock.today(),
        subject=first.number, values=values, page=("decisions.work", {"number": first.number}),
    )  # fmt: skip


@people.does(LOOK_AGAIN)
def looked_again_together(agreed: people.Agreed) -> None:
    """Two of the board said that it looked again: it is public from now on."""
    values, session = agreed.values, agreed.session
    first = service.by_number(session, values["number"])
    if first is None or service.newest_number(session, service.hold(session, first)) != values["version"]:
        raise RuleRefused(CORRECTED_SINCE)
    day = date.fromisoformat(values["next_on"]) if values["next_on"] else None
    fields = service.LookFields(Upshot(values["upshot"]), values["why"], day)
    service.look_again(session, first, fields, agreed.today)
    people.tell(session, agreed.keys, agreed.said, agreed.today)


@records_to_change.fill
def to_be_changed() -> list[tuple[str, str]]:
    """The decisions of which the board said that they are to be changed.

    Also where somebody writes on one already: a draft is its writer's alone, and keeps nobody else from writing.
    """
    return [(record.number, f"{record.number}: {record.title}") for record in service.said_to_change(db.session)]
