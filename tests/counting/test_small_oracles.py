"""Two small libraries of other people, on the same elections and parameters. The large ones: tests/oracles."""

from __future__ import annotations

import pyrankvote
import starvote

from governance.counting import RULES
from governance.counting.account import Account
from governance.counting.grouped import Ballots
from tests.counting.elections import LOT, papers_of, ranked, scored

MANY = 800


def in_pyrankvote(ballots: Ballots) -> tuple[list[pyrankvote.Candidate], list[pyrankvote.Ballot]]:
    people = [pyrankvote.Candidate(name) for name in ballots.choices]
    return people, [
        pyrankvote.Ballot(ranked_candidates=[people[each] for each in paper]) for paper in papers_of(ballots)
    ]


def no_tie(account: Account) -> bool:
    return not account.ties


def test_instant_runoff() -> None:
    compared = 0
    for number in range(MANY):
        ballots = ranked(number)
        ours = RULES["irv"]().count(ballots, LOT)
        if no_tie(ours):
            theirs = pyrankvote.instant_runoff_voting(*in_pyrankvote(ballots)).get_winners()
            assert [each.name for each in theirs] == list(ours.winners), number
            compared += 1
    assert compared > MANY // 4


def test_star() -> None:
    compared = 0
    for number in range(MANY):
        ballots = scored(number)
        ours = RULES["star"]().count(ballots, LOT)
        votes = [dict(zip(ballots.choices, paper, strict=True)) for paper in papers_of(ballots)]
        try:
            theirs = starvote.election(starvote.star, votes, maximum_score=5)
        except starvote.UnbreakableTieError:
            assert any(tie.broken_by == "lot" for tie in ours.ties), number
            continue
        # It settles a tie of three for two places by all preferences among them, not by who loses to most of them.
        if not any(tie.broken_by == "lot" or len(tie.between) > 2 for tie in ours.ties):
            assert list(ours.winners) == theirs, (number, ours.to_json())
            compared += 1
    assert compared > MANY // 2
