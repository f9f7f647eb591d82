"""Who votes on one matter: the roll, stepping out, and calling in alternates.

A matter is named by what it is about: "proposal:12".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance.board import rules
from governance.board.models import CalledIn, Recusal
from governance.board.service.seats import SeatOnDay, seat_of, seats_on
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import one_line


def step_out(session: Session, account_id: int, matter: str, tie: rules.Tie, part: str = "") -> Recusal:
    """Note that a member steps out of the talk and the vote on *matter*, or on one *part* of it ("B").

    The view passes a tie from the closed list (`rules.tie_named`). Saying it twice is no error.
    """
    part = one_line(part)
    mine = select(Recusal).where(Recusal.matter == matter, Recusal.account_id == account_id, Recusal.part == part)
    before = session.scalars(mine).one_or_none()
    if before:
        before.tie = tie
        session.flush()
        return before
    recusal = Recusal(matter=matter, account_id=account_id, tie=tie, part=part)
    session.add(recusal)
    session.flush()
    return recusal


def step_back_in(session: Session, account_id: int, matter: str) -> None:
    """Take back a stepping out that was a slip or a tie that is gone. The caller checks that the vote has not begun."""
    session.execute(delete(Recusal).where(Recusal.matter == matter, Recusal.account_id == account_id))
    session.flush()


def recusals(session: Session, matter: str) -> Sequence[Recusal]:
    """Return who stepped out of *matter*, by kind of tie and not by when."""
    return session.scalars(select(Recusal).where(Recusal.matter == matter).order_by(Recusal.tie, Recusal.part)).all()


def has_stepped_out(session: Session, account_id: int, matter: str) -> bool:
    """Whether this member stepped out of the whole of *matter*."""
    return any(each.account_id == account_id and not each.part for each in recusals(session, matter))


def classes_stepped_out(session: Session, matter: str, day: date) -> list[rules.SeatClass]:
    """Return the seat class of each voting seat whose holder on *day* stepped out of the whole of *matter*.

    Seats that rest and alternates are not counted: they are no active seats. Empty once the people are forgotten.
    """
    out = {each.account_id for each in recusals(session, matter) if each.account_id and not each.part}
    seats = seats_on(session, day)
    return [seat.seat_class for seat in seats if seat.account_id in out and not seat.paused and not seat.alternate]


def forget_who_stepped_out(session: Session, matter: str) -> None:
    """Keep the kinds of tie of *matter*, forget the people. Called when its record is adopted (docs/domain.md 2.4)."""
    session.execute(update(Recusal).where(Recusal.matter == matter).values(account_id=None))
    session.flush()


def call_in(session: Session, seat_id: int, matter: str, day: date) -> None:
    """Let the alternate in *seat_id* vote on *matter*. Refuses when no voting seat is empty for it."""
    seats = seats_on(session, day)
    seat = next((each for each in seats if each.seat_id == seat_id), None)
    if seat is None or not seat.alternate or seat.open or seat.paused:
        raise RuleRefused(N_("Only an alternate who is here can be called in. Choose one from the list."))
    if session.get(CalledIn, (matter, seat_id)):
        return
    voting = [each for each in seats if not each.alternate]
    if len(voting) <= len(voting_roll(session, day, matter)):
        raise RuleRefused(N_("Every voting seat can vote on this. An alternate is called in only for an empty chair."))
    session.add(CalledIn(matter=matter, seat_id=seat_id))
    session.flush()


def called_in(session: Session, matter: str) -> set[int]:
    """Return the seats of the alternates called in for *matter*."""
    return set(session.scalars(select(CalledIn.seat_id).where(CalledIn.matter == matter)))


def voting_roll(
    session: Session, day: date, matter: str, only_lived: bool = False, part: str = ""
) -> list[tuple[int, rules.SeatClass]]:
    """Return who may vote on *matter* on *day*: account and seat class, in order of account.

    Filled seats that do not rest and have not stepped out; alternates only when called in. *only_lived* keeps the
    lived-experience seats alone, for a second check held as a ballot of its own. Who stepped out of one part only
    is left out when that *part* is asked for.
    """
    called = called_in(session, matter)
    out = {each.account_id for each in recusals(session, matter) if each.part in ("", part)}
    return sorted(
        (seat.account_id, seat.seat_class)
        for seat in seats_on(session, day)
        if seat.account_id is not None
        and _may_vote(seat, called)
        and seat.account_id not in out
        and (not only_lived or seat.seat_class is rules.SeatClass.LIVED)
    )


def _may_vote(seat: SeatOnDay, called: set[int]) -> bool:
    return not seat.paused and (not seat.alternate or seat.seat_id in called)


def check_seated(session: Session, account_id: int, day: date) -> SeatOnDay:
    """Return the seat of this account. Refuses somebody without one: only who has a vote can step out of it."""
    seat = seat_of(session, account_id, day)
    if seat is None:
        raise RuleRefused(N_("You have no seat on the board today, so there is no vote to step out of."))
    return seat
