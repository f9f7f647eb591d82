"""A count in sentences: what broke a tie, and steps that leave nothing to add up."""

from __future__ import annotations

from dataclasses import replace

from governance.counting.account import Stage
from governance.counting.explained import explained
from governance.counting.grouped import Ballots
from governance.counting.scoring import Star
from tests.counting.elections import LOT


def test_a_tie_that_the_scores_broke_says_so_and_names_no_lot() -> None:
    """Two ballots each way and the same sum: the one with more of the best scores wins."""
    ballots = Ballots.of(("Soup", "Tea"), [(5, 4), (5, 4), (2, 4), (0, 0), (3, 4)])
    told = [str(each) for each in explained(Star().count(ballots, LOT))]
    assert "There was a tie: Soup, Tea. How they stood before broke it." in told
    assert told[-1] == "The outcome: Tea."


def test_a_step_with_nothing_to_add_up_says_only_who_won() -> None:
    account = Star().count(Ballots.of(("Soup", "Tea"), [(5, 1)]), LOT)
    told = explained(replace(account, stages=(Stage("lock", {}, elected=(0,)),)))
    assert [str(each) for each in told] == ["Ballots that count: 1.", "Step 1: Soup won.", "The outcome: Soup."]


def test_one_option_alone_has_no_runoff() -> None:
    account = Star().count(Ballots.of(("Soup", "Tea"), [(1, 5)], withdrawn=[1]), LOT)
    assert (account.winners, len(account.stages)) == (("Soup",), 1)
