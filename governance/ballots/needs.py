"""What needs me now, of votes: boxes to open, votes to take a card or a pass for, and what whoever runs them does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class WaitingVote:
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
            WaitingVote(each.number, each.question),
            Sentence(until, when=each.closes) if each.is_open else Sentence(opens, when=each.opens),
            N_("Vote") if each.is_open else N_("Soon"), "new" if each.is_open else "not-yet",
        )
        for each in votes
    ]  # fmt: skip


def needs(to_open: Iterable[WaitingVote], to_sign_for: Iterable[Mine]) -> list[Need]:
    """Return a line for each vote, for whom these are theirs to open, and to take a card or a pass for."""
    boxes = N_("The vote is over. It takes two tellers to open the box.")
    opens = N_("Take a card or a pass. Vote where no one looks. It opens {when}.")
    until = N_("Take a card or a pass. Vote where no one looks. It is open until {when}.")
    return [
        *(_need(vote, boxes, N_("Hand in my part"), "open") for vote in to_open),
        *(
            _need(
                WaitingVote(each.number, each.question),
                Sentence(until, when=each.closes) if each.is_open else Sentence(opens, when=each.opens),
                N_("Vote"), "new",
            )
            for each in to_sign_for
        ),
    ]  # fmt: skip


@dataclass(frozen=True)
class Fixed:
    """A proposal whose words are fixed, and on which no vote was called: its number and its title."""

    number: int
    title: str


def to_run(
    to_follow: Iterable[WaitingVote],
    to_talk_again: Iterable[WaitingVote],
    uncounted: Iterable[WaitingVote],
    fixed: Iterable[Fixed],
) -> list[Need]:
    """Return a line for each vote that goes on only if whoever runs the board does something, by where it stands."""
    next_votes = N_("One more vote must come before it counts. Call it.")
    again = N_("This vote decided nothing. Take the words back to the talk.")
    late = N_("It closed days ago and is not counted. Ask the tellers, or end it with a second person.")
    call = N_("The words are fixed. Call the vote.")
    return [
        *(_need(vote, next_votes, N_("Next vote"), "open") for vote in to_follow),
        *(_need(vote, late, N_("Not counted"), "late") for vote in uncounted),
        *(_need(vote, again, N_("Back to the talk"), "open") for vote in to_talk_again),
        *(
            Need(
                Rank.A_VOTE, each.title, call, N_("Call the vote"), "open", "ballots.call_vote",
                {"proposal": each.number},
            )
            for each in fixed
        ),
    ]  # fmt: skip


def _need(vote: WaitingVote, why: str | Sentence, word: str, state: str) -> Need:
    return Need(Rank.A_VOTE, vote.question, why, word, state, "ballots.work", {"number": vote.number})
