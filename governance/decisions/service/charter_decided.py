"""What a record says of the charter: which numbers change, and to what, in the words that were published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.models import Ballot
from governance.board import service as board
from governance.board.models import CharterVersion
from governance.decisions.models import Outcome, Record, State
from governance.decisions.service import published
from governance.decisions.service.reading import decided
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import Kind
from governance.ruling.sentences import Sentence
from governance.storage.leaves import NOT_AS_PUBLISHED


class Change(NamedTuple):
    """A public record by which the board changed its charter; None for numbers that it does not name, or no more."""

    record: Record
    numbers: dict[str, Any] | None


def charter_changes(session: Session) -> list[Change]:
    """Return the records by which the board said yes to a change of its charter, the newest first.

    The numbers are those of the text that its line of the ledger holds: what the rows say by now counts for nothing.
    """
    rows = [record.id for record in decided(session, Kind.CHARTER_CHANGE)]
    if not rows:
        return []
    lines = published.line_on(select(Record).where(Record.id.in_(rows)).order_by(Record.leaf.desc()))
    found = [published.shown(record, line) for record, line in session.execute(lines)]
    return [
        Change(each.record, None if each.doubt == NOT_AS_PUBLISHED else _said(each.record).get("charter"))
        for each in found
        if each.record.outcome is Outcome.ADOPTED
    ]


def charter_lines(session: Session, record: Record) -> list[Sentence]:
    """Return in words what *record* changes in the charter, a line for each number; nothing for other records."""
    numbers = _said(record).get("charter") if record.published else _asked(session, record)
    return [] if numbers is None else board.numbers_in_words(numbers)


def _said(record: Record) -> dict[str, Any]:
    """Return what was published of *record*, or nothing where that is no text of a record any more."""
    try:
        said: dict[str, Any] = json.loads(record.published or "{}")
    except ValueError:
        return {}
    return said


def _asked(session: Session, record: Record) -> dict[str, Any] | None:
    """Return the numbers of the version that a draft's vote was about, or None where it is no change of the charter."""
    proposal = session.get_one(Proposal, record.proposal_id)
    ballot = session.get(Ballot, record.ballot_id) if record.ballot_id else None
    version = ballot.version if ballot else proposal.version
    return published.charter_numbers(proposal, session.get_one(ProposalVersion, (proposal.id, version)))


def not_as_decided(session: Session) -> Iterator[str]:
    """Yield each version of the charter that says something else than the record it is said to come from.

    A record of an older version of this program names no numbers, and so vouches for none.
    """
    versions = session.scalars(select(CharterVersion).order_by(CharterVersion.number)).all()
    for before, after in pairwise(versions):
        if after.record is None:
            continue
        public = (Record.number == after.record, Record.state == State.ADOPTED)
        record = session.scalars(select(Record).where(*public)).one_or_none()
        said = _said(record) if record else {"charter": None}
        if "charter" in said and not _follows(before, after, said):
            yield f"Version {after.number} of the charter is not what record {after.record} decided."


def _follows(before: CharterVersion, after: CharterVersion, said: dict[str, Any]) -> bool:
    numbers = said["charter"]
    if numbers is None or said.get("outcome") != Outcome.ADOPTED:
        return False
    return board.from_settings({**before.settings, **numbers}) == board.from_settings(after.settings)
