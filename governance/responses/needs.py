"""What needs me now, of answers: promises that staff say are kept, and answers that are late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.sentences import N_, Sentence

PAGE = "responses.promises"


@dataclass(frozen=True)
class Kept:
    """A promise that staff say is kept, and what the answer it belongs to is about."""

    promise: str
    about: str


@dataclass(frozen=True)
class Late:
    """What an answer is owed to, and how many days it is late."""

    title: str
    days: int


def needs(kept: Iterable[Kept], late: Iterable[Late]) -> list[Need]:
    """Return a line for each, for members: they say whether a promise was kept, and ask again."""
    return [
        *(Need(Rank.AN_ANSWER, each.promise, each.about, N_("Staff say it is done"), "open", PAGE) for each in kept),
        *(
            Need(Rank.AN_ANSWER, each.title, N_("Ask again, so that it shows."), _how_late(each.days), "late", PAGE)
            for each in late
        ),
    ]


def _how_late(days: int) -> Sentence:
    return Sentence(N_("{num} day late") if days == 1 else N_("{num} days late"), num=days)
