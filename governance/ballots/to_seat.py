"""Who takes which seat by a vote: what it was for, as it was fixed with the vote, and who was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from governance.ballots.models import Ballot, Count
from governance.ballots.outcome import Result
from governance.board import service as board


@dataclass(frozen=True)
class ToSeat:
    """One seat that a vote gives: to which account, and from which day on. *since*: the day the vote opened."""

    seat_id: int
    account_id: int
    begins: date
    since: date


@dataclass(frozen=True)
class Gives:
    """What whoever is chosen gets, for members' pages: the labels of the *seats*, and the letters of who may sit."""

    seats: list[str]
    begins: date
    accounts: frozenset[str]


def gives_of(session: Session, ballot: Ballot) -> Gives | None:
    """Return what *ballot* gives whoever is chosen, as it was fixed with the vote; None where it gives nothing."""
    gives = ballot.gives
    if not gives:
        return None
    labels = [board.label_of(session, each) for each in gives["seats"]]
    return Gives(labels, date.fromisoformat(gives["from"]), frozenset(gives["accounts"]))


def to_seat(session: Session, ballot: Ballot) -> list[ToSeat]:
    """Return the seats that the counted *ballot* gives. For members alone: it tells who was chosen.

    None where it was for no seat, where it came to nothing, and for whoever had no account when it was called.
    """
    gives, count = ballot.gives, session.get(Count, ballot.id)
    if not gives or count is None or count.result is not Result.CHOSEN:
        return []
    chosen = [gives["accounts"][each] for each in count.account["winners"] if each in gives["accounts"]]
    begins, since = date.fromisoformat(gives["from"]), ballot.opens_at.date()
    taken = board.seats_for(session, chosen, gives["seats"])
    return [ToSeat(seat_id, account_id, begins, since) for account_id, seat_id in taken.items()]
