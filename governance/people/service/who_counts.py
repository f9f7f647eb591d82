"""Who counts as one of the board where an act takes one: whoever sits there, in a seat that does not rest.

A card says what its owner began with. Only the seats say who is of the board today, and the board keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from governance.people.gates import Act, takes_the_board
from governance.permissions.roles import BOARD, Role, Who

# By account whether its seat is active, of all who sit; None where too few do, and cards alone say who is of the board.
Sitting = Mapping[int, bool] | None
_KNOWN: list[Callable[[Session, date], Sitting]] = []


def sitting_from(known: Callable[[Session, date], Sitting]) -> Callable[[Session, date], Sitting]:
    """Learn from *known* who sits on the board on a day: used as a decorator, once, where the seats are."""
    _KNOWN[:] = [known]
    return known


def who_sits(session: Session, today: date) -> Sitting:
    """Return who sits on the board today, and whose seat is active."""
    return _KNOWN[0](session, today) if _KNOWN else None


def as_who_sits(session: Session, who: Who, today: date) -> Who:
    """Return *who* with the roles that count today where an act asks who is of the board."""
    return replace(who, roles=frozenset(of_the_board(who.account_id, who.roles, who_sits(session, today))))


def one_sits(of_board: Set[int], sitting: Sitting, pair: Set[int], about: int) -> bool:
    """Whether one of the *pair* is of those accounts that read for the board, and sits there today.

    Where none of them sits but whom it is *about*, or too few sit at all, the list of readers alone says who is of the
    board. Else nobody could be made a reader again, and the only one who sits could be ended by nobody.
    """
    others = of_board - {about}
    active = others if sitting is None else {each for each in others if sitting.get(each)}
    return bool((active or others) & pair)


def that_count(act: Act, account_id: int, roles: Set[Role], sitting: Sitting, *, asks: bool = False) -> Set[Role]:
    """Return which *roles* of an account count at *act*. *asks*: as the first of the two.

    Where an act takes one of the board, whoever has no seat, or one that rests, is none. An act that is about one's own
    seat can be asked for from a seat at rest.
    """
    return of_the_board(account_id, roles, sitting, at_rest=asks and act.at_rest) if takes_the_board(act) else roles


def of_the_board(account_id: int, roles: Set[Role], sitting: Sitting, *, at_rest: bool = False) -> Set[Role]:
    """Return *roles* without those of the board, where *sitting* says that this account has no active seat."""
    if sitting is None or sitting.get(account_id) or (at_rest and account_id in sitting):
        return roles
    return roles - BOARD
