"""A record as it was published: its canonical words, their fingerprint, and whether the row still says the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.models import Ballot
from governance.board.rules import TIE_WORDS, Tie
from governance.decisions.models import Record
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import POWER_WORDS, PRINCIPLES
from governance.sentences import from_json

Facts = dict[str, Any]
VERSION_WORDS = ("title", "ask", "why", "still_open", "gets_better", "could_go_wrong", "who_could_this_hurt", "reason")


def sha256_of(published: str) -> str:
    """Return the fingerprint that stands in the ledger: SHA-256 of the canonical JSON (RFC 8785), in hex."""
    return hashlib.sha256(published.encode()).hexdigest()


def line_of(record: Record, words: str, corrects: str | None) -> Facts:
    """Return what the ledger holds of a record with these canonical *words*.

    *corrects*: the number of the record that this one mends.
    """
    day = record.adopted_on.isoformat() if record.adopted_on else None
    line = {"record": record.number, "sha256": sha256_of(words), "day": day}
    return {**line, "corrects": corrects} if corrects else line


def canonical(session: Session, record: Record) -> str:
    """Return the canonical JSON (RFC 8785) of all that is published of *record*."""
    return rfc8785.dumps(public_facts(session, record)).decode()


def public_facts(session: Session, record: Record) -> Facts:
    """Return what is published, in plain English: no name, no seat, no number that points to a person."""
    first = session.get(Record, record.corrects_id) if record.corrects_id else None
    proposal = session.get_one(Proposal, record.proposal_id)
    ballot = session.get(Ballot, record.ballot_id) if record.ballot_id else None
    return {
        **words_of(record, first.number if first else None),
        "proposal": proposal.number,
        "vote": ballot.number if ballot else None,
        "versions": [_version(each) for each in _voted_on(session, proposal, ballot)],
    }


def words_of(record: Record, corrects: str | None) -> Facts:
    """Return the part of what is published that the row of *record* holds itself."""
    return {
        "v": 1,
        "number": record.number,
        "corrects": corrects,
        "correction": record.correction or None,
        "outcome": record.outcome.value,
        "title": record.title,
        "asked": record.asked,
        "result": record.result,
        "sums": [str(from_json(each)) for each in record.sums],
        "how": [str(from_json(each)) for each in record.how],
        "why": record.why,
        "against": list(record.against),
        "gets_better": record.gets_better,
        "stepped_out": [TIE_WORDS[Tie(tie)] for tie in record.recusal_ties],
        "principles": [PRINCIPLES[number].name for number in record.principles],
        "power": POWER_WORDS[record.power] if record.power else None,
        "decided_on": record.decided_on.isoformat(),
        "adopted_on": record.adopted_on.isoformat() if record.adopted_on else None,
        "look_again_on": record.review_on.isoformat() if record.review_on else None,
    }


def changed(record: Record, facts: Facts) -> list[str]:
    """Return the names of what *record* published and its rows no longer say.

    *facts*: what they say today. Older records published fewer.
    """
    try:
        said: Facts = json.loads(record.published or "")
        now: Facts = json.loads(rfc8785.dumps(facts))
    except (TypeError, ValueError):
        return ["published"]
    return sorted(name for name in said if name in now and said[name] != now[name])


def _voted_on(session: Session, proposal: Proposal, ballot: Ballot | None) -> list[ProposalVersion]:
    newest = ballot.version if ballot else proposal.version
    mine = (ProposalVersion.proposal_id == proposal.id, ProposalVersion.version <= newest)
    return list(session.scalars(select(ProposalVersion).where(*mine).order_by(ProposalVersion.version)))


def _version(words: ProposalVersion) -> Facts:
    written = {name: getattr(words, name) for name in VERSION_WORDS}
    principles = [PRINCIPLES[number].name for number in words.principles]
    return {"version": words.version, "day": words.written_on.isoformat(), **written, "principles": principles}
