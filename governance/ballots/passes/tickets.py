"""Passes that the server makes, and the ticket that a typed card or pass stands for.

A pass that the server makes is 16 random bytes with a code made under a secret that lies outside the database. No list
of passes exists anywhere, so a dump of the database has nothing to join the roll and the box by. That the server keeps
none of what it hands out rests on trust, and its page says so; a drawn card does not.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import rules
from governance.ballots.bundle import manifests
from governance.ballots.calling.ballot_keys import election_of, pass_key_name, server_issuer
from governance.ballots.finding import listed_with_stage
from governance.ballots.models import Ballot, CardDrop
from governance.ballots.passes.blind_passes import read_pass
from governance.ballots.passes.cards import sign_for
from governance.ballots.passes.credential import (
    FORGIVEN,
    Credential,
    from_code,
    from_secret,
    in_groups,
    key_message,
    read_code,
)
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.sentences import N_

NOT_ALONE = N_("Two organisations sign each pass of this vote, and this needs JavaScript. Or draw a card.")
NONCE_BYTES = 16
CODE_BYTES = 9


@dataclass(frozen=True)
class Ticket:
    """What lets a ballot in: a credential, and the issuers' grants for its key (a card needs none)."""

    credential: Credential
    grants: tuple[str, ...] = ()


def take_pass(session: Session, keys: KeyFolder, ballot: Ballot, account_id: int, now: datetime) -> str:
    """Mark the roll and return a pass, forty letters. Raises RuleRefused to who has no vote here or took one.

    So it does in a vote with a partner, in which no server can make a pass alone.
    """
    if not manifests.server_signs(ballot.manifest or {"issuers": []}):
        raise RuleRefused(NOT_ALONE)
    sign_for(session, ballot, account_id, now)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b32encode(nonce + _code(keys, ballot, nonce)).decode()


def _code(keys: KeyFolder, ballot: Ballot, nonce: bytes) -> bytes:
    return hmac.digest(keys.need(pass_key_name(ballot)), b"pass" + nonce, "sha256")[:CODE_BYTES]


def pass_in_words(letters: str) -> str:
    """Return a pass or a card's code as it is printed: groups of four letters and digits."""
    return in_groups(letters)


def _read_pass(typed: str) -> bytes:
    """Return the bytes of a typed pass, forgiving spaces, case, 0 for O and 1 for I; b"" when it is none."""
    letters = "".join(sign for sign in typed[:100].upper() if sign.isalnum()).translate(FORGIVEN)
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return b""


def ticket(session: Session, keys: KeyFolder, ballot: Ballot, typed: str) -> Ticket | None:
    """Return what a typed card or pass stands for in *ballot*, or None when it is none of this vote."""
    code = read_code(typed)
    if code:
        card = from_code(code, election_of(keys, ballot))
        return Ticket(card) if session.get(CardDrop, (ballot.id, card.drop_tag)) else None
    blind = read_pass(typed, election_of(keys, ballot))
    if blind is not None:
        own, let_in, grants = blind
        holds = manifests.drop_grants_hold(ballot.manifest or {}, own.drop_token, let_in)
        return Ticket(own, tuple(grants)) if holds else None
    secret = _read_pass(typed)
    alone = manifests.server_signs(ballot.manifest or {"issuers": []})
    if not alone or len(secret) != NONCE_BYTES + CODE_BYTES or keys.read(pass_key_name(ballot)) is None:
        return None
    if not hmac.compare_digest(secret[NONCE_BYTES:], _code(keys, ballot, secret[:NONCE_BYTES])):
        return None
    mine = from_secret(secret, election_of(keys, ballot))
    grant = sealing.sign(server_issuer(keys, ballot), key_message(election_of(keys, ballot), mine.public))
    return Ticket(mine, (base64.b64encode(grant).decode(),))


def ballot_for(session: Session, keys: KeyFolder, typed: str, now: datetime) -> Ballot | None:
    """Return the vote that a typed card or pass is for, among those that are not over, or None."""
    going_on = (rules.Stage.SCHEDULED, rules.Stage.OPEN)
    here = [ballot for ballot, stage in listed_with_stage(session, now) if stage in going_on]
    return next((ballot for ballot in here if ticket(session, keys, ballot, typed)), None)
