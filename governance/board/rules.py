"""The by-laws of the board: seats, stepping out, pauses, terms, the agenda. Quorum is summed in `quorum.py`.

Source: `docs/domain.md` 2.2, 2.4, 2.5. Every number is the charter's (`charter.py`).
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from governance.board.charter import Charter, in_words
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence


class SeatClass(StrEnum):
    """The three kinds of voting seat. *lived* means lived or living experience of drug use."""

    LIVED = "lived"
    FAMILY = "family"
    HEALTH = "health"


SEAT_CLASS_WORDS = {
    SeatClass.LIVED: N_("lived or living experience"),
    SeatClass.FAMILY: N_("family or neighbor"),
    SeatClass.HEALTH: N_("outside health worker"),
}

ByClass = Mapping[SeatClass, int]


# Seats


@dataclass(frozen=True)
class SeatNow:
    """A voting seat as it is today."""

    seat_class: SeatClass
    filled: bool = True
    paused: bool = False
    held_by_staff: bool = False


def active_seats(seats: Iterable[SeatNow]) -> dict[SeatClass, int]:
    """Return the active seats by class: filled and not paused."""
    active = [seat.seat_class for seat in seats if seat.filled and not seat.paused]
    return {each: active.count(each) for each in SeatClass}


def composition_problems(seats: Iterable[SeatNow], charter: Charter) -> list[Sentence]:
    """Return why the board as it sits today may not decide; an empty list when it may.

    People with lived or living experience hold more than half of the active seats, whatever the charter says, and
    at least the charter's share. Staff of the program never hold a vote.
    """
    seats = list(seats)
    active = active_seats(seats)
    total, lived = sum(active.values()), active[SeatClass.LIVED]
    found = []
    if any(seat.filled and seat.held_by_staff for seat in seats):
        found.append(Sentence(N_("Staff never hold a vote. Give the seat to an alternate.")))
    if 2 * lived <= total or lived < charter.lived_share * total:
        found.append(
            Sentence(
                N_(
                    "{lived} of {total} active seats are lived or living experience seats. "
                    "It must be more than half, and {share} or more. Fill an open seat first."
                ),
                lived=lived,
                total=total,
                share=in_words(charter.lived_share),
            )
        )
    return found


def check_room_at_the_table(there_are: int, may_be: int) -> None:
    """Refuse one more seat of a kind, or one more member in one, than the charter has."""
    if there_are >= may_be:
        words = N_("Our charter has {n} of this kind of seat, and there are as many. To have more, change the charter.")
        raise RuleRefused(Sentence(words, n=may_be))


# Stepping out


class Tie(StrEnum):
    """The kinds of tie for which a member steps out of talk and vote. The kind is recorded, never the person."""

    MONEY_OR_JOB = "money_or_job"
    CLOSE_PERSON = "close_person"
    OWN_CASE = "own_case"
    COMPLAINED_ABOUT = "complained_about"
    OUTSIDE_ASKER = "outside_asker_tie"


TIE_WORDS = {
    Tie.MONEY_OR_JOB: N_("Money or a job that hangs on the result"),
    Tie.CLOSE_PERSON: N_("Money or a job of someone close"),
    Tie.OWN_CASE: N_("An open case of one’s own"),
    Tie.COMPLAINED_ABOUT: N_("The complaint is about them"),
    Tie.OUTSIDE_ASKER: N_("Paid work or another tie with the group that asks"),
}

NEVER_A_TIE = (
    N_("Coming here for help is never a reason to step out."),
    N_("Using drugs, or not using them, is never a reason to step out."),
    N_("Having been banned is never a reason to step out of a rule for everyone."),
)


def tie_named(word: str) -> Tie:
    """Return the kind of tie called *word*. Raises RuleRefused for anything else: the list is closed."""
    if word not in set(Tie):
        raise RuleRefused(
            N_("That is not a reason to step out. Coming here, using drugs or a past ban never is. Use the list."),
            field="tie",
        )
    return Tie(word)


# Life of a seat: what members are told of it

SEAT_RESTS = N_("{seat} rests until {day}. It is kept.")
TERM_ENDS = N_("The term of {name} in {seat} ends.")
GIVES_BACK = N_("{name} gives {seat} back.")
GETS_SEAT = N_("{name} gets {seat} from {day}.")


def months_after(day: date, months: int) -> date:
    """Return the same day *months* later, or the last day of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_begins(begins: date, today: date) -> None:
    """Refuse a term that would have begun before anybody agreed to it."""
    if begins < today:
        raise RuleRefused(N_("A term begins today or later. Choose another day."), field="begins")


