"""A vote as the ledger tells it: its public page shows that, whatever became of the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots.as_fixed import MANIFEST, OF_THE_LINE, says_the_same, words_hold
from governance.ballots.box.publishing import commitment_to_count
from governance.ballots.bundle import manifests
from governance.ballots.calling.kinds import Kind
from governance.ballots.models import RECOVERY, Ballot, Bundle, Count
from governance.ballots.result.outcome import Result
from governance.ledger import service as ledger
from governance.proposals.service import WORDS_CHANGED
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED, SOME_LINE

Facts = Mapping[str, Any]
OLDER_LACK = frozenset({"public", "numbers"})  # What the lines of results of an older program do not hold.


@dataclass(frozen=True)
class ShownVote:
    """A vote as a page may show it, and what is doubtful about its rows, or "".

    *count* and *bundle* are None where they are not those of the line. Then *result* is what the line itself says.
    *leaf*: the line of the result. *words_doubt*: what is doubtful about the words it is about, or "".
    """

    ballot: Ballot
    count: Count | None
    bundle: Bundle | None
    result: Result | None
    leaf: int | None
    doubt: str
    words_doubt: str


def shown(session: Session, ballot: Ballot) -> ShownVote:
    """Return what a page for everybody shows of *ballot*: what its lines of the ledger hold, and what fits them."""
    told = _lines_of(session, ballot)
    # What a line said of this vote whose text is not what was hashed, no page can know.
    lines = [] if told.still else [each for each in told.lines.items() if each[1].get("ballot") == ballot.number]
    set_up, results = _of_kind(lines, MANIFEST), _of_kind(lines, "result")
    if not set_up:
        return ShownVote(ballot, None, None, None, None, NOT_AS_PUBLISHED, "")
    fixed, later = set_up[-1][1], [facts for _, facts in _of_kind(lines, "correction")]
    now, doubt = ballot, SOME_LINE if told.spoilt else ""
    if not says_the_same(ballot, fixed) or _changes_in(later, fixed) != _changes_of(ballot):
        now, doubt = _restored(ballot, fixed, later), CHANGED_SINCE
    words_doubt = "" if words_hold(session, now, fixed) else WORDS_CHANGED
    count, bundle = session.get(Count, ballot.id), session.get(Bundle, ballot.id)
    leaf, held = results[-1] if results else (None, None)
    if held is None:
        return ShownVote(now, None, None, None, None, NOT_AS_PUBLISHED if count else doubt, words_doubt)
    if count is None or bundle is None or count.leaf != leaf or not _fits(count, bundle, held):
        return ShownVote(now, None, None, Result(held["result"]), leaf, CHANGED_SINCE, words_doubt)
    return ShownVote(now, count, bundle, count.result, leaf, doubt, words_doubt)


def _lines_of(session: Session, ballot: Ballot) -> ledger.LinesFound:
    """Return every line about *ballot*. Canonical JSON has its names in order, so the number of the vote is first."""
    return ledger.told(session, "decisions", f'{{"ballot":{ballot.number},')


def _of_kind(lines: Sequence[tuple[int, dict[str, Any]]], kind: str) -> list[tuple[int, dict[str, Any]]]:
    return [(number, facts) for number, facts in lines if facts.get("kind") == kind]


def _changes_of(ballot: Ballot) -> tuple[datetime, str | None, int]:
    return ballot.closes_at, ballot.cancelled_reason, ballot.marks_back


def _changes_in(later: Sequence[Facts], fixed: Facts) -> tuple[datetime, str | None, int]:
    """Return when a vote closes, why it was called off, and how many marks were taken back, by its lines."""
    closes = [datetime.fromisoformat(each["closes"]) for each in (fixed, *later) if "closes" in each]
    off = [each["called_off"] for each in later if "called_off" in each]
    return max(closes), off[-1] if off else None, max((each.get("marks_back", 0) for each in later), default=0)


def _restored(ballot: Ballot, fixed: Facts, later: Sequence[Facts]) -> Ballot:
    """Return a copy of *ballot* that says what the ledger holds. It belongs to no session and is never stored.

    What the line of an older program does not say stays as the row has it.
    """
    kept = {column.key: getattr(ballot, column.key) for column in Ballot.__table__.columns}
    apart = manifests.issuers_apart(fixed) if "issuers" in fixed else [{}, ballot.partner]
    is_apart = fixed.get("key_holders", manifests.APART if ballot.key_apart else "") == manifests.APART
    closes, off, marks_back = _changes_in(later, fixed)
    return Ballot(**kept | {
        "manifest": {name: said for name, said in fixed.items() if name not in OF_THE_LINE},
        "version": fixed["version"],
        "question": fixed["question"],
        "kind": Kind(fixed.get("vote", ballot.kind)),
        "charter_number": fixed["charter"]["number"],
        "second_check": fixed["second_check"],
        "only_lived": fixed["only_lived"],
        "opens_at": datetime.fromisoformat(fixed["opens"]),
        "public_key": bytes.fromhex(fixed["counting_key"]),
        "tellers": (ballot.tellers or []) if is_apart else None,
        "partner": apart[1] if len(apart) > 1 else None,
        "hurry": fixed.get("before_notice"),
        "closes_at": closes,
        "cancelled_reason": off,
        "marks_back": marks_back,
    })  # fmt: skip


def _fits(count: Count, bundle: Bundle, held: Facts) -> bool:
    """Whether the numbers and the files of a count are those that its line *held*."""
    said = {
        "result": count.result.value,
        "opened_with": RECOVERY if count.with_recovery else None,
        "numbers": commitment_to_count(count),
        "public": hashlib.sha256(bundle.public).hexdigest(),
    }
    if bundle.whole is not None:  # Once it is forgotten, what it held is known by its digest alone.
        said["digest"] = hashlib.sha256(bundle.whole).hexdigest()
    return all(held.get(name) == value for name, value in said.items() if name in held or name not in OLDER_LACK)
