"""Fixing a ballot: everything that decides it goes into the ledger before anybody can take a pass."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import rules
from governance.ballots.models import Ballot, Count, KeyPart, Roll
from governance.ballots.outcome import Result
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.ledger import rules as tree
from governance.ledger import service as ledger
from governance.people import service as people
from governance.proposals import rules as proposal_rules
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.sentences import N_, Sentence

FEW_VOTERS = 10  # Under ten voters only members see the ballots (voting-and-ledgers.md 2.7).


def open_ballot(
    session: Session,
    keys: KeyFolder,
    proposal: Proposal,
    *,
    rule: str,
    opens_at: datetime,
    closes_at: datetime,
    tellers: Sequence[int],
    now: datetime,
    question: str = "",
    only_lived: bool = False,
) -> Ballot:
    """Fix a ballot on the frozen text of *proposal*. *rule*: 'majority', 'two_thirds' or 'consensus'.

    *tellers*: two accounts whose keys will open the box. Raises RuleRefused with everything that is missing.
    """
    text = proposals.current(session, proposal)
    question = question.strip() or text.title
    roll = board.voting_roll(session, now.date(), matter_of(proposal), only_lived=only_lived)
    _check_ready(session, proposal, question, opens_at, closes_at, tellers, roll)
    charter = board.charter(session)
    rules.rule_named(rule, charter)
    pair = sealing.new_pair()
    ballot = Ballot(
        number=(session.scalar(select(func.max(Ballot.number))) or 0) + 1,
        proposal_id=proposal.id,
        version=text.version,
        question=question,
        rule=rule,
        charter_number=board.charter_number(session),
        second_check=proposal.about_participants and charter.second_check and not only_lived,
        only_lived=only_lived,
        opens_at=opens_at,
        closes_at=closes_at,
        public_key=pair.public,
    )
    session.add(ballot)
    session.flush()
    keys.make(pass_key_name(ballot))
    _split_key(session, keys, ballot, pair.private, tellers)
    rows = [Roll(ballot_id=ballot.id, account_id=a, seat_class=c, salt=secrets.token_bytes(16)) for a, c in roll]
    session.add_all(rows)
    ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", _manifest(ballot, proposal, rows, charter))
    proposals.mark_in_ballot(session, proposal)
    session.flush()
    return ballot


def open_second_ballot(
    session: Session, keys: KeyFolder, first: Ballot, *, opens_at: datetime, closes_at: datetime,
    tellers: Sequence[int], now: datetime,
) -> Ballot:  # fmt: skip
    """Open the ballot of the lived or living experience seats alone, when the second check could not be shown."""
    count = session.get(Count, first.id)
    if count is None or count.result is not Result.NEEDS_SECOND_BALLOT:
        raise RuleRefused(N_("This vote does not need a second one."))
    proposal = session.get_one(Proposal, first.proposal_id)
    return open_ballot(
        session, keys, proposal, rule=first.rule, opens_at=opens_at, closes_at=closes_at, tellers=tellers, now=now,
        question=first.question, only_lived=True,
    )  # fmt: skip


def matter_of(proposal: Proposal) -> str:
    """Return the name under which people step out of this proposal."""
    return f"proposal:{proposal.number}"


def pass_key_name(ballot: Ballot) -> str:
    """Return the name of the secret in the key folder that makes this ballot's passes."""
    return f"ballot-{ballot.number}.key"


def _check_ready(
    session: Session, proposal: Proposal, question: str, opens_at: datetime, closes_at: datetime,
    tellers: Sequence[int], roll: Sequence[tuple[int, SeatClass]],
) -> None:  # fmt: skip
    facts = rules.BallotFacts(
        question=question,
        text_is_frozen=proposal.status in (proposal_rules.Status.FROZEN, proposal_rules.Status.BALLOT),
        opens_at=opens_at,
        closes_at=closes_at,
        tellers=len(set(tellers)),
        active=Counter(seat_class for _, seat_class in roll),
    )
    charter = board.charter(session)
    missing = rules.missing_before_opening(facts, charter)
    if missing:
        raise RuleRefused(Sentence("{all}", all=" ".join(str(sentence) for sentence in missing)))