def check_pause(start: date, until: date, charter: Charter) -> None:
    """Refuse a pause that ends before it begins or is longer than the charter's. No reason is asked or stored."""
    if until <= start:
        raise RuleRefused(N_("A pause ends after the day it begins. Choose a later day."), field="until")
    if until > months_after(start, charter.pause_months):
        raise RuleRefused(
            Sentence(
                N_("A seat can pause for up to {months} months at a time. Choose an earlier day. The seat is kept."),
                months=charter.pause_months,
            ),
            field="until",
        )


def term_ends(start: date, charter: Charter) -> date:
    """Return the day on which a term that began on *start* ends."""
    return months_after(start, charter.term_months)


def check_term_is_over(begins: date, today: date, charter: Charter) -> None:
    """Refuse to end a term before its day: that is for the member who gives the seat back, or for a vote."""
    ends = term_ends(begins, charter)
    if today < ends:
        raise RuleRefused(
            Sentence(
                N_("This term runs to {day}. Before that the member gives the seat back, or the whole board votes."),
                day=ends,
            )
        )


def ends_soon(ends: date, today: date) -> bool:
    """Whether a term that ends on *ends* is over, or will be within thirty days."""
    return ends <= today + timedelta(days=30)


def are_in_a_row(ended: date, begins: date) -> bool:
    """Whether a term that begins on *begins* follows one that ended on *ended*: there is a month or less between."""
    return begins - ended <= timedelta(days=31)


