"""Opening the box after close, with two tellers' parts, and counting what is in it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.ballots import outcome as outcomes
from governance.ballots import rules
from governance.ballots.counting.consensus import ConsensusRule, Ground, Level, Stand
from governance.ballots.counting.tally import Tally
from governance.ballots.counting.yes_no import Choice, YesNoRule
from governance.ballots.models import Ballot, Box, Count, KeyPart
from governance.ballots.service.opening import part_info, roll_of, stage_of
from governance.ballots.service.passes import box_info
from governance.board import service as board
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.ledger import rules as tree
from governance.ledger import service as ledger
from governance.people import service as people
from governance.sentences import N_, Sentence, from_json, to_json


def hand_in_part(
    session: Session, keys: KeyFolder, ballot: Ballot, teller: people.OpenReader, now: datetime
) -> Count | None:
    """Hand in one teller's part of the counting key. With the second part the box is opened and counted.

    Returns the count, or None while a part is missing. Raises RuleRefused before close and to who holds no part.
    """
    session.execute(select(Ballot.id).where(Ballot.id == ballot.id).with_for_update())
    here = stage_of(session, ballot, now)
    if here is not rules.Stage.CLOSED:
        rules.check_may_open_box(here, tellers_here=rules.TELLERS)
    holder = f"teller:{teller.account_id}"
    part = session.get(KeyPart, (ballot.id, holder), populate_existing=True)
    if part is None:
        raise RuleRefused(N_("You hold no part of this vote's key. The two tellers open the box."))
    part.handed_in = sealing.open_sealed(teller.box_private, part.sealed, part_info(keys, ballot, holder))
    session.flush()
    parts = session.scalars(select(KeyPart.handed_in).where(KeyPart.ballot_id == ballot.id)).all()
    handed_in = [part for part in parts if part is not None]
    if len(handed_in) < rules.TELLERS:
        return None
    private = sealing.join_secret([sealing.Share.from_text(part.decode()) for part in handed_in])
    count = _open_and_count(session, keys, ballot, private)
    _take_parts_back(session, ballot)
    return count


def parts_handed_in(session: Session, ballot: Ballot) -> int:
    """Return how many parts of the key have been handed in."""
    rows = session.scalars(select(KeyPart).where(KeyPart.ballot_id == ballot.id))
    return sum(row.handed_in is not None for row in rows)


def _take_parts_back(session: Session, ballot: Ballot) -> None:
    """Forget the parts again: what is in the box stays sealed to whoever takes a copy of the database."""
    for row in session.scalars(select(KeyPart).where(KeyPart.ballot_id == ballot.id)):
        row.handed_in = None
    session.flush()


def _open_and_count(session: Session, keys: KeyFolder, ballot: Ballot, private: bytes) -> Count:
    sealed = session.scalars(select(Box.sealed).where(Box.ballot_id == ballot.id).order_by(Box.drop_tag)).all()
    box_root = tree.root_of(sorted(hashlib.sha256(each).digest() for each in sealed))
    ledger.append(session, "decisions", "box", {"ballot": ballot.number, "root": box_root.hex(), "sealed": len(sealed)})
    choices, invalid = _opened(keys, ballot, private, list(sealed))
    charter = board.charter_numbered(session, ballot.charter_number)
    roll = roll_of(session, ballot)
    rule = rules.rule_named(ballot.rule, charter)
    tally = _tally(rule, choices)
    decide = outcomes.second_ballot_outcome if ballot.only_lived else None
    result = (
        decide(tally, roll, rule, charter)
        if decide
        else outcomes.outcome(tally, roll, rule, charter, second_check_applies=ballot.second_check)
    )
    count = Count(
        ballot_id=ballot.id,
        result=result.result,
        counts=dict(tally.counts),
        roll={
            name: {c.value: n for c, n in getattr(roll, name).items()} for name in ("active", "passes", "stepped_out")
        },
        sentences=[to_json(sentence) for sentence in result.in_words],
        invalid=invalid,
    )
    facts = {"ballot": ballot.number, "result": result.result.value, "box": box_root.hex(), "digest": _digest(count)}
    count.leaf = ledger.append(session, "decisions", "result", facts)
    session.add(count)
    session.flush()
    return count


def _digest(count: Count) -> str:
    """Bind the numbers without showing them: on a small board the numbers themselves tell too much."""
    return hashlib.sha256(json.dumps([count.counts, count.roll], sort_keys=True).encode()).hexdigest()


def _opened(keys: KeyFolder, ballot: Ballot, private: bytes, sealed: list[bytes]) -> tuple[list[dict[str, str]], int]:
    opened, invalid = [], 0
    for each in sealed:
        try:
            opened.append(json.loads(sealing.open_sealed(private, each, box_info(keys, ballot))))
        except (sealing.SealBroken, ValueError):
            invalid += 1
    return opened, invalid


def _tally(rule: YesNoRule | ConsensusRule, choices: list[dict[str, str]]) -> Tally:
    if isinstance(rule, ConsensusRule):
        return rule.count(_stand(choice) for choice in choices)
    return rule.count(Choice(choice["choice"]) for choice in choices)


def _stand(choice: dict[str, str]) -> Stand:
    ground = choice.get("ground", "")
    return Stand(Level(choice["choice"]), Ground(ground) if ground else None, choice.get("named", ""))


def count_of(session: Session, ballot: Ballot) -> Count | None:
    """Return the count of *ballot*, or None before the box was opened."""
    return session.get(Count, ballot.id)


def sentences_of(count: Count) -> list[Sentence | str]:
    """Return the exact sums in words, for those who may see the numbers: the members of the board."""
    return [from_json(stored) for stored in count.sentences]


def public_numbers(count: Count) -> dict[str, privacy.Shown]:
    """Return the counts as the public may see them: small ones hidden, and what would give them away."""
    return privacy.safe_counts(count.counts)
