"""What every ballot page needs: the blueprint, finding the ballot, the programme's own clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, g
from flask_babel import format_date, format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import Field

from governance import clock
from governance.ballots import rules, service
from governance.ballots.bundle import manifests
from governance.ballots.forms import in_words
from governance.ballots.models import Ballot
from governance.counting import Rule
from governance.frame.slots import Slot
from governance.frame.town import town_of
from governance.keys import keyfolder
from governance.people import service as people
from governance.ruling.steps import Step
from governance.storage.database import db

bp = Blueprint("ballots", __name__)

after_the_count: Slot[[Ballot], Step] = Slot()  # What to do now, once a vote has decided.

STAGE_KINDS = {
    rules.Stage.SCHEDULED: "not-yet",
    rules.Stage.OPEN: "open",
    rules.Stage.CLOSED: "held",
    rules.Stage.OPENED: "done",
    rules.Stage.CANCELLED: "closed",
}


def find(number: int) -> Ballot:
    """Return the ballot of this number, or answer 404."""
    return service.by_number(db.session, number) or abort(404)


def stage_now(ballot: Ballot) -> rules.Stage:
    """Return where *ballot* is at this moment."""
    return service.stage_of(db.session, ballot, clock.now())


def waiting_on(ballot: Ballot, *acts: str) -> Sequence[people.Request]:
    """Return what waits for a second yes on this vote, of these *acts* or of all, as whoever is asking sees it."""
    return people.requests_on(
        db.session, keyfolder.current(), g.who, clock.today(), acts or service.OF_A_VOTE, ballot.number
    )


def our_turn(ballot: Ballot) -> datetime:
    """Take turns with all who change this ballot; return the moment, read once it is ours.

    A moment from before the wait would let somebody into a box that was closed meanwhile.
    """
    service.take_turns(db.session, ballot)
    return clock.now()


def rule_of(ballot: Ballot) -> Rule:
    """Return the counting rule of *ballot*, with every parameter as its manifest fixed it."""
    return service.rule_of(db.session, ballot)


def zone() -> ZoneInfo:
    """Return the programme's time zone: people read and type the time of their town."""
    return service.zone_of(db.session)


def listed(ballot: Ballot, body: bytes | None) -> list[tuple[str, list[str]]]:
    """Return the tracker and the words of the choice of each ballot that a bundle holds."""
    manifest = ballot.manifest or {}
    return [(tracker, _with_name(choice, in_words(manifest, choice))) for tracker, choice in service.ballots_in(body)]


def _with_name(choice: Mapping[str, str], lines: list[str]) -> list[str]:
    return [f"{choice['by']}: {lines[0]}", *lines[1:]] if "by" in choice else lines


def issuers_of(ballot: Ballot) -> Sequence[Mapping[str, str]]:
    """Return who signs this ballot's passes blind, as its manifest names them: this programme, then its partner."""
    return manifests.issuers_apart(ballot.manifest or {"issuers": []})


def a_file(body: bytes, name: str, kind: str) -> Response:
    """Answer with a file to keep."""
    return Response(body, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.app_template_filter("moment")
def moment(value: datetime) -> str:
    """Return a moment as its reader says it, by the programme's clock, with its town: "… 3:30 AM (New York)"."""
    there = value.astimezone(zone())
    day, hour = format_date(there.date(), "full"), format_time(there.timetz(), "short", rebase=False)
    return f"{day}, {hour} ({town_of(zone())})"


def say_by_whose_clock(*fields: Field) -> None:
    """Say beside each of the *fields* by which town's clock the time is meant that somebody types there."""
    for field in fields:
        clock_of = _("It is the time in %(town)s.", town=town_of(zone()))
        field.description = f"{clock_of} {field.description}".strip()