def terms_within(begins: date, ends: date, charter: Charter) -> int:
    """Return how many terms somebody served who sat from *begins* to *ends* in one go.

    Nobody loses a seat by a date, so a member may go on without being chosen again. From half a term past its day on,
    that is one term more. *charter*: the one in force when it began.
    """
    months = (ends.year - begins.year) * 12 + ends.month - begins.month - (ends.day < begins.day)
    return max(1, (months + charter.term_months // 2) // charter.term_months)


def check_another_term(terms_served: int, charter: Charter) -> None:
    """Refuse a term beyond the charter's number in a row."""
    if terms_served >= charter.terms_in_a_row:
        raise RuleRefused(
            Sentence(
                N_("A member can serve {terms} terms in a row. Let someone else have a turn."),
                terms=charter.terms_in_a_row,
            ),
            field="account_id",
        )


# The agenda


class AgendaKind(StrEnum):
    """Where an item on the agenda came from."""

    THEME = "theme"
    PROPOSAL = "proposal"
    MEMBER = "member"


class AgendaState(StrEnum):
    """Where an item on the agenda stands. *today* means the meeting that comes next."""

    WAITING = "waiting"
    TODAY = "today"
    PARKED = "parked"
    CLOSED = "closed"


AGENDA_STATE_WORDS = {
    AgendaState.WAITING: N_("Waiting"),
    AgendaState.TODAY: N_("Next meeting"),
    AgendaState.PARKED: N_("Parked"),
    AgendaState.CLOSED: N_("Closed"),
}

AGENDA_STEPS: Mapping[AgendaState, frozenset[AgendaState]] = {
    AgendaState.WAITING: frozenset({AgendaState.TODAY, AgendaState.PARKED, AgendaState.CLOSED}),
    AgendaState.TODAY: frozenset({AgendaState.WAITING, AgendaState.PARKED, AgendaState.CLOSED}),
    AgendaState.PARKED: frozenset({AgendaState.WAITING, AgendaState.TODAY, AgendaState.CLOSED}),
    AgendaState.CLOSED: frozenset({AgendaState.WAITING}),
}


NOT_ON_AGENDA = N_("Our agenda says that we are done with this. Bring it back on the agenda first.")
PARKED_THERE = N_("It is parked on our agenda. Move it on the agenda first.")
NO_ROOM_FOR_A_VOTE = N_(
    "Our charter lets us decide {most} things at a time. There are {items}, in the next meeting and in votes. "
    "Park one, or wait until a vote is over."
)
MEETING_HOLDS_A_VOTE = N_(
    "Our charter lets us decide {most} things at a time. There are {items}, in the next meeting and in votes. "
    "Park one, or wait until {day}. From then on this vote goes before the next meeting."
)
VOTES_FILL = N_("We vote on as much as our charter lets us decide at a time. Wait until vote {number} is over.")
MAKE_ROOM = "park"  # The field of the form that asks which item can wait.
AT_A_VOTE = N_("We vote on this. It stays on the agenda until the vote is over.")

# Many people said it, or the board is asked for it: no one hand puts it aside in silence.
NOT_ONE_PERSONS = frozenset({AgendaKind.THEME, AgendaKind.PROPOSAL})
SAY_WHY = N_("Say why. One sentence is enough. Every member reads it, with your name.")
LEFT_AGENDA = {
    AgendaState.PARKED: N_("{name} parked “{title}” on our agenda. Why: {reason}"),
    AgendaState.CLOSED: N_("{name} took “{title}” off our agenda. Why: {reason}"),
}
IS_BACK = N_("{name} brought “{title}” back on our agenda. Before a vote on it, its days of notice begin again.")


def takes_a_reason(kind: AgendaKind, there: AgendaState) -> bool:
    """Whether whoever moves an item of this *kind* there says why, and every member reads it: it is put aside."""
    return kind in NOT_ONE_PERSONS and there in LEFT_AGENDA


def check_says_why(reason: str) -> None:
    """Refuse to put aside in silence what is no one person's."""
    if not reason.strip():
        raise RuleRefused(SAY_WHY, field="reason")


def what_holds_a_vote(
    item: AgendaState | None, items_to_decide: int, charter: Charter, goes_first_on: date | None = None
) -> Sentence | None:
    """Return why no vote that decides can be called today on an *item* of the agenda, or None.

    *items_to_decide*: how many others, in the next meeting and in the votes that go on. None for an *item*: what is
    asked never stood on the agenda. *goes_first_on*: where votes leave room, from when on the meeting holds it not.
    """
    if item is AgendaState.CLOSED:
        return Sentence(NOT_ON_AGENDA)
    if item is AgendaState.PARKED:
        return Sentence(PARKED_THERE)
    if items_to_decide < charter.agenda_items:
        return None
    if goes_first_on:
        return Sentence(MEETING_HOLDS_A_VOTE, most=charter.agenda_items, items=items_to_decide, day=goes_first_on)
    return Sentence(NO_ROOM_FOR_A_VOTE, most=charter.agenda_items, items=items_to_decide)


def check_may_leave_agenda(there: AgendaState, *, at_a_vote: bool) -> None:
    """Refuse to park or to close an item while the board votes on it: nobody shall look for it in vain."""
    if at_a_vote and there in {AgendaState.PARKED, AgendaState.CLOSED}:
        raise RuleRefused(AT_A_VOTE)


def check_room_on_agenda(items_to_decide: int, charter: Charter, votes: Sequence[int] = ()) -> None:
    """Refuse one more item to decide when the meeting has its number of them: too much work breaks boards.

    *votes*: the numbers of the votes that go on, on others. Where they alone fill the places, nothing can be parked.
    """
    if items_to_decide < charter.agenda_items:
        return
    if len(votes) >= charter.agenda_items:
        raise RuleRefused(Sentence(VOTES_FILL, number=min(votes)))
    words = N_("This meeting has {items} items to decide already. Which one can be parked to make room?")
    raise RuleRefused(Sentence(words, items=items_to_decide), field=MAKE_ROOM)
