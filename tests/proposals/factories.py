"""The smallest true proposals."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.proposals import rules, service
from governance.proposals.models import Proposal
from governance.proposals.service import ProposalFields

NO_KEYS = KeyFolder(Path("nowhere"), Path("nowhere"))  # For what asks for nobody's seat: it tells nobody.
DAY = date(2026, 3, 2)
BEFORE = DAY - timedelta(days=30)  # Written and put to the board: the longest notice of any charter is over.

WHOLE = ProposalFields(
    title="Drug checking on Fridays",
    ask="Move drug checking from Monday to *Friday*, 2 to 6.",
    why="Friday is when people get paid.",
    still_open="Which room.",
    gets_better="People know what they bought before the weekend.",
    could_go_wrong="The line may be long.",
    who_could_this_hurt="People who come on Mondays.",
    principles=(1, 6),
    power=rules.Power.SHARED,
)


def a_draft(session: Session, author_id: int, fields: ProposalFields = WHOLE) -> Proposal:
    """Return a draft."""
    return service.draft(session, author_id, fields, BEFORE)


def in_talk(session: Session, author_id: int, fields: ProposalFields = WHOLE, keys: KeyFolder = NO_KEYS) -> Proposal:
    """Return a proposal the board talks about."""
    proposal = a_draft(session, author_id, fields)
    service.start_discussion(session, keys, proposal, BEFORE)
    return proposal


def frozen(session: Session, author_id: int, fields: ProposalFields = WHOLE, keys: KeyFolder = NO_KEYS) -> Proposal:
    """Return a proposal whose words are fixed."""
    proposal = in_talk(session, author_id, fields, keys)
    service.freeze(session, proposal)
    return proposal
