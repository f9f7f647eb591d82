"""Opening the box after close, with two tellers' parts, and counting what is in it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.ballots import outcome as outcomes
from governance.ballots import rules
from governance.ballots.counting.consensus import ConsensusRule, Level
from governance.ballots.counting.tally import Tally
from governance.ballots.counting.yes_no import Choice, YesNoRule
from governance.ballots.models import Ballot, Box, Count, KeyPart
from governance.ballots.service.finding import stage_of
from governance.ballots.service.opening import part_info, roll_of
from governance.ballots.service.passes import box_info
from governance.board import service as board
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.ledger import rules as tree
from governance.ledger import service as ledger
from governance.people import service as people
from governance.sentences import N_, Sentence, from_json, to_json

CountingRule = YesNoRule | ConsensusRule
NEW_CARD = N_("Your card was made after this vote, so it does not open your part. Tell who runs this.")


def hand_in_part(
    session: Session, keys: KeyFolder, ballot: Ballot, teller: people.OpenReader, now: datetime
) -> Count | None:
    """Hand in one teller's part of the counting key. With the second part the box is opened and counted.

    Returns the count, or None while a part is missing. Raises RuleRefused before close and to who holds no part.
    """
    session.refresh(ballot, with_for_update=True)
    here = stage_of(session, ballot, now)
    if here is not rules.Stage.CLOSED:
        rules.check_may_open_box(here, tellers_here=rules.TELLERS)
    holder = f"teller:{teller.account_id}"
    part = session.get(KeyPart, (ballot.id, holder), populate_existing=True)
    if part is None:
        raise RuleRefused(N_("You hold no part of this vote's key. The two tellers open the box."))
    try:
        part.handed_in = sealing.open_sealed(teller.box_private, part.sealed, part_info(keys, ballot, holder))
    except sealing.SealBroken as broken:
        raise RuleRefused(NEW_CARD) from broken
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
    # The root alone: how many took part is never public on a small board.
    ledger.append(session, "decisions", "box", {"ballot": ballot.number, "root": box_root.hex()})
    rule = rules.rule_named(ballot.rule, board.charter_numbered(session, ballot.charter_number))
    choices, invalid = _opened(keys, ballot, private, rule, sealed)
    count = _counted(session, ballot, rule, choices, invalid)
    facts = {"ballot": ballot.number, "result": count.result.value, "box": box_root.hex(), "digest": _digest(count)}
    count.leaf = ledger.append(session, "decisions", "result", facts)
    session.add(count)
    session.flush()
    return count


def _counted(
    session: Session, ballot: Ballot, rule: CountingRule, choices: list[dict[str, str]], invalid: int
) -> Count:
    """Return what the choices come to, with every sum that led there."""
    charter = board.charter_numbered(session, ballot.charter_number)
    roll, tally = roll_of(session, ballot), _tally(rule, choices)
    if ballot.only_lived:
        result = outcomes.second_ballot_outcome(tally, roll, rule, charter)
    else:
        result = outcomes.outcome(tally, roll, rule, charter, second_check_applies=ballot.second_check)
    sides = {"active": roll.active, "passes": roll.passes, "stepped_out": roll.stepped_out}
    return Count(
        ballot_id=ballot.id,
        result=result.result,
        counts=dict(tally.counts),
        roll={name: {seat_class.value: n for seat_class, n in side.items()} for name, side in sides.items()},
        sentences=[to_json(sentence) for sentence in result.in_words],
        invalid=invalid,
        blocks=sorted([each["ground"], each["named"]] for each in choices if each["choice"] == Level.BLOCK),
        salt=secrets.token_bytes(16),
    )


def _digest(count: Count) -> str:
    """Bind the numbers without showing them: on a small board they tell too much, and without salt they are guessed."""
    return hashlib.sha256(count.salt + json.dumps([count.counts, count.roll], sort_keys=True).encode()).hexdigest()


def _opened(
    keys: KeyFolder, ballot: Ballot, private: bytes, rule: CountingRule, sealed: Sequence[bytes]
) -> tuple[list[dict[str, str]], int]:
    """Return the choices that can be counted, and how many sealed ballots held none."""
    opened: list[dict[str, str]] = []
    for each in sealed:
        try:
            choice = json.loads(sealing.open_sealed(private, each, box_info(keys, ballot)))
            rules.check_choice(rule, choice)
            opened.append(choice)
        except (sealing.SealBroken, ValueError, TypeError, AttributeError, RuleRefused):
            continue
    return opened, len(sealed) - len(opened)


def _tally(rule: CountingRule, choices: list[dict[str, str]]) -> Tally:
    if isinstance(rule, ConsensusRule):
        return rule.count(rules.stand_of(choice) for choice in choices)
    return rule.count(Choice(choice["choice"]) for choice in choices)


def count_of(session: Session, ballot: Ballot) -> Count | None:
    """Return the count of *ballot*, or None before the box was opened."""
    return session.get(Count, ballot.id)


def sentences_of(count: Count) -> list[Sentence | str]:
    """Return the exact sums in words, for those who may see the numbers: the members of the board."""
    return [from_json(stored) for stored in count.sentences]


def public_numbers(ballot: Ballot, count: Count) -> dict[str, privacy.Shown]:
    """Return the counts as the public may see them: two sides, small ones hidden, and what would give them away.

    Of a second ballot nothing is shown: beside the first one's numbers it would tell how the other seats voted.
    """
    shown = rules.public_numbers(count.counts)
    return dict.fromkeys(shown, privacy.NOT_SHOWN) if ballot.only_lived else shown
