"""Seats that a vote among members is for: which ones it can be for, and who takes which. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from governance.board.rules import SeatClass
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class Offered:
    """A seat that a vote may be for. *held_until*: the day on which the term of whoever sits there is over."""

    label: str
    seat_class: SeatClass
    alternate: bool = False
    held_until: date | None = None


def check_offered(seats: Sequence[Offered], begins: date, closes_on: date) -> None:
    """Refuse seats that no vote may be for, and a day on which it is not over yet.

    The seats are of one kind, so that whoever is chosen fits each of them; and a vote takes no seat from anybody.
    """
    if begins < closes_on:
        raise RuleRefused(N_("The vote is not over by then. Choose a later day to begin."), field="seats_from")
    if len({(each.seat_class, each.alternate) for each in seats}) > 1:
        words = N_("One vote is for seats of one kind. Choose these, and call another vote for the others.")
        raise RuleRefused(words, field="for_seats")
    for each in seats:
        if each.held_until is not None and begins < each.held_until:
            words = N_("Somebody sits in {seat}, and may stay until {day}. Choose a later day, or another seat.")
            raise RuleRefused(Sentence(words, seat=each.label, day=each.held_until), field="for_seats")


def who_takes_which(chosen: Sequence[int], seats: Sequence[int], sitting: Mapping[int, int]) -> dict[int, int]:
    """Return the seat of each of the *chosen* accounts, and leave nobody to choose it.

    *sitting*: who sits in which seat now. Whoever sits in one of these *seats* stays there; the others take the rest
    in the order of both. Somebody for whom no seat is left has none.
    """
    stay = {account: sitting[account] for account in chosen if sitting.get(account) in seats}
    left = [seat for seat in seats if seat not in stay.values()]
    return {**stay, **dict(zip((each for each in chosen if each not in stay), left, strict=False))}
