"""The words that a vote is about, as they stand on its paper: those of the version that its manifest names."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from governance.ballots.as_fixed import check_as_fixed, words_of
from governance.ballots.models import Ballot
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalVersion
from governance.ruling.sentences import Sentence
from governance.storage.text import formatted

SHORT = 120  # Letters that a phone shows whole above the boxes. What is longer lies in a fold there.


@dataclass(frozen=True)
class FixedWords:
    """What is asked, as HTML, and whether it is short enough to stand open on a screen.

    *replaces*: the number of the decision whose place it takes if the board says yes, or empty.
    *charter_lines*: what changes in the charter, and what that is now; nothing for any other matter.
    """

    html: Markup
    is_short: bool
    replaces: str
    charter_lines: list[Sentence]


def fixed_words(session: Session, ballot: Ballot) -> FixedWords:
    """Return the words that *ballot* fixed. What the proposal says now may be newer: it is not what is voted on.

    Raises RuleRefused where they, or anything else on the paper, are not what the vote was called with.
    """
    check_as_fixed(session, ballot)
    words = session.get_one(ProposalVersion, (ballot.proposal_id, ballot.version))
    is_short = len(words.ask) <= SHORT and "\n\n" not in words.ask.strip()
    proposal = session.get_one(Proposal, ballot.proposal_id)
    lines = proposals.charter_asked(session, proposal, words)
    return FixedWords(formatted(words.ask), is_short, (ballot.manifest or {}).get("replaces", ""), lines)


def charter_note(session: Session, ballot: Ballot) -> str:
    """Return what to say of a running vote that can put nothing of the charter in force; "" of any other."""
    proposal, words = session.get_one(Proposal, ballot.proposal_id), words_of(session, ballot)
    if words is None or not ballot.binding or ballot.version != proposal.version:
        return ""
    return proposals.charter_note(proposal, words)
