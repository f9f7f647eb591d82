"""What needs me now, of votes: boxes to open, votes to take a card or a pass for, and votes that must follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class Waits:
    """A vote that waits for somebody: its number and its question."""

    number: int
    question: str


@dataclass(frozen=True)
class Mine:
    """A vote for which somebody has a card or a pass: whether it is open, and in words when it opens and closes."""

    number: int
    question: str
    is_open: bool
    opens: str
    closes: str


def to_vote_in(votes: Iterable[Mine]) -> list[Need]:
    """Return a line for each vote for which somebody has a card or a pass: when it opens, and until when it is open.

    It stands there until the vote closes: whether they have voted nobody can tell.
    """
    opens = N_("You have your card or pass. The vote opens {when}.")
    until = N_("You have your card or pass. Vote until {when}, if you have not yet.")
    return [
        _need(
            Waits(each.number, each.question),
            Sentence(until, when=each.closes) if each.is_open else Sentence(opens, when=each.opens),
            N_("Vote") if each.is_open else N_("Soon"), "new" if each.is_open else "not-yet",
        )
        for each in votes
    ]  # fmt: skip


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


def _need(vote: Waits, why: str | Sentence, word: str, state: str) -> Need:
    return Need(Rank.A_VOTE, vote.question, why, word, state, "ballots.work", {"number": vote.number})
