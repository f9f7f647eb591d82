"""How a term ends: because it is over, because the member asks, or because the board voted for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import rules
from governance.board.models import Removal, Seat, Term
from governance.board.service.charters import charter
from governance.board.service.seats import SOMEBODY_ELSE, beyond, member_names, take_turns_at_seats, telling
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence


def running_term(session: Session, seat_id: int) -> Term:
    """Return the term of whoever sits in this seat. Raises RuleRefused where nobody does."""
    term = session.scalars(select(Term).where(Term.seat_id == seat_id, Term.ends.is_(None))).one_or_none()
    if term is None:
        raise RuleRefused(N_("Nobody sits in this seat. There is no term to end."))
    return term


def check_term_is_over(session: Session, seat_id: int, today: date) -> Term:
    """Return the term of this seat. Refuses one whose day has not come: two people may not end it."""
    term = running_term(session, seat_id)
    rules.check_term_is_over(term.begins, today, charter(session))
    return term


def check_no_term_runs(session: Session, account_id: int, today: date) -> None:
    """Refuse where this member's term runs or will begin: whoever takes the card away would take the seat with it."""
    for term in session.scalars(select(Term).where(Term.account_id == account_id, beyond(today))):
        ends = rules.term_ends(term.begins, charter(session))
        if today < ends:
            words = N_(
                "They have a seat until {day}. First they give it back, or the whole board votes. "
                "Is the card lost? Give a new one."
            )
            raise RuleRefused(Sentence(words, day=ends))


def end_term(session: Session, seat_id: int, today: date, account_id: int | None = None) -> None:
    """End the term of whoever sits in this seat. The seat is open from *today* on.

    *account_id*: who is meant; refused where somebody else sits there by now.
    """
    term = running_term(session, seat_id)
    if account_id is not None and term.account_id != account_id:
        raise RuleRefused(SOMEBODY_ELSE)
    _end(session, term, today)


def _end(session: Session, term: Term, today: date) -> None:
    """End a term *today*, with the one before it where that is still to end: who leaves serves neither.

    One that has not begun has no day in it then. It is over today, and keeps the seat from nobody until it would begin.
    """
    before = select(Term).where(Term.seat_id == term.seat_id, Term.account_id == term.account_id, Term.ends > today)
    for each in [term, *session.scalars(before)]:
        each.begins, each.ends = min(each.begins, today), today
    session.flush()


def end_terms_of(session: Session, keys: KeyFolder, account_id: int, today: date) -> None:
    """End every term of a member whose account ends, and tell all members of the seats.

    Raises RuleRefused like `check_no_term_runs`, and for an account that has ended.
    """
    take_turns_at_seats(session)
    people.check_lives(session, account_id)  # Seats, then the account, as whoever is given a seat; the ledger is last.
    check_no_term_runs(session, account_id, today)
    to_come = select(Term, Seat.label).join(Seat, Seat.id == Term.seat_id)
    to_come = to_come.where(Term.account_id == account_id, beyond(today))
    for term, label in session.execute(to_come.order_by(Term.id)).all():
        with telling(
            session, keys, Sentence(N_("{seat} is open: the account of who sat there has ended."), seat=label), today
        ):
            _end(session, term, today)


# By a vote of the board


@dataclass(frozen=True)
class SeatAsked:
    """Whose seat a proposal asks for, in the words of members' pages. *record*: by which record it was taken."""

    term_id: int
    name: str
    seat: str
    seat_id: int
    record: str | None
    account_id: int


def ask_for_seat(session: Session, matter: str, term_id: int | None) -> None:
    """Note whose term the draft called *matter* asks to end; None: nobody's. Refuses a term that is none."""
    asked = session.get(Removal, matter)
    if term_id is None:
        if asked:
            session.delete(asked)
    elif session.get(Term, term_id) is None:
        raise RuleRefused(SOMEBODY_ELSE)
    elif asked:
        asked.term_id = term_id
    else:
        session.add(Removal(matter=matter, term_id=term_id))
    session.flush()


def ask_for_seat_openly(
    session: Session, keys: KeyFolder, matter: str, number: int, term_id: int | None, today: date
) -> None:
    """Note whose term proposal *number* asks to end, once its talk has begun: every member is told, and the ledger.

    So the person can speak first, and nobody can put another name under a vote.
    """
    before = session.get(Removal, matter)
    if (before is None and term_id is None) or (before and before.told and before.term_id == term_id):
        return
    if term_id is None:
        said = Sentence(N_("The board is not asked to take a seat any more. It was proposal {number}."), number=number)
    else:
        words = N_("Proposal {number} asks the board to take {seat} from {name} before the term ends.")
        said = Sentence(words, number=number, **_who(session, term_id))
    with telling(session, keys, said, today):
        ask_for_seat(session, matter, term_id)
        asked = session.get(Removal, matter)
        if asked:
            asked.told = True
            session.flush()


def _who(session: Session, term_id: int) -> dict[str, str]:
    term = session.get(Term, term_id)
    seat = session.get(Seat, term.seat_id) if term else None
    if term is None or seat is None:
        raise RuleRefused(SOMEBODY_ELSE)
    return {"seat": seat.label, "name": member_names(session)[term.account_id]}


def seat_asked_for(session: Session, matter: str) -> SeatAsked | None:
    """Return whose seat *matter* asks for, if it asks for one. For pages of members alone."""
    asked = session.get(Removal, matter)
    if asked is None:
        return None
    term, who = session.get_one(Term, asked.term_id), _who(session, asked.term_id)
    return SeatAsked(asked.term_id, who["name"], who["seat"], term.seat_id, asked.record, term.account_id)


def sits_on(session: Session, asked: int, term_id: int) -> bool:
    """Whether this term is the one *asked* for, or goes on from it: who was chosen again sits there all the while.

    Not where they left the seat and came back: that is another matter, and the board chose so.
    """
    if asked == term_id:
        return True
    first = session.get_one(Term, asked)
    later = select(Term).where(Term.seat_id == first.seat_id, Term.account_id == first.account_id, Term.id > asked)
    ends = first.ends
    for term in session.scalars(later.order_by(Term.id)):
        if ends is None or term.begins > ends:
            return False
        if term.id == term_id:
            return True
        ends = term.ends
    return False


def check_may_remove(session: Session, matter: str, record: str, seat_id: int) -> Term:
    """Return the term that *record*, on *matter*, lets two people end. Refuses where it is about another one."""
    asked, term = session.get(Removal, matter), running_term(session, seat_id)
    if asked is None or not asked.told or not sits_on(session, asked.term_id, term.id):
        raise RuleRefused(N_("That decision is not about who sits here now. Look at it again."))
    if asked.record is not None:
        raise RuleRefused(
            Sentence(
                N_("This seat was taken by record {record}. Each record takes one seat, once."), record=asked.record
            )
        )
    return term


def remove_member(session: Session, matter: str, record: str, seat_id: int, today: date) -> None:
    """Take the seat of a member before the term ends, by the *record* in which the board voted for it.

    Raises RuleRefused like `check_may_remove`.
    """
    _end(session, check_may_remove(session, matter, record, seat_id), today)
    session.get_one(Removal, matter).record = record
    session.flush()
