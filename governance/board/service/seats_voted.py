"""Seats that a vote among members is for, and giving them to whom it chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import rules, seats_voted
from governance.board.models import Seat, Term
from governance.board.service.charters import charter
from governance.board.service.seats import check_may_sit, seat_member, seats_on
from governance.people import service as people
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


def check_may_vote_on(session: Session, seat_ids: Sequence[int], begins: date, closes_on: date, today: date) -> None:
    """Refuse a vote that is to give these seats from the day *begins* on, where it may not. Raises RuleRefused."""
    there = {seat.seat_id: seat for seat in seats_on(session, today)}
    if not set(seat_ids) <= there.keys():
        raise RuleRefused(N_("There is no such seat. Look at the list of seats again."), field="for_seats")
    held = {term.seat_id: rules.term_ends(term.begins, charter(session)) for term in _running(session)}
    offered = [
        seats_voted.Offered(seat.label, seat.seat_class, seat.alternate, held.get(seat.seat_id))
        for seat in map(there.__getitem__, seat_ids)
    ]
    seats_voted.check_offered(offered, begins, closes_on)


def may_stand(session: Session) -> dict[int, str]:
    """Return the members who may be chosen for a seat: account and alias. For members' pages alone."""
    return people.with_role(session, Role.MEMBER)


def label_of(session: Session, seat_id: int) -> str:
    """Return the label of a seat. For members' pages alone."""
    return session.get_one(Seat, seat_id).label


def seats_for(session: Session, chosen: Sequence[int], seat_ids: Sequence[int]) -> dict[int, int]:
    """Return which of these seats each of the *chosen* accounts takes."""
    sitting = {term.account_id: term.seat_id for term in _running(session)}
    return seats_voted.who_takes_which(chosen, seat_ids, sitting)


def waits_for(session: Session, seat_id: int, account_id: int, since: date, today: date) -> bool:
    """Whether this seat still waits for whom a vote chose that opened on the day *since*.

    Not once anybody began a term there since; nor while somebody sits there whose term is not over; nor where the
    account has ended: nobody can be seated then, so nobody is asked to.
    """
    if account_id not in may_stand(session):
        return False
    terms = session.scalars(select(Term).where(Term.seat_id == seat_id)).all()
    if any(term.begins >= since or (term.ends is None and term.account_id == account_id) for term in terms):
        return False
    return all(term.ends is not None or rules.term_ends(term.begins, charter(session)) <= today for term in terms)


def check_may_seat_chosen(session: Session, seat_id: int, account_id: int, since: date, begins: date) -> Seat:
    """Return the seat. Refuses what was done already, and what `check_may_sit` refuses."""
    term = select(Term.id).where(Term.seat_id == seat_id, Term.begins >= since).limit(1)
    if session.scalars(term).first() is not None:
        raise RuleRefused(N_("Somebody took this seat since the vote. Each vote gives a seat once."))
    return check_may_sit(session, seat_id, account_id, begins)


def seat_chosen(session: Session, seat_id: int, account_id: int, since: date, begins: date) -> None:
    """Give a seat to whom a vote chose for it. Raises RuleRefused like `check_may_seat_chosen`."""
    check_may_seat_chosen(session, seat_id, account_id, since, begins)
    seat_member(session, seat_id, account_id, begins)


def _running(session: Session) -> Sequence[Term]:
    return session.scalars(select(Term).where(Term.ends.is_(None))).all()
