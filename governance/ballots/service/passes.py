"""Passes and the box. A pass is issued to a member, and dropped by whoever holds it; nothing ties the two.

A pass is 16 random bytes with a code made under a secret that lies outside the database. No list of passes
exists anywhere, so a dump of the database has nothing to join the roll and the box by. That the server does not
keep what it hands out rests on trust until passes are signed blind; `/promises` says so.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from governance import sealing, text
from governance.ballots import rules
from governance.ballots.counting.consensus import Level
from governance.ballots.models import Ballot, Box, Roll
from governance.ballots.service.finding import stage_of
from governance.ballots.service.opening import pass_key_name
from governance.board import service as board
from governance.keyfolder import KeyFolder
from governance.proposals.models import Proposal

NONCE_BYTES = 16
CODE_BYTES = 9
BALLOT_BYTES = 2000  # Every ballot is filled up to this, so that a long one and a short one look alike.


def take_pass(session: Session, keys: KeyFolder, ballot: Ballot, account_id: int, now: datetime) -> bytes:
    """Mark the roll and return a pass. Raises RuleRefused to who has no vote on this item or took a pass already."""
    wanted = select(Roll).where(Roll.ballot_id == ballot.id, Roll.account_id == account_id).with_for_update()
    row = session.scalars(wanted).one_or_none()
    seat = board.seat_of(session, account_id, now.date())
    matter = session.get_one(Proposal, ballot.proposal_id).matter
    rules.check_may_take_pass(
        stage_of(session, ballot, now),
        holds_active_seat=row is not None and seat is not None and not seat.paused,
        stepped_out=board.has_stepped_out(session, account_id, matter),
        has_pass=row is not None and row.has_pass,
    )
    if row is not None:
        row.has_pass = True
    session.flush()
    return _new_pass(keys, ballot)


def _new_pass(keys: KeyFolder, ballot: Ballot) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _code(keys, ballot, nonce)


def _code(keys: KeyFolder, ballot: Ballot, nonce: bytes) -> bytes:
    return hmac.digest(keys.need(pass_key_name(ballot)), b"pass" + nonce, "sha256")[:CODE_BYTES]


def pass_in_words(pass_: bytes) -> str:
    """Return a pass as it is printed: groups of four letters and digits."""
    letters = base64.b32encode(pass_).decode().rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def read_pass(typed: str) -> bytes:
    """Return the bytes of a typed pass, forgiving spaces, case, 0 for O and 1 for I; b"" when it is none."""
    letters = "".join(sign for sign in typed.upper()[:100] if sign.isalnum()).replace("0", "O").replace("1", "I")
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return b""


def pass_is_good(keys: KeyFolder, ballot: Ballot, pass_: bytes) -> bool:
    """Whether *pass_* was issued for *ballot*. Constant time."""
    nonce, code = pass_[:NONCE_BYTES], pass_[NONCE_BYTES:]
    return len(pass_) == NONCE_BYTES + CODE_BYTES and hmac.compare_digest(code, _code(keys, ballot, nonce))


def drop(
    session: Session, keys: KeyFolder, ballot: Ballot, pass_: bytes, choice: Mapping[str, str], now: datetime
) -> None:
    """Seal a choice and put it into the box. The same pass again replaces it, until close. No count is kept."""
    session.refresh(ballot, with_for_update={"read": True})  # The count waits for who is dropping, and not they for it.
    rules.check_may_drop(stage_of(session, ballot, now), pass_is_good=pass_is_good(keys, ballot, pass_))
    kept = whole(session, ballot, choice)
    plain = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode().ljust(BALLOT_BYTES)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    sealed = sealing.seal(ballot.public_key, plain, box_info(keys, ballot))
    row = {"ballot_id": ballot.id, "drop_tag": hashlib.sha256(b"drop" + pass_).digest(), "sealed": sealed}
    session.execute(
        insert(Box).values(row).on_conflict_do_update(index_elements=["ballot_id", "drop_tag"], set_={"sealed": sealed})
    )
    session.flush()


def whole(session: Session, ballot: Ballot, choice: Mapping[str, str]) -> dict[str, str]:
    """Return *choice* as it goes into the box. Raises RuleRefused for one that could not be counted."""
    rules.check_choice(rules.rule_named(ballot.rule, board.charter_numbered(session, ballot.charter_number)), choice)
    if choice["choice"] != Level.BLOCK:
        return {"choice": choice["choice"]}
    named = text.plain(choice["named"], rules.LONGEST_REASON)
    return {"choice": choice["choice"], "ground": choice["ground"], "named": named}


def box_info(keys: KeyFolder, ballot: Ballot) -> bytes:
    """Return what the seal of a ballot is bound to."""
    return sealing.context(keys.programme, f"ballot-{ballot.number}", "box", "ballot")
