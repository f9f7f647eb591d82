"""What needs me now: the lines of everybody's first page, as plain data. What the board itself asks is here.

Packages further right say what waits in theirs with the same lines (`needs.py` in each), and fill the slot of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from governance.board.rules import AgendaKind, AgendaState
from governance.ruling.sentences import N_, Sentence


class Rank(IntEnum):
    """What comes first on the page: what others cannot go on without."""

    A_VOTE = 1
    SAFETY = 2
    AN_ANSWER = 3
    THE_BOARD = 4


@dataclass(frozen=True)
class Need:
    """One line: its title, why it waits, one word on a mark of the kind *state*, and the page it leads to.

    A title that people typed stays as it is; one that is a `Sentence` is translated.
    """

    rank: Rank
    title: Sentence | str
    why: Sentence | str
    word: Sentence | str
    state: str
    page: str
    at: Mapping[str, object] = field(default_factory=dict)


def to_put_into_effect(title: Sentence | str, why: str, page: str, at: Mapping[str, object] | None = None) -> Need:
    """Return the line for what the board decided and somebody has to begin, on the *page* where that is done."""
    return Need(Rank.AN_ANSWER, title, why, N_("Decided"), "open", page, at or {})


def in_order(needs: Iterable[Need]) -> list[Need]:
    """Return *needs* by rank, and within one rank what is late first; otherwise they stay as they are."""
    return sorted(needs, key=lambda need: (need.rank, need.state != "late"))


@dataclass(frozen=True)
class Item:
    """An item of the agenda, and the page where it can be read, if it has one of its own."""

    kind: AgendaKind
    state: AgendaState
    title: str
    page: tuple[str, Mapping[str, object]] | None = None


AGENDA: tuple[str, Mapping[str, object]] = ("board.agenda", {})


def on_the_agenda(items: Sequence[Item], *, may_talk: bool = True) -> list[Need]:
    """Return what to read before the next meeting, then what the board is talking about, for who *may_talk* there."""
    next_meeting = [_next_meeting(item) for item in items if item.state is AgendaState.TODAY]
    return next_meeting + [_in_talk(item) for item in items if may_talk and _is_in_talk(item)]


def _next_meeting(item: Item) -> Need:
    is_proposal = item.kind is AgendaKind.PROPOSAL
    why = N_("Read it before the next meeting") if is_proposal else N_("We talk about this at the next meeting")
    return Need(Rank.THE_BOARD, item.title, why, N_("Next meeting"), "open", *(item.page or AGENDA))


def _is_in_talk(item: Item) -> bool:
    return item.kind is AgendaKind.PROPOSAL and item.state is AgendaState.WAITING


def _in_talk(item: Item) -> Need:
    why = N_("Say what you think of it")
    return Need(Rank.THE_BOARD, item.title, why, N_("Proposal"), "new", *(item.page or AGENDA))


@dataclass(frozen=True)
class Term:
    """A seat whose term runs out on the day *ends*."""

    seat_id: int
    label: str
    ends: date


def terms_to_ask_about(terms: Iterable[Term], *, keeps_seats: bool) -> list[Need]:
    """Return the terms to ask a member about, for whoever keeps the seats."""
    why = N_("Ask if the member wants another term. Nobody loses a seat by a date.")
    return [
        Need(
            Rank.THE_BOARD, Sentence(N_("{label}: the term runs to {day}"), label=term.label, day=term.ends),
            why, N_("Soon"), "not-yet", "board.seat", {"seat_id": term.seat_id},
        )
        for term in terms
        if keeps_seats
    ]  # fmt: skip


def own_term(label: str, ends: date, today: date) -> Need:
    """Return the line for whoever sits there: their own term ends soon, or its days are over."""
    if ends <= today:
        title, word, state = N_("Your term in {label} is over since {day}"), N_("Over"), "late"
        why = N_("You keep the seat until two of the board end it. Do you want another term? Say so.")
    else:
        title, word, state = N_("Your term in {label} runs to {day}"), N_("Soon"), "not-yet"
        why = N_("Do you want another term? Tell who keeps the seats.")
    return Need(
        Rank.THE_BOARD, Sentence(title, label=label, day=ends), why, word, state, "board.home", {"_anchor": "seats"}
    )


@dataclass(frozen=True)
class Taken:
    """A seat that the board voted to take and that is not open so far. *asked*: one person asked for it already."""

    seat_id: int
    label: str
    asked: bool = False


def to_carry_out(taken: Iterable[Taken], *, keeps_seats: bool) -> list[Need]:
    """Return the removals that were decided and wait for somebody to begin, for whoever keeps the seats."""
    why = N_("The board voted to take this seat. It happens once two people say so.")
    title = N_("Carry out what was decided on {label}")
    return [
        to_put_into_effect(Sentence(title, label=each.label), why, "board.seat", {"seat_id": each.seat_id})
        for each in taken
        if keeps_seats and not each.asked
    ]


@dataclass(frozen=True)
class ChangedCharter:
    """A decision that changes the charter and that no version came from so far: the number and title of its record."""

    number: str
    title: str


def to_put_in_force(decided: Iterable[ChangedCharter]) -> list[Need]:
    """Return the changes of the charter that were decided and wait for whoever runs the board to begin."""
    why = N_("The board changed its charter. It is in force once two people say so.")
    return [to_put_into_effect(each.title, why, "board.new_charter") for each in decided]


@dataclass(frozen=True)
class ToGive:
    """A seat for which the board chose somebody, who does not sit there so far. *asked*: one person asked for it."""

    seat_id: int
    label: str
    name: str
    asked: bool = False


def to_give(chosen: Iterable[ToGive], *, keeps_seats: bool) -> list[Need]:
    """Return the seats that were decided and wait for somebody to begin, for whoever keeps the seats."""
    why = N_("The board chose them in a vote. They get the seat once two people say so.")
    title = N_("Give {label} to {name}")
    return [
        to_put_into_effect(
            Sentence(title, label=each.label, name=each.name), why, "board.seat", {"seat_id": each.seat_id}
        )
        for each in chosen
        if keeps_seats and not each.asked
    ]


@dataclass(frozen=True)
class RoleToGive:
    """A role for which the board chose somebody who does not have it so far. *asked*: one person asked for it."""

    role: str
    name: str
    asked: bool = False


def roles_to_give(chosen: Iterable[RoleToGive]) -> list[Need]:
    """Return the roles that were decided and wait for somebody of the board to begin."""
    why = N_("The board chose them in a vote. They get the role once two people say so.")
    title = N_("Give a role to {name}: {role}")
    return [
        to_put_into_effect(Sentence(title, name=each.name, role=Sentence(each.role)), why, "board.roles")
        for each in chosen
        if not each.asked
    ]


def cards_to_settle(names: Iterable[str]) -> list[Need]:
    """Return a line for each who left the board and still has a member's card, for whoever keeps the cards."""
    why = N_("They have no seat any more. Ask the board: does the card end, or do they come back?")
    return [
        Need(
            Rank.THE_BOARD, Sentence(N_("{name} still has a member's card"), name=name), why, N_("Cards"), "not-yet",
            "people.accounts",
        )
        for name in names
    ]  # fmt: skip


