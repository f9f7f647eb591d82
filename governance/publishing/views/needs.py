"""What waits for the person who is signed in, for the board's first page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from governance import clock
from governance.access import Permission, may
from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.database import db
from governance.publishing import service
from governance.publishing.rules import AlertState
from governance.responses import service as responses


@dataclass(frozen=True)
class Need:
    """One line of "What needs me now"."""

    title: str
    url: str
    meta: str
    word: str
    kind: str


def needs_me_now() -> list[Need]:
    """Return what waits for whoever is signed in: votes and boxes to open, and for members what staff owe the board."""
    mine = _boxes() + _votes() + (_next_votes() if may(Permission.RUN_BOARD) else [])
    return mine + _alerts() + _reported() + _late() if may(Permission.MARK_DONE) else mine


def _votes() -> list[Need]:
    """The votes for which this member has not signed yet. Who has voted, nobody can tell."""
    words = _("Take a card or a pass. Vote where no one looks.")
    waiting = ballots.to_sign_for(db.session, g.who.account_id, clock.now())
    return [Need(ballot.question, _page_of(ballot), words, _("Vote"), "new") for ballot in waiting]


def _boxes() -> list[Need]:
    """The boxes that wait for this teller's part of the key."""
    words = _("The vote is over. It takes two tellers to open the box.")
    waiting = ballots.to_open(db.session, g.who.account_id, clock.now())
    return [Need(ballot.question, _page_of(ballot), words, _("Hand in my part"), "open") for ballot in waiting]


def _next_votes() -> list[Need]:
    """The votes after which another one must be opened: of the lived seats alone, or after a consensus with no yes."""
    words = _("One more vote must come before it counts. Open it.")
    return [
        Need(ballot.question, _page_of(ballot), words, _("Next vote"), "open")
        for ballot in ballots.to_follow(db.session)
    ]


def _page_of(ballot: Ballot) -> str:
    return url_for("ballots.work", number=ballot.number)


def _alerts() -> list[Need]:
    waiting = [a for a in service.alerts(db.session, clock.today()) if a.state is AlertState.WAITING]
    mine = [a for a in waiting if a.alert.writer_account_id != g.who.account_id]
    read = {a.alert.id for a in mine if g.who.account_id in service.readers_of(db.session, a.alert.id)}
    address = url_for("publishing.board_alerts")
    return [
        Need(a.alert.title, address, _("Two of us read it before it goes up."), _("Alert to read"), "new")
        for a in mine
        if a.alert.id not in read
    ]


def _reported() -> list[Need]:
    reported = [p for p in responses.promised(db.session, clock.today()) if p.commitment.reported_on]
    address = url_for("responses.promises")
    return [Need(p.commitment.text, address, p.title, _("Staff say it is done"), "open") for p in reported]


def _late() -> list[Need]:
    late = [d for d in responses.owed(db.session, clock.today()) if d.late]
    return [
        Need(
            d.title,
            url_for("responses.promises"),
            _("Ask again, so that it shows."),
            ngettext("%(num)d day late", "%(num)d days late", d.days_late),
            "late",
        )
        for d in late
    ]
