"""Seats and who sits in them on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from governance.board import rules
from governance.board.models import Pause, Removal, Seat, Term
from governance.board.service.adding_seats import check_room
from governance.board.service.charters import NO_CHARTER, charter, charter_in_force, charter_of_each_day
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import STAFF, Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

SOMEBODY_ELSE = N_("Somebody else sits in this seat by now. Look at the list of seats again.")


@dataclass(frozen=True)
class SeatOnDay:
    """A seat as it is on one day. *paused_until* is the day on which it is active again.

    *goes_on*: a term that begins later stands there already.
    """

    seat_id: int
    label: str
    seat_class: rules.SeatClass
    alternate: bool
    account_id: int | None
    paused: bool
    paused_until: date | None = None
    begins: date | None = None
    term_id: int | None = None
    goes_on: bool = False

    @property
    def open(self) -> bool:
        """Whether nobody sits here."""
        return self.account_id is None


def seats_on(session: Session, day: date) -> list[SeatOnDay]:
    """Return every seat as it is on *day*: voting seats first, then alternates, in the order they were added."""
    runs = (Term.seat_id == Seat.id) & (Term.begins <= day) & (Term.ends.is_(None) | (Term.ends > day))
    rests = (Pause.seat_id == Seat.id) & (Pause.begins <= day) & (Pause.until > day)
    later = aliased(Term)
    goes_on = exists().where(later.seat_id == Seat.id, later.begins > day, later.has_days)
    seats = select(Seat, Term, Pause.until, goes_on).outerjoin(Term, runs).outerjoin(Pause, rests)
    rows = session.execute(seats.order_by(Seat.alternate, Seat.id, Term.id, Pause.id))
    # By seat, so that each stands here once, also where somebody wrote two terms or rests for one day by hand.
    return list({seat.id: _on_day(seat, term, until, goes_on=later) for seat, term, until, later in rows}.values())


def _on_day(seat: Seat, term: Term | None, until: date | None, *, goes_on: bool) -> SeatOnDay:
    return SeatOnDay(
        seat_id=seat.id,
        label=seat.label,
        seat_class=seat.seat_class,
        alternate=seat.alternate,
        account_id=term.account_id if term else None,
        paused=until is not None,
        paused_until=until,
        begins=term.begins if term else None,
        term_id=term.id if term else None,
        goes_on=goes_on,
    )


def beyond(day: date) -> ColumnElement[bool]:
    """Select the terms that keep a seat after *day*: those that run then, and those that are still to come."""
    return Term.has_days & (Term.ends.is_(None) | (Term.ends > day))


def seat_of(session: Session, account_id: int, day: date) -> SeatOnDay | None:
    """Return the seat *account_id* sits in on *day*, if any."""
    return next((seat for seat in seats_on(session, day) if seat.account_id == account_id), None)


def seat_member(
    session: Session, seat_id: int, account_id: int, begins: date, after: Term | None = None
) -> Term:  # fmt: skip
    """Seat a member from *begins* on. Raises RuleRefused like `check_may_sit`.

    Each term is a row of its own: the one *after* which this follows ends when it begins.
    """
    check_may_sit(session, seat_id, account_id, begins, after)
    if after is not None:
        after.ends = max(after.begins, begins)
        session.flush()
    term = Term(seat_id=seat_id, account_id=account_id, begins=begins)
    session.add(term)
    session.flush()
    return term


def check_may_sit(
    session: Session, seat_id: int, account_id: int, begins: date, after: Term | None = None
) -> Seat:  # fmt: skip
    """Return the seat. Refuses staff, whose card cannot vote, a taken seat, a second seat, a term too many in a row.

    And one more member than the charter has seats of this kind. *after*: their own term there, which the new one
    follows.
    """
    seat = _seat(session, seat_id)
    people.check_lives(session, account_id)
    check_card_votes(people.roles_of(session, account_id))
    running = [term for term in session.scalars(select(Term).where(beyond(begins))) if term is not after]
    if any(term.seat_id == seat.id for term in running):
        raise RuleRefused(N_("Somebody sits in this seat. End that term first."))
    if any(term.account_id == account_id for term in running):
        raise RuleRefused(N_("This member has a seat already. One person holds one seat."), field="account_id")
    taken = {term.seat_id for term in running}
    others = [each for each in session.scalars(select(Seat)) if each.id in taken]
    check_room(session, seat.seat_class, seat.alternate, others)
    rules.check_another_term(terms_in_a_row(session, account_id, begins), charter(session))
    return seat


def check_card_votes(roles: Set[Role]) -> None:
    """Refuse a seat for a card with these *roles* where it is staff's, or cannot vote: a roll holds only who can."""
    if roles & STAFF:
        raise RuleRefused(N_("Staff never hold a vote. Give the seat to somebody else."), field="account_id")
    if Role.MEMBER not in roles:
        words = N_("Their card cannot vote: it is no member's card. First they get a member's card, then the seat.")
        raise RuleRefused(words, field="account_id")


