"""Where the board's pages begin, and what packages to its right show there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint

from governance.board import needs, service
from governance.board.models import AgendaItem
from governance.frame.catalogue import said
from governance.frame.slots import PagePart, Slot
from governance.permissions.roles import Role
from governance.ruling.sentences import Sentence

bp = Blueprint("board", __name__)
FILL = "board.seat_member"

Page = tuple[str, Mapping[str, object]]  # The name of a page, and the values of its address.


@dataclass(frozen=True)
class ChangeDecided:
    """A public record by which the board changed its charter: which *numbers*, and to what, as it was published.

    None: the record names none, or its words are not those that the ledger holds.
    """

    number: str
    title: str
    numbers: Mapping[str, Any] | None


@dataclass(frozen=True)
class RemovalDecided:
    """A public record by which the board took somebody's seat, and the *matter* that tells members whose."""

    number: str
    title: str
    matter: str


@dataclass(frozen=True)
class Chosen:
    """A seat that a vote gives, by a public record: to which account, from which day on. *since*: the vote opened.

    Account 0: it chose somebody who had no card, under this *name*.
    """

    number: str
    title: str
    seat_id: int
    account_id: int
    begins: date
    since: date
    name: str = ""


@dataclass(frozen=True)
class RoleChosen:
    """A role that a vote gives, by a public record: to which accounts, and from which day on."""

    number: str
    title: str
    role: Role
    accounts: tuple[int, ...]
    begins: date


@dataclass(frozen=True)
class VoteOnItem:
    """Where an item of the agenda is on its way to a vote, and in it: in words, and the *page* of its vote, if any.

    *goes_on*: it takes one of the places that the board has to decide in, and stays on the agenda. *number*: of the
    vote, or 0.
    """

    item_id: int
    said: Sentence
    page: Page | None = None
    goes_on: bool = False
    number: int = 0


what_needs_me: Slot[[], needs.Need] = Slot()
waits_at_the_board: Slot[[], needs.Need] = Slot()  # The same, behind the board's own doors, which say how much it is.
of_mine: Slot[[], PagePart] = (
    Slot()
)  # On the board's first page: what whoever is signed in began, and what became of it.
changes_decided: Slot[[], ChangeDecided] = Slot()  # The records by which the board said yes to a change of its charter.
removals_decided: Slot[[], RemovalDecided] = Slot()  # The records by which the board said yes to taking a seat.
seats_decided: Slot[[], Chosen] = Slot()  # For whom the board chose seats, by its public records, newest first.
roles_decided: Slot[[], RoleChosen] = Slot()  # The roles for which it chose somebody, the newest record first.
votes_on_items: Slot[[Sequence[AgendaItem]], VoteOnItem] = Slot()  # Of the agenda: which of these are voted on.
page_of_item: Slot[[AgendaItem], Page] = Slot()  # Where an item of the agenda can be read, if not on the agenda.


def title_of(item: AgendaItem) -> str:
    """Return the title of an *item* as its reader sees it: what people typed as it is, ours translated."""
    ours = item.ref == service.CHARTER or service.year_of(item) is not None
    return said(item.title) if ours else item.title
