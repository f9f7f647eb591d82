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
from governance.ballots.models import Ballot, CardDrop
from governance.ballots.now.finding import listed_with_stage
from governance.ballots.passes import card_letters
from governance.ballots.passes.blind_passes import MARK, read_pass
from governance.ballots.passes.card_letters import (
    LETTERS,
    PASS_LETTERS,
    Fault,
    can_be_read,
    letters_in,
    one_letter_off,
    readings,
)
from governance.ballots.passes.cards import sign_for
from governance.ballots.passes.credential import (
    Credential,
    from_code,
    from_secret,
    in_groups,
    key_message,
    read_code,
)
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

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
    while not can_be_read(pass_ := _drawn(keys, ballot)):
        pass  # It has more letters that look alike on paper than are looked at when it is typed.
    return pass_


def _drawn(keys: KeyFolder, ballot: Ballot) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b32encode(nonce + _code(keys, ballot, nonce)).decode()


def _code(keys: KeyFolder, ballot: Ballot, nonce: bytes) -> bytes:
    return hmac.digest(keys.need(pass_key_name(ballot)), b"pass" + nonce, "sha256")[:CODE_BYTES]


def pass_in_words(letters: str) -> str:
    """Return a pass or a card's code as it is printed: groups of four letters and digits."""
    return in_groups(letters)


def ticket(session: Session, keys: KeyFolder, ballot: Ballot, typed: str) -> Ticket | None:
    """Return what a typed card or pass stands for in *ballot*, or None when it is none of this vote."""
    code = read_code(typed)
    if code:
        return _card(session, keys, ballot, code)
    blind = read_pass(typed, election_of(keys, ballot))
    if blind is not None:
        own, let_in, grants = blind
        holds = manifests.drop_grants_hold(ballot.manifest or {}, own.drop_token, let_in)
        return Ticket(own, tuple(grants)) if holds else None
    secrets_typed = (_secret_of(keys, ballot, letters) for letters in readings(_pass_letters(keys, ballot, typed)))
    secret = next(filter(None, secrets_typed), None)
    if secret is None:
        return None
    mine = from_secret(secret, election_of(keys, ballot))
    grant = sealing.sign(server_issuer(keys, ballot), key_message(election_of(keys, ballot), mine.public))
    return Ticket(mine, (base64.b64encode(grant).decode(),))


def fault_of(keys: KeyFolder, ballot: Ballot | None, typed: str) -> Fault | None:
    """Return what is wrong with a typed card or pass that stands for nothing in *ballot*, as far as it can be seen.

    A blind pass, which nobody types by hand, has no such fault.

    A pass has a code of its own (`_code`), by which one wrong letter is found: the one that makes it hold.
    """
    if typed.lstrip().startswith(MARK):
        return None
    return (ballot and _fault_of_pass(keys, ballot, typed)) or card_letters.fault_of(typed)


def _fault_of_pass(keys: KeyFolder, ballot: Ballot, typed: str) -> Fault | None:
    letters = _pass_letters(keys, ballot, typed)
    off = one_letter_off(letters) if letters else ()
    return next((Fault("letter", group) for group, changed in off if _secret_of(keys, ballot, changed)), None)


def _card(session: Session, keys: KeyFolder, ballot: Ballot, code: str) -> Ticket | None:
    cards = (from_code(letters, election_of(keys, ballot)) for letters in readings(code))
    return next((Ticket(card) for card in cards if session.get(CardDrop, (ballot.id, card.drop_tag))), None)


def _pass_letters(keys: KeyFolder, ballot: Ballot, typed: str) -> str:
    """Return the letters of a typed pass, as forgiving as a card's; "" when it cannot be one of *ballot*."""
    letters = letters_in(typed[:100])
    alone = manifests.server_signs(ballot.manifest or {"issuers": []})
    might = len(letters) == PASS_LETTERS and set(letters) <= set(LETTERS)
    return letters if might and alone and keys.read(pass_key_name(ballot)) is not None else ""


def _secret_of(keys: KeyFolder, ballot: Ballot, letters: str) -> bytes | None:
    """Return the bytes of a pass when its code holds, else None."""
    secret = base64.b32decode(letters)
    holds = len(secret) == NONCE_BYTES + CODE_BYTES and hmac.compare_digest(
        secret[NONCE_BYTES:], _code(keys, ballot, secret[:NONCE_BYTES])
    )
    return secret if holds else None


def ballot_for(session: Session, keys: KeyFolder, typed: str, now: datetime) -> Ballot | None:
    """Return the vote that a typed card or pass is for, among those that are not over, or None."""
    going_on = (rules.Stage.SCHEDULED, rules.Stage.OPEN)
    here = [ballot for ballot, stage in listed_with_stage(session, now) if stage in going_on]
    return next((ballot for ballot in here if ticket(session, keys, ballot, typed)), None)