def terms_in_a_row(session: Session, account_id: int, begins: date) -> int:
    """Return how many terms of this member lead up to *begins* without a real gap. One that runs is over by then."""
    count, charter_then = 0, charter_of_each_day(session)
    served = select(Term).where(Term.account_id == account_id, Term.has_days)
    for term in session.scalars(served.order_by(Term.begins.desc())):
        ends = begins if term.ends is None else term.ends
        if not rules.are_in_a_row(ends, begins):
            break
        by_then = charter_then(term.begins) or charter(session)
        count, begins = count + rules.terms_within(term.begins, ends, by_then), term.begins
    return count


def check_sits_there(session: Session, seat_id: int, day: date, account_id: int | None) -> None:
    """Refuse where somebody else than *account_id* sits in this seat, or where it is open and was not, or turned so."""
    if next((seat.account_id for seat in seats_on(session, day) if seat.seat_id == seat_id), None) != account_id:
        raise RuleRefused(SOMEBODY_ELSE)


def pause(session: Session, seat_id: int, begins: date, until: date) -> Pause:
    """Let a seat rest until a day. It is kept, no reason is asked, and it starts again by itself."""
    check_may_rest(session, seat_id, begins, until)
    rest = Pause(seat_id=seat_id, begins=begins, until=until)
    session.add(rest)
    session.flush()
    return rest


def check_may_rest(session: Session, seat_id: int, begins: date, until: date) -> Seat:
    """Return the seat. Refuses a pause that is longer than the charter's, or on top of another one."""
    seat = _seat(session, seat_id)
    rules.check_pause(begins, until, charter(session))
    later = session.scalars(select(Pause).where(Pause.seat_id == seat.id, Pause.until > begins)).first()
    if later:
        raise RuleRefused(
            Sentence(N_("This seat rests until {day} already. End that pause first."), day=later.until), field="until"
        )
    return seat


def resume(session: Session, seat_id: int, today: date) -> None:
    """End the pause of a seat: it is active again from *today* on. A pause that has not begun is dropped."""
    resting = session.scalars(select(Pause).where(Pause.seat_id == seat_id, Pause.until > today)).all()
    if not resting:
        raise RuleRefused(N_("This seat does not rest now. There is nothing to do."))
    for rest in resting:
        if rest.begins < today:
            rest.until = today
        else:
            session.delete(rest)
    session.flush()


SEATS = "seats"  # What the ledger says that such an act is about.


