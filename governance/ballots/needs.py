"""What needs me now, of votes: boxes to open, votes to take a card or a pass for, and votes that must follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Waits:
    """A vote that waits for somebody: its number and its question."""

    number: int
    question: str


def needs(to_open: Iterable[Waits], to_sign_for: Iterable[Waits], to_follow: Iterable[Waits]) -> list[Need]:
    """Return a line for each vote, for whom these are theirs to open, to sign for, and to follow with another one."""
    boxes = N_("The vote is over. It takes two tellers to open the box.")
    votes = N_("Take a card or a pass. Vote where no one looks.")
    next_votes = N_("One more vote must come before it counts. Call it.")
    return [
        *(_need(vote, boxes, N_("Hand in my part"), "open") for vote in to_open),
        *(_need(vote, votes, N_("Vote"), "new") for vote in to_sign_for),
        *(_need(vote, next_votes, N_("Next vote"), "open") for vote in to_follow),
    ]


def _need(vote: Waits, why: str, word: str, state: str) -> Need:
    return Need(Rank.A_VOTE, vote.question, why, word, state, "ballots.work", {"number": vote.number})
