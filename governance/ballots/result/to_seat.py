"""Who takes which seat or role by a vote: what it was for, as it was fixed with the vote, and who was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from governance.ballots.bundle import manifests
from governance.ballots.models import Ballot, Count
from governance.ballots.result.outcome import Result
from governance.board import service as board
from governance.board.roles_voted import UNTIL_THE_NEXT
from governance.permissions.roles import Role
from governance.places.service import day_of


@dataclass(frozen=True)
class ToSeat:
    """One seat that a vote gives: to which account, and from which day on. *since*: the day the vote opened."""

    seat_id: int
    account_id: int
    begins: date
    since: date


@dataclass(frozen=True)
class ToName:
    """One seat that a vote gives to somebody who had no card when it was called, by the *name* they stood under."""

    seat_id: int
    name: str
    begins: date
    since: date


@dataclass(frozen=True)
class ToRole:
    """A role that a vote gives: to which accounts, and from which day on."""

    role: Role
    accounts: tuple[int, ...]
    begins: date


@dataclass(frozen=True)
class Gives:
    """What whoever is chosen gets, for members' pages: the labels of the *seats* or the *role*.

    *accounts*: the letters of those who can get it.
    """

    seats: list[str]
    begins: date
    accounts: frozenset[str]
    role: Role | None = None

    @property
    def until_the_next(self) -> bool:
        """Whether whoever has the role until then gives it up."""
        return self.role in UNTIL_THE_NEXT


def gives_of(session: Session, ballot: Ballot) -> Gives | None:
    """Return what *ballot* gives whoever is chosen, as it was fixed with the vote; None where it gives nothing."""
    gives = ballot.gives
    if not gives:
        return None
    labels = [board.label_of(session, each) for each in gives.get("seats", ())]
    role = Role(gives["role"]) if "role" in gives else None
    return Gives(labels, date.fromisoformat(gives["from"]), frozenset(gives["accounts"]), role)


def to_seat(session: Session, ballot: Ballot) -> list[ToSeat]:
    """Return the seats that the counted *ballot* gives. For members alone: it tells who was chosen.

    None where it was for no seat, where it came to nothing, and for whoever had no account when it was called.
    """
    gives, chosen = ballot.gives, _chosen(session, ballot)
    if "seats" not in gives or not chosen:
        return []
    begins, since = date.fromisoformat(gives["from"]), day_of(session, ballot.opens_at)
    taken = board.seats_for(session, chosen, gives["seats"])
    return [ToSeat(seat_id, account_id, begins, since) for account_id, seat_id in taken.items()]


def to_name(session: Session, ballot: Ballot) -> list[ToName]:
    """Return the seats of the counted *ballot* that wait for somebody who had no card. For members alone.

    Whoever was chosen with a card takes a seat first; these take the rest, in the order of the count.
    """
    gives = ballot.gives
    if "seats" not in gives:
        return []
    names = [ballot.who_stands[each] for each in chosen_letters(session, ballot) if each not in gives["accounts"]]
    if not names:
        return []
    taken = {each.seat_id for each in to_seat(session, ballot)}
    left = [each for each in gives["seats"] if each not in taken]
    begins, since = date.fromisoformat(gives["from"]), day_of(session, ballot.opens_at)
    return [ToName(seat_id, name, begins, since) for name, seat_id in zip(names, left, strict=False)]


def to_role(session: Session, ballot: Ballot) -> ToRole | None:
    """Return the role that the counted *ballot* gives, and to whom; None like the empty list of `to_seat`."""
    gives, chosen = ballot.gives, _chosen(session, ballot)
    if "role" not in gives or not chosen:
        return None
    return ToRole(Role(gives["role"]), tuple(chosen), date.fromisoformat(gives["from"]))


def _chosen(session: Session, ballot: Ballot) -> list[int]:
    """Return the accounts that the counted *ballot* chose, in the order of the count."""
    accounts = ballot.gives.get("accounts", {})
    return [accounts[each] for each in chosen_letters(session, ballot) if each in accounts]


def chosen_letters(session: Session, ballot: Ballot) -> list[str]:
    """Return the letters that the counted *ballot* chose, in the order of the count."""
    count = session.get(Count, ballot.id)
    return list(count.account["winners"]) if count and count.result is Result.CHOSEN else []


def sealed_letter(ballot: Ballot, letter: str) -> str:
    """Return a salted commitment to the *letter* of somebody who stands in *ballot*: in public nobody can open it.

    It is made by the salt that seals who stands (`as_fixed.py`), so each letter has one, and it can be made again.
    """
    return manifests.commitment(bytes.fromhex((ballot.standing or {}).get("salt", "")), {"letter": letter})