def _split_key(session: Session, keys: KeyFolder, ballot: Ballot, private: bytes, tellers: Sequence[int]) -> None:
    """Split the counting key 2 of 3: two tellers, and the board's recovery key in case one of them is lost."""
    holders = [(f"teller:{account_id}", people.box_public(session, keys, account_id)) for account_id in tellers[:2]]
    holders.append(("recovery", keys.need("recovery.public")))
    for (holder, public), share in zip(holders, sealing.split_secret(private), strict=True):
        sealed = sealing.seal(public, share.text.encode(), part_info(keys, ballot, holder))
        session.add(KeyPart(ballot_id=ballot.id, holder=holder, sealed=sealed))


def part_info(keys: KeyFolder, ballot: Ballot, holder: str) -> bytes:
    """Return what the seal of a key part is bound to."""
    return sealing.context(keys.programme, f"ballot-{ballot.number}", holder, "key part")


def _manifest(ballot: Ballot, proposal: Proposal, rows: Sequence[Roll], charter: object) -> dict[str, object]:
    leaves = sorted(hashlib.sha256(row.salt + f"{ballot.number}:{row.account_id}".encode()).digest() for row in rows)
    return {
        "ballot": ballot.number,
        "proposal": proposal.number,
        "version": ballot.version,
        "question": ballot.question,
        "rule": ballot.rule,
        "charter": ballot.charter_number,
        "second_check": ballot.second_check,
        "only_lived": ballot.only_lived,
        "opens": ballot.opens_at.isoformat(),
        "closes": ballot.closes_at.isoformat(),
        "roll_size": len(rows),
        "roll_root": tree.root_of(leaves).hex(),
        "counting_key": ballot.public_key.hex(),
        "disclosure": "members" if len(rows) < FEW_VOTERS else "outcome",
    }


def stage_of(session: Session, ballot: Ballot, now: datetime) -> rules.Stage:
    """Return where *ballot* is at *now*."""
    opened = session.get(Count, ballot.id) is not None
    return rules.stage(now, ballot.opens_at, ballot.closes_at, ballot.cancelled_reason is not None, opened)


def cancel(session: Session, ballot: Ballot, reason: str, now: datetime) -> None:
    """Call a ballot off, with a reason everybody can read. The text goes back to discussion."""
    rules.check_may_cancel(stage_of(session, ballot, now))
    if not reason.strip():
        raise RuleRefused(N_("Say why the vote is called off. Everybody will read it."))
    ballot.cancelled_reason = reason.strip()
    ledger.append(session, "decisions", "correction", {"ballot": ballot.number, "called_off": ballot.cancelled_reason})
    proposals.back_to_discussion(session, session.get_one(Proposal, ballot.proposal_id), ballot.cancelled_reason, now.date())
    session.flush()


def extend(session: Session, ballot: Ballot, closes_at: datetime, now: datetime) -> None:
    """Give people more time. A ballot is never made shorter."""
    if stage_of(session, ballot, now) not in (rules.Stage.SCHEDULED, rules.Stage.OPEN):
        raise RuleRefused(N_("This vote has closed, so it cannot be made longer."))
    if closes_at <= ballot.closes_at:
        raise RuleRefused(N_("A vote can be made longer, never shorter. Choose a later time."))
    ballot.closes_at = closes_at
    ledger.append(session, "decisions", "correction", {"ballot": ballot.number, "closes": closes_at.isoformat()})
    session.flush()


def roll_of(session: Session, ballot: Ballot) -> rules.Roll:
    """Return the sums of the roll: active seats, passes taken, and who stepped out, by class of seat."""
    rows = session.execute(select(Roll.seat_class, Roll.has_pass).where(Roll.ballot_id == ballot.id)).all()
    proposal = session.get_one(Proposal, ballot.proposal_id)
    out = Counter(board.classes_stepped_out(session, matter_of(proposal), ballot.opens_at.date()))
    if ballot.only_lived:
        out = Counter({SeatClass.LIVED: out[SeatClass.LIVED]})
    return rules.Roll(
        active=Counter(seat_class for seat_class, _ in rows) + out,
        passes=Counter(seat_class for seat_class, has_pass in rows if has_pass),
        stepped_out=out,
    )


def by_number(session: Session, number: int) -> Ballot | None:
    """Return ballot *number*, or None."""
    return session.scalars(select(Ballot).where(Ballot.number == number)).one_or_none()


def listed(session: Session) -> Sequence[Ballot]:
    """Return all ballots, newest first."""
    return session.scalars(select(Ballot).order_by(Ballot.number.desc())).all()


def ballots_of(session: Session, proposal_id: int) -> Sequence[Ballot]:
    """Return the ballots on a proposal, oldest first."""
    return session.scalars(select(Ballot).where(Ballot.proposal_id == proposal_id).order_by(Ballot.number)).all()
