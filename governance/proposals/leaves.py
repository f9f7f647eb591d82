"""The leaves of words that were fixed for a vote, held against their rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.service import words_line
from governance.storage.leaves import Books, LeafKind, unclaimed


def _words(books: Books) -> Iterator[str]:
    found = select(Proposal, ProposalVersion).join(ProposalVersion, ProposalVersion.proposal_id == Proposal.id)
    rows = {(proposal.number, words.version): (proposal, words) for proposal, words in books.session.execute(found)}
    last = {facts["proposal"]: line for line, facts in sorted(books.entries.items())}
    for line, facts in books.entries.items():
        row = rows.get((facts["proposal"], facts["version"]))
        if row is None:
            yield from unclaimed({line: facts})
        elif words_line.differs(books.session, *row, facts, is_last=line == last[facts["proposal"]]):
            number, version = facts["proposal"], facts["version"]
            yield f"Version {version} of proposal {number} is not what line {line} of the ledger holds."


LEAVES = (LeafKind((words_line.KIND,), "", ("proposal_version", "proposal_theme"), _words),)