def readers_to_settle(names: Iterable[str]) -> list[Need]:
    """Return a line for each who left the board and still reads for it, for whoever keeps the cards."""
    why = N_("They have no seat any more. Ask two readers: do they go on reading for the board?")
    return [
        Need(
            Rank.THE_BOARD, Sentence(N_("{name} still reads messages for the board"), name=name), why, N_("Cards"),
            "not-yet", "people.accounts",
        )
        for name in names
    ]  # fmt: skip


@dataclass(frozen=True)
class Unsigned:
    """Somebody who waits for signatures of two readers: to read, or to stop reading; or for a new card.

    *begun*: one has signed, or asked.
    """

    name: str
    begun: bool
    lost_card: bool = False


def to_sign(waiting: Iterable[Unsigned]) -> list[Need]:
    """Return those whom this reader can sign for."""
    return [_to_sign(each) for each in waiting]


def _to_sign(each: Unsigned) -> Need:
    why, word = N_("Their card says they may read. They open nothing until two readers sign."), N_("Readers")
    if each.lost_card:
        why, word = N_("They lost their card. Agree if you know that it is them who ask."), N_("Lost card")
    elif each.begun:
        why = N_("It takes two readers. One has said yes.")
    return Need(Rank.AN_ANSWER, each.name, why, word, "open", "people.readers")


@dataclass(frozen=True)
class FirstYes:
    """Something that takes two people and has one so far, as the sentence *said* tells it."""

    said: Sentence | str
    about_me: bool
    mine_to_agree: bool
    mine_to_finish: bool = False


def second_yes(asked: Iterable[FirstYes]) -> list[Need]:
    """Return what waits for this person's yes or no or for their card, and what is asked about them."""
    about = (Rank.SAFETY, N_("It is about you. Nothing has changed so far."), N_("About you"), "late")
    agrees = (Rank.AN_ANSWER, N_("It takes two people. Say yes or no."), N_("Second yes"), "open")
    makes = (Rank.AN_ANSWER, N_("Two people said yes. Now you can make it."), N_("Second yes"), "open")
    return [
        Need(rank, each.said, why, word, kind, "people.asked")
        for each in asked
        if each.about_me or each.mine_to_agree or each.mine_to_finish
        for rank, why, word, kind in [about if each.about_me else agrees if each.mine_to_agree else makes]
    ]
