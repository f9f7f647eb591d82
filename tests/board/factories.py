"""The smallest true board: a charter, seats, and members in them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from governance import clock
from governance.board import service
from governance.board.charter import Charter
from governance.board.models import Seat, Term
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.ruling.sentences import Sentence
from tests.laid_out import laid_out

DAY = date(2026, 3, 2)
LIVED, FAMILY, HEALTH = SeatClass.LIVED, SeatClass.FAMILY, SeatClass.HEALTH
SMALL_BOARD = (LIVED, LIVED, LIVED, FAMILY, HEALTH)


def a_member(session: Session, keys: KeyFolder, alias: str, *roles: Role) -> int:
    """Return the account of a member."""
    return people.new_account(session, keys, alias=alias, roles=frozenset(roles or {Role.MEMBER})).account_id


def a_stool(session: Session, keys: KeyFolder, account_id: int, name: str) -> None:
    """Let somebody sit at a stool of their own, which no charter has: whoever is one of the board has a seat."""
    today = clock.today()
    with service.telling(session, keys, Sentence("A stool."), today) if _told(session) else nullcontext():
        seat = Seat(label=f"Stool of {name}", seat_class=LIVED, alternate=True)
        session.add(seat)
        session.flush()
        session.add(Term(seat_id=seat.id, account_id=account_id, begins=today))
        session.flush()


def _told(session: Session) -> bool:
    return people.has_told(session, service.SEATS)


def fitting(classes: tuple[SeatClass, ...], alternates: int) -> Charter:
    """Return the usual charter, or where they are more one for just these seats."""
    usual, family, health = Charter(), classes.count(FAMILY), classes.count(HEALTH)
    if len(classes) <= usual.voting_seats:
        family, health = max(usual.family_seats, family), max(usual.health_seats, health)
    lived = max(usual.lived_seats, classes.count(LIVED), 2 * (family + health) + 1)
    return replace(
        usual, lived_seats=lived, family_seats=family, health_seats=health, alternates=max(usual.alternates, alternates)
    )


@laid_out
def a_board(
    session: Session,
    keys: KeyFolder,
    classes: tuple[SeatClass, ...] = SMALL_BOARD,
    alternates: int = 0,
    day: date = DAY,
) -> list[int]:
    """Return the accounts of a board that sits since *day*: one for each class, then the alternates."""
    service.adopt_charter(session, fitting(classes, alternates), day)
    members = []
    for place, seat_class in enumerate((*classes, *[LIVED] * alternates)):
        seat = service.add_seat(session, f"Seat {place + 1}", seat_class, alternate=place >= len(classes))
        members.append(a_member(session, keys, f"Chair{place + 1}"))
        service.seat_member(session, seat.id, members[-1], day)
    session.flush()
    return members