def power_of(session: Session) -> dict[str, Any]:
    """Return the seats, who sits in them, when each rests and whose is asked for, as the ledger vouches for it."""
    found: dict[str, Any] = {}
    for seat in session.scalars(select(Seat)):
        found[f"seat {seat.id}"] = {"alternate": seat.alternate, "class": seat.seat_class, "label": seat.label}
    for term in session.scalars(select(Term)):
        days = {"begins": term.begins.isoformat(), "ends": term.ends.isoformat() if term.ends else ""}
        found[f"term {term.id}"] = {"account": term.account_id, "seat": term.seat_id, **days}
    for rest in session.scalars(select(Pause)):
        days = {"begins": rest.begins.isoformat(), "until": rest.until.isoformat()}
        found[f"rest {rest.id}"] = {"seat": rest.seat_id, **days}
    for asked in session.scalars(select(Removal).where(Removal.told)):
        found[f"removal {asked.matter}"] = {"term": asked.term_id, "record": asked.record or ""}
    return found


def take_turns_at_seats(session: Session) -> None:
    """Wait until nobody else changes who sits where, until this one's commit; what was read of it is read again."""
    session.flush()
    session.execute(select(Seat.id).order_by(Seat.id).with_for_update())
    for row in [each for each in session.identity_map.values() if isinstance(each, (Seat, Term, Pause, Removal))]:
        session.expire(row)


@contextmanager
def telling(session: Session, keys: KeyFolder, said: Sentence, today: date) -> Iterator[None]:
    """Within this block the seats change, in turns; every member is told, and the ledger vouches for the change."""
    take_turns_at_seats(session)
    before = power_of(session)
    yield
    now = power_of(session)
    changed = {name: now.get(name) for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    people.tell(session, keys, said, today, SEATS, changed)


def tell_how_seats_stand(session: Session, keys: KeyFolder, today: date) -> None:
    """Tell it once, where nothing was told yet: when a programme is founded, or comes from an older version."""
    if not people.has_told(session, SEATS) and session.scalars(select(Seat.id).limit(1)).first():
        words = N_("From today on, members are told of each change of a seat.")
        people.tell(session, keys, Sentence(words), today, SEATS, power_of(session))


def composition(session: Session, day: date, seats: Sequence[SeatOnDay] | None = None) -> list[Sentence]:
    """Return why the board as it sits on *day* may not decide, in sentences; an empty list when it may.

    *seats*: as they are on that day, from whoever has them already.
    """
    numbers = charter_in_force(session)
    if numbers is None:
        return [Sentence(NO_CHARTER)]
    here = seats_on(session, day) if seats is None else seats
    staff = people.staff_among(session, (seat.account_id for seat in here if seat.account_id is not None))
    now = [
        rules.SeatNow(
            seat_class=seat.seat_class,
            filled=not seat.open,
            paused=seat.paused,
            held_by_staff=seat.account_id in staff,
        )
        for seat in here
        if not seat.alternate
    ]
    return rules.composition_problems(now, numbers)


def free_members(session: Session, day: date) -> dict[int, str]:
    """Return the members who have no seat on *day*: account and alias. For the facilitator's page alone."""
    seated = {seat.account_id for seat in seats_on(session, day)}
    members = people.with_role(session, Role.MEMBER)
    return {account_id: alias for account_id, alias in members.items() if account_id not in seated}


def member_names(session: Session) -> dict[int, str]:
    """Return the alias of each account. For pages only members see; never for a public one."""
    return {each.account.id: each.account.alias for each in people.all_accounts(session)}


def terms_running_out(session: Session, today: date) -> list[tuple[SeatOnDay, date]]:
    """Return the seats whose term ends soon, by the charter, or has ended. Nobody is removed by it.

    Not those where the next term stands already.
    """
    numbers = charter_in_force(session)
    if numbers is None:
        return []
    here = [seat for seat in seats_on(session, today) if not seat.goes_on]
    seats = [(seat, rules.term_ends(seat.begins, numbers)) for seat in here if seat.begins]
    return [(seat, ends) for seat, ends in seats if rules.ends_soon(ends, today)]


def _seat(session: Session, seat_id: int) -> Seat:
    seat = session.get(Seat, seat_id)
    if seat is None:
        raise RuleRefused(N_("There is no such seat. Look at the list of seats again."))
    return seat
