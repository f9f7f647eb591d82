"""What the board gave by a vote, and whom it chose cannot take: in a sentence, and in the lines of who must know. Pure.

No vote gives a thing to the next in the count: what people dropped was for the names that stood then, and the ballots
are gone by the time. The board chooses again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.board.needs import Need, Rank
from governance.permissions.roles import ROLE_WORDS, Role
from governance.ruling.sentences import N_, Sentence


class Why(StrEnum):
    """Why whom the board chose does not have the seat: their card has ended; they have none; they have one by now."""

    CARD_ENDED = "card_ended"
    NO_CARD = "no_card"
    CARD_MADE = "card_made"


@dataclass(frozen=True)
class NoTaker:
    """A seat, with its label, or a role, that the record of this *number* gives to *name*, who cannot take it by it.

    *asked*: one person asked already to seat somebody there. *begins*: from which day on the board gives the seat.
    """

    number: str
    name: str
    why: Why = Why.CARD_ENDED
    seat_id: int = 0
    label: str = ""
    role: Role | None = None
    asked: bool = False
    begins: date | None = None

    @property
    def what(self) -> Sentence | str:
        """The label of the seat, or the role in words."""
        return Sentence(ROLE_WORDS[self.role]) if self.role else self.label

    @property
    def in_words(self) -> Sentence:
        """What happened, and what comes next: for every member, whoever is to do it."""
        words = ASKED if self.asked and self.why is Why.CARD_MADE else _SAID[self.why]
        return Sentence(words, name=self.name, what=self.what)

    @property
    def state(self) -> str:
        """The kind of mark: late only where nobody gets it by that vote any more."""
        return "late" if self.why is Why.CARD_ENDED else "not-yet"


_SAID = {
    Why.CARD_ENDED: N_(
        "The board chose {name} for this: {what}. Their card has ended, so nobody has it by that vote. "
        "To choose somebody else, hold a new vote."
    ),
    Why.NO_CARD: N_(
        "The board chose {name} for this: {what}. It waits until they have a card. "
        "Who keeps the cards asks for one, and one of the board agrees."
    ),
    Why.CARD_MADE: N_(
        "The board chose {name} for this: {what}. They have their card now. They get the seat once two people say so."
    ),
}
ASKED = N_("The board chose {name} for this: {what}. Someone asked to give a seat there. It waits for a second yes.")

_IN_THE_LINE = {
    Why.CARD_ENDED: (
        N_("{name} was chosen, and cannot take this: {what}"),
        N_("Their card has ended. A new vote chooses somebody else."),
        "late",
    ),
    Why.NO_CARD: (
        N_("{name} needs a card first"),
        N_("The board chose them for a seat. It waits until they have a card."),
        "not-yet",
    ),
    Why.CARD_MADE: (
        N_("Give {label} to {name}"),
        N_("The board chose them in a vote. They get the seat once two people say so."),
        "open",
    ),
}


def to_settle(found: Iterable[NoTaker], *, keeps_seats: bool) -> list[Need]:
    """Return a line for each: with the way on for whoever keeps the seats; where one must choose again, for everybody.

    A seat for which somebody was asked already is on its way, and has none.
    """
    left = [each for each in found if not each.asked and (keeps_seats or each.why is Why.CARD_ENDED)]
    return [_line(each, keeps_seats=keeps_seats) for each in left]


def _line(each: NoTaker, *, keeps_seats: bool) -> Need:
    page, at = _page(each, keeps_seats=keeps_seats)
    title, why, state = _IN_THE_LINE[each.why]
    said = Sentence(title, name=each.name, label=each.label, what=each.what)
    return Need(Rank.AN_ANSWER if keeps_seats else Rank.THE_BOARD, said, why, N_("Decided"), state, page, at)


def _page(each: NoTaker, *, keeps_seats: bool) -> tuple[str, Mapping[str, object]]:
    if each.role:
        return "board.roles", {}
    return ("board.seat", {"seat_id": each.seat_id}) if keeps_seats else ("board.seats", {})
