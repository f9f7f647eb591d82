"""The days of notice of a vote: how long what is asked has hung in public before it opens, by the days of the site."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from governance.ballots.calling import rules
from governance.board import service as board
from governance.places.service import programme
from governance.proposals.models import Proposal


def zone_of(session: Session) -> ZoneInfo:
    """Return the programme's time zone: people read and type the time of their town."""
    here = programme(session)
    return ZoneInfo(here.timezone if here else "UTC")


def first_day(session: Session, proposal: Proposal) -> date | None:
    """Return the first day on which a vote that decides may open on *proposal*; None while its talk has not begun."""
    if proposal.stands_since is None:
        return None
    return rules.first_day(proposal.stands_since, board.charter(session))


def check_notice(session: Session, proposal: Proposal, opens_at: datetime) -> None:
    """Refuse a vote that opens before its notice is over. Call it with the proposal's row locked. Raises RuleRefused.

    So whoever changes what is asked meanwhile either waits for this vote, or is seen by it.
    """
    if proposal.stands_since is not None:
        opens_on = opens_at.astimezone(zone_of(session)).date()
        rules.check_notice(opens_on, proposal.stands_since, board.charter(session))
