"""What needs me now, of proposals: concerns that others have about what I wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Concerned:
    """A proposal about which a concern is still open: its number and its title."""

    number: int
    title: str


def settled(concerns: Iterable[Concerned]) -> list[Need]:
    """Return a line for each concern of this member of which somebody else said that it is met."""
    why = N_("Somebody else said that your concern is met. Is it? If not, raise it again.")
    return [
        Need(Rank.AN_ANSWER, each.title, why, N_("Concern"), "late", "proposals.work", {"number": each.number})
        for each in concerns
    ]


def needs(mine: Iterable[Concerned]) -> list[Need]:
    """Return a line for each proposal of this writer about which a concern is still open."""
    why, word = N_("Someone has a concern about what you wrote. Answer it, or change the words."), N_("Concern")
    return [
        Need(Rank.AN_ANSWER, each.title, why, word, "new", "proposals.work", {"number": each.number}) for each in mine
    ]
