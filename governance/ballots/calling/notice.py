"""The days of notice of a vote: how long what is asked has stood on the agenda before it opens, by the site's days.

Where it cannot wait, one who runs the board asks, and another of the board agrees. Their reason then stands on the
vote, in its manifest and in its record.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from governance.ballots.calling import rules
from governance.ballots.calling.agenda_room import Room, hangs_since, what_agenda_holds
from governance.ballots.models import Ballot
from governance.ballots.rules import LONGEST_QUESTION
from governance.board import service as board
from governance.places.service import day_of, programme
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.proposals.rules import OPEN_TO_TALK, Kind
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.text import one_line, plain

HURRY = "ballots.hurry"  # The page that asks for it, as the table of gates names it.


def zone_of(session: Session) -> ZoneInfo:
    """Return the programme's time zone: people read and type the time of their town."""
    here = programme(session)
    return ZoneInfo(here.timezone if here else "UTC")


def first_day(session: Session, proposal: Proposal) -> date | None:
    """Return the first day on which a vote that decides may open on *proposal*; None while its talk has not begun.

    What is asked has stood on the agenda for the days of the charter then.
    """
    since = hangs_since(session, proposal)
    return None if since is None else rules.first_day(since, board.charter(session))


def what_holds(session: Session, proposal: Proposal, now: datetime, room: Room | None = None) -> Sentence | None:
    """Return why no vote that decides can be called on *proposal* at *now*, by the agenda or as a small matter.

    *room*: how the agenda stands, from whoever has it already.
    """
    if proposal.kind is Kind.SMALL:
        day, concerned = first_day(session, proposal), proposals.has_open_concerns(session, proposal)
        if held := rules.what_holds_small(day, day_of(session, now), open_concerns=concerned):
            return held
    return what_agenda_holds(session, proposal, now, room)


def why_before_notice(session: Session, proposal: Proposal, opens_at: datetime, first: Ballot | None) -> str | None:
    """Return why a vote may open before its notice is over, as two people agreed; None where it is over by then.

    *first*: the vote that this one finishes: it needs no notice of its own, and takes over why that one had none. What
    was agreed before the days of notice began anew cuts none of these short: since then it was off the agenda.
    Call it with the proposal's row locked: whoever changes what is asked meanwhile waits for this vote, or is seen by
    it. Raises RuleRefused where it is too early and nobody agreed to that.
    """
    since, opens_on = hangs_since(session, proposal), day_of(session, opens_at)
    if since is None or opens_on >= rules.first_day(since, board.charter(session)):
        return None
    if first:
        return first.hurry
    hurry = proposal.hurry if since == proposal.stands_since else None
    if hurry is None:
        rules.check_notice(opens_on, since, board.charter(session))
    return hurry


def check_may_hurry(session: Session, proposal: Proposal, reason: str, today: date) -> str:
    """Return *reason* as everybody will read it. Raises RuleRefused where there is none, or nothing to wait for."""
    session.refresh(proposal, with_for_update=True)
    day, reason = first_day(session, proposal), plain(one_line(reason), LONGEST_QUESTION)
    if proposal.kind is Kind.SMALL:
        words = N_("In these days people can raise a concern about a small matter. So nobody cuts them short.")
        raise RuleRefused(words)
    if day is None or proposal.status not in OPEN_TO_TALK:
        raise RuleRefused(N_("This is not before a vote now. Look at the page of the proposal again."))
    if day <= today:
        raise RuleRefused(N_("The days of notice are over. The vote can be called now."))
    if not reason:
        raise RuleRefused(N_("Say why it cannot wait. Everyone will read it."), field="reason")
    board.check_names_nobody(session, reason, field="reason")
    return reason


def let_hurry(session: Session, proposal: Proposal, version: int, reason: str, today: date) -> None:
    """Let a vote on *proposal* open before its notice is over: two people agreed to that for this *version*.

    It ends when what is asked changes, goes back to the talk, or is taken off the agenda and brought back: it is for
    the days that run now, whose first one is kept with it. Raises RuleRefused like `check_may_hurry`.
    """
    reason = check_may_hurry(session, proposal, reason, today)
    if proposal.version != version:
        raise RuleRefused(N_("The words have changed since this was asked for. Say no, and let them ask again."))
    proposal.hurry, proposal.stands_since = reason, hangs_since(session, proposal)
    session.flush()


def hurry_as_data(ballot: Ballot) -> dict[str, str]:
    """Return what a manifest holds of a vote that opens before its notice is over: why."""
    return {} if ballot.hurry is None else {"before_notice": ballot.hurry}
