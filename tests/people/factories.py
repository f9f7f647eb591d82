"""The smallest true examples of people: a card, somebody signed in, a chain of readers with their keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account, IntakeKey, Told
from governance.people.rules import audiences_for, reads_for_board
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import from_json
from tests.laid_out import prepared

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PERIODS = {
    "everyone": ["2026-11", "2026-12"],
    "grievance": ["2026-11", "2026-12"],
    "manager": ["2026-11", "2026-12"],
    "urgent": ["2026-W48", "2026-W49"],
}
_names = count(1)


def a_card(session: Session, keys: KeyFolder, *roles: Role, alias: str = "") -> people.Card:
    """Make an account and return its card."""
    name = alias or f"Person {next(_names)}"
    return people.new_account(session, keys, alias=name, roles=frozenset(roles or {Role.MEMBER}), own_words=True)


def told_to_members(session: Session, at_most: int) -> list[str]:
    """What members were told, the newest first, as the rows say it."""
    rows = session.scalars(select(Told).order_by(Told.id.desc()).limit(at_most))
    return [str(from_json(row.said)) for row in rows]


def signed_in(session: Session, keys: KeyFolder, card: people.Card, now: datetime = NOON) -> people.SignedIn:
    """Sign in with a card."""
    entered = people.sign_in(session, card.alias, people.stretch(keys, card.alias, card.passphrase), now)
    assert entered, "the card does not open"
    return entered


def open_with(session: Session, keys: KeyFolder, card: people.Card) -> people.OpenReader:
    """Sign in with a card and return its keys, unlocked."""
    return people.open_reader(session, signed_in(session, keys, card).who)


@dataclass(frozen=True)
class Readers:
    """A chain of readers: each one's card, and their keys unlocked, by a short name."""

    cards: dict[str, people.Card]
    open: dict[str, people.OpenReader]


FOUNDERS = {
    "Ash": frozenset({Role.MEMBER, Role.BOARD_READER, Role.URGENT_TRAINED}),
    "Bo": frozenset({Role.MEMBER, Role.BOARD_READER, Role.URGENT_TRAINED}),
    "Sam": frozenset({Role.STAFF_READER, Role.URGENT_TRAINED}),
    "Mo": frozenset({Role.MANAGER}),
    "Dee": frozenset({Role.DIRECTOR}),
}


def a_chain(session: Session, keys: KeyFolder) -> Readers:
    """Begin a chain with two board readers, a staff reader, the manager and the director; make this month's keys.

    In a programme of nobody it is committed, and done once in a process: after that it is laid out again.
    """
    if session.scalar(select(Account.id).limit(1)) is not None:
        return _begun(session, keys)
    readers = prepared("a chain", session, keys, lambda: _begun(session, keys))
    return Readers(dict(readers.cards), dict(readers.open))


def _begun(session: Session, keys: KeyFolder) -> Readers:
    cards = {name: a_card(session, keys, *roles, alias=name) for name, roles in FOUNDERS.items()}
    opened = {name: open_with(session, keys, card) for name, card in cards.items()}
    founders = [
        (opened[name], sorted(audiences_for(roles)), reads_for_board(roles)) for name, roles in FOUNDERS.items()
    ]
    people.begin_chain(session, keys, founders)
    people.ensure_intake_keys(session, keys, PERIODS)
    return Readers(cards, opened)


def key_of(session: Session, keys: KeyFolder, audience: str = "everyone", period: str = "2026-11") -> IntakeKey:
    """The key of a period that messages are sealed to."""
    return people.current_key(session, keys, audience, period)


def opens(session: Session, keys: KeyFolder, reader: people.OpenReader, key: IntakeKey) -> bool:
    """Whether this reader can open what was sealed with this key."""
    sealed = sealing.seal(key.public, b"a word", b"test")
    try:
        private = people.intake_private(session, keys, reader, key.id)
    except RuleRefused:
        return False
    return sealing.open_sealed(private, sealed, b"test") == b"a word"


def enrol(session: Session, keys: KeyFolder, by: Readers, card: people.Card, first: str, second: str) -> None:
    """Two readers sign for a new reader of everything their roles open."""
    roles = people.roles_of(session, card.account_id)
    board = Role.BOARD_READER in roles
    audiences = ["everyone", "grievance", "manager"] if board else ["everyone"]
    asked = people.propose_enrolment(session, keys, by.open[first], card.account_id, audiences, board, TODAY)
    people.confirm_enrolment(session, keys, by.open[second], asked.id, TODAY)


def remove(session: Session, keys: KeyFolder, by: Readers, account_id: int, first: str, second: str) -> None:
    asked = people.propose_removal(session, keys, by.open[first], account_id, TODAY)
    people.confirm_removal(session, keys, by.open[second], asked.id, TODAY)
