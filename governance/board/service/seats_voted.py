"""Seats that a vote among members is for, and giving them to whom it chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import rules, seats_voted
from governance.board.models import Seat, Term
from governance.board.service.charters import charter
from governance.board.service.roles_voted import may_hold_role
from governance.board.service.seats import check_card_votes, check_may_sit, seat_member, seats_on, terms_in_a_row
from governance.people import service as people
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence


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


def check_may_take(session: Session, names: Iterable[str], begins: date) -> None:
    """Refuse to let somebody stand for a seat who could not take it by the day *begins*. Raises RuleRefused.

    Who has no card at all may stand: the seat waits for their card. Whose card is no member's gets none beside it, and
    whose terms in a row are over lets somebody else have a turn.
    """
    wanted = set(names)
    for account_id, name in may_hold_role(session).items():
        if name in wanted:
            _check_may_take(session, account_id, name, begins)


def _check_may_take(session: Session, account_id: int, name: str, begins: date) -> None:
    try:
        check_card_votes(people.roles_of(session, account_id))
        rules.check_another_term(terms_in_a_row(session, account_id, begins), charter(session))
    except RuleRefused as refused:
        words = Sentence(N_("{name} cannot stand for a seat. {why}"), name=name, why=refused.sentence)
        raise RuleRefused(words, field="candidates") from refused


def known_of_who_may_stand(session: Session, today: date) -> dict[int, Sentence]:
    """Return what to know of some before they stand for a seat, by account: what keeps them from taking one."""
    members, sit = may_stand(session), {each.account_id: each.label for each in seats_on(session, today)}
    known: dict[int, Sentence] = {}
    for account_id in may_hold_role(session):
        if account_id not in members:
            known[account_id] = Sentence(N_("No member's card: can have a role, and no seat."))
        elif account_id in sit:
            known[account_id] = Sentence(N_("Sits in {seat} now."), seat=sit[account_id])
    return known


def label_of(session: Session, seat_id: int) -> str:
    """Return the label of a seat. For members' pages alone."""
    return session.get_one(Seat, seat_id).label


def seats_for(session: Session, chosen: Sequence[int], seat_ids: Sequence[int]) -> dict[int, int]:
    """Return which of these seats each of the *chosen* accounts takes."""
    sitting = {term.account_id: term.seat_id for term in _running(session)}
    return seats_voted.who_takes_which(chosen, seat_ids, sitting)


def waits_for(session: Session, seat_id: int, account_id: int, since: date, today: date) -> bool:
    """Whether this seat still waits for whom a vote chose that opened on the day *since*.

    Not once anybody began a term there since; nor while somebody else sits there whose term is not over; nor where the
    account has ended: nobody can be seated then, so nobody is asked to. Who was chosen again waits for their next term.
    """
    if account_id not in may_stand(session):
        return False
    terms = session.scalars(select(Term).where(Term.seat_id == seat_id)).all()
    if _was_taken(terms, account_id, since):
        return False
    return _own_term(terms, account_id) is not None or _is_free(session, terms, today)


def _was_taken(terms: Iterable[Term], account_id: int, since: date) -> bool:
    """Whether anybody began a term of *terms* from the day *since* on, or this account gave it back before it began."""
    return any(term.begins >= since and (term.has_days or term.account_id == account_id) for term in terms)


def _own_term(terms: Iterable[Term], account_id: int) -> Term | None:
    """Return the term of *terms* that this account sits out now: one that it was chosen for again follows it."""
    return next((term for term in terms if term.ends is None and term.account_id == account_id), None)


def has_no_taker(
    session: Session, seat_id: int, account_id: int, since: date, begins: date, today: date
) -> bool:  # fmt: skip
    """Whether whom a vote chose for this seat, from the day *begins* on, cannot take it by that vote any more.

    Account 0: it chose somebody who had no card. Not once anybody began a term there since it opened, nor where the
    one it chose sat there on that day: then it was taken, and what comes later is not of this vote. Nor while somebody
    sits there whose term is not over.
    """
    if account_id in may_stand(session):
        return False
    terms = session.scalars(select(Term).where(Term.seat_id == seat_id)).all()
    sat = any(term.account_id == account_id and (term.ends is None or term.ends > begins) for term in terms)
    if sat or _was_taken(terms, account_id, since):
        return False
    return _is_free(session, terms, today)


def _is_free(session: Session, terms: Sequence[Term], today: date) -> bool:
    """Whether nobody sits in the seat of these *terms* whose own is not over."""
    return all(term.ends is not None or rules.term_ends(term.begins, charter(session)) <= today for term in terms)


def check_may_seat_chosen(session: Session, seat_id: int, account_id: int, since: date, begins: date) -> Seat:
    """Return the seat. Refuses what was done already, and what `check_may_sit` refuses."""
    terms = session.scalars(select(Term).where(Term.seat_id == seat_id)).all()
    if _was_taken(terms, account_id, since):
        raise RuleRefused(N_("Somebody took this seat since the vote. Each vote gives a seat once."))
    return check_may_sit(session, seat_id, account_id, begins, _own_term(terms, account_id))


def seat_chosen(session: Session, seat_id: int, account_id: int, since: date, begins: date) -> None:
    """Give a seat to whom a vote chose for it. Raises RuleRefused like `check_may_seat_chosen`.

    Who sat there already begins the next term: each is a row of its own, so that terms in a row can be counted.
    """
    check_may_seat_chosen(session, seat_id, account_id, since, begins)
    seat_member(session, seat_id, account_id, begins, _own_term(_running(session), account_id))


def _running(session: Session) -> Sequence[Term]:
    return session.scalars(select(Term).where(Term.ends.is_(None))).all()
