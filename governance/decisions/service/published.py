"""A record as it was published: its canonical words, their fingerprint, and whether the row still says the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import rfc8785
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from governance.ballots.models import Ballot
from governance.board.rules import TIE_WORDS, Tie
from governance.decisions.models import Outcome, Record
from governance.ledger.models import Leaf
from governance.ledger.rules import facts_held
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import POWER_WORDS, PRINCIPLES, Kind
from governance.ruling.sentences import from_json
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED

Facts = dict[str, Any]
LINE = aliased(Leaf, name="line_of_record")


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
    versions = _voted_on(session, proposal, ballot)
    return {
        **words_of(record),
        "corrects": first.number if first else None,
        "proposal": proposal.number,
        "vote": ballot.number if ballot else None,
        "about_answer": proposal.about_answer or None,
        "changes": proposal.changes_record or None,
        "replaces": (ballot.manifest or {}).get("replaces") if ballot else None,
        "charter": charter_numbers(proposal, versions[-1]),
        "versions": [proposals.version_as_data(each) for each in versions],
    }


def charter_numbers(proposal: Proposal, words: ProposalVersion) -> Facts | None:
    """Return which numbers of the charter these *words* change, and to what; None where it is no such item.

    The board's first charter may change none: then it takes on what stands there.
    """
    return words.charter_numbers if proposal.kind is Kind.CHARTER_CHANGE else None


def words_of(record: Record) -> Facts:
    """Return the part of what is published that the row of *record* holds itself."""
    return {
        "v": 1,
        "number": record.number,
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


# On a page


@dataclass(frozen=True)
class ShownRecord:
    """A record as a page may show it: in the words that were published. *doubt* says what is wrong, or is empty."""

    record: Record
    doubt: str = ""


def line_on(query: Any) -> Select[Any]:
    """Return *query*, which has records in it, with the line of each: `shown` wants both."""
    return query.add_columns(LINE).outerjoin(LINE, (LINE.log == "decisions") & (LINE.number == Record.leaf))


def shown(record: Record, line: Leaf | None) -> ShownRecord:
    """Return what a page shows of *record*: its row, if its words are those that the *line* of the ledger holds.

    Where the row was changed, the words come back from the text that was published. Where that does not fit the line
    either, nothing is left to go by, and the page says so.
    """
    held = line.facts if line else {}
    if (held.get("record"), held.get("sha256")) != (record.number, sha256_of(record.published or "")):
        return ShownRecord(record, NOT_AS_PUBLISHED)
    if not changed(record, words_of(record)):
        return ShownRecord(record)
    return ShownRecord(_restored(record, json.loads(record.published or "")), CHANGED_SINCE)


class DaySaid(NamedTuple):
    """The day to look again that a record was published with: None where it named none."""

    day: date | None


@lru_cache(maxsize=1_000)
def day_said(number: str, words: str, line: str, hashed: bytes) -> DaySaid | None:
    """Return the day that the published *words* of a record name, or None where they are not those of its *line*.

    The line of the ledger, as it was *hashed*, holds their fingerprint. Kept: a first page asks it of each record.
    """
    held = facts_held(line, hashed) if line else {}
    if (held.get("record"), held.get("sha256")) != (number, sha256_of(words)):
        return None
    day = json.loads(words).get("look_again_on")
    return DaySaid(date.fromisoformat(day) if day else None)


def _restored(record: Record, said: Facts) -> Record:
    """Return a copy of *record* that says what was published. It belongs to no session and is never stored."""
    kept = {column.key: getattr(record, column.key) for column in Record.__table__.columns}
    texts = ("title", "asked", "result", "sums", "how", "why", "against", "gets_better")
    days = {name: said[name] and date.fromisoformat(said[name]) for name in ("decided_on", "adopted_on")}
    return Record(**{
        **kept, **{name: said[name] for name in texts}, **days,
        "outcome": Outcome(said["outcome"]),
        "correction": said["correction"] or "",
        "review_on": said["look_again_on"] and date.fromisoformat(said["look_again_on"]),
        "recusal_ties": [tie for tie, words in TIE_WORDS.items() if words in said["stepped_out"]],
        "principles": [n for n, principle in PRINCIPLES.items() if principle.name in said["principles"]],
        "power": next((power for power, words in POWER_WORDS.items() if words == said["power"]), None),
    })  # fmt: skip
