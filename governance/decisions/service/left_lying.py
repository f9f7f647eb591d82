"""Records that lie too long: of a vote on who sits or has a role, which whoever runs the board may not want to be out.

After a week anybody of the board may write one and ask to adopt it. It still takes two.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from governance.ballots.calling.kinds import CHOOSES_MEMBERS
from governance.ballots.models import Ballot, Count
from governance.ballots.result.outcome import DECIDED
from governance.decisions import rules
from governance.decisions.models import Record, State
from governance.places.service import day_of
from governance.proposals.models import Proposal
from governance.proposals.rules import Kind
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NOT_YET = N_("Whoever runs the board writes this record. When one about who sits here lies a week, anybody of us may.")


def left_lying(session: Session, today: date) -> list[Ballot]:
    """Return the votes on who sits or has a role that were decided, and whose record is not out after a week."""
    out = select(Record.ballot_id).where(Record.ballot_id == Ballot.id, Record.state == State.ADOPTED)
    about = or_(Ballot.kind.in_(CHOOSES_MEMBERS), Proposal.kind == Kind.REMOVAL)
    decided = select(Ballot).join(Count, Count.ballot_id == Ballot.id).join(Proposal, Proposal.id == Ballot.proposal_id)
    rows = decided.where(and_(about, Count.result.in_(DECIDED), ~out.exists())).order_by(Ballot.number)
    binding = [each for each in session.scalars(rows) if each.binding]
    return [each for each in binding if rules.lies(day_of(session, each.closes_at), today)]


def anybody_may_write(session: Session, ballot_id: int | None, today: date) -> bool:
    """Whether anybody of the board may write the record of this vote by now, and not who runs the board alone."""
    return ballot_id is not None and any(each.id == ballot_id for each in left_lying(session, today))


def check_anybody_may_write(session: Session, record: Record, today: date) -> None:
    """Refuse to write or adopt *record* for whoever does not run the board, while it does not lie too long."""
    if record.corrects_id is not None or not anybody_may_write(session, record.ballot_id, today):
        raise RuleRefused(NOT_YET)
