"""Thousands of small elections against other people's libraries, with the same parameters on both sides.

Where a lot decides on our side, the other side must name our winner among those it calls tied, or the election is left
out where the library breaks ties its own way. What was compared and what was left out is printed (`pytest -s`).
"""

from __future__ import annotations

import itertools
import random
import warnings
from collections.abc import Callable
from fractions import Fraction

import pytest
from abcvoting import abcrules
from abcvoting.preferences import Profile as Approvals
from pref_voting.grade_methods import majority_judgement, score_voting, star
from pref_voting.grade_profiles import GradeProfile
from pref_voting.iterative_methods import instant_runoff_for_truncated_linear_orders
from pref_voting.margin_based_methods import beat_path, ranked_pairs
from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.proportional_methods import stv_meek, stv_scottish
from votekit.ballot import RankBallot
from votekit.elections import RankedPairs, Schulze
from votekit.pref_profile import RankProfile

from governance.counting import RULES, Rule
from governance.counting.account import Account
from governance.counting.grouped import Ballots
from tests.counting.elections import LOT, NAMES, papers_of, ranked, scored

MANY, SOME = 3000, 400


def agreement(
    name: str, rule: Callable[[int], Rule], made: Callable[[int], Ballots], other: Callable[..., set], many: int
) -> None:
    """Count *many* elections on both sides. *other* gives the set of winners, or None where it cannot be compared."""
    same = left_out = 0
    for number in range(many):
        ballots, ours = made(number), rule(number)
        if getattr(ours, "seats", 1) > len(ballots.choices):
            left_out += 1
            continue
        account = ours.count(ballots, LOT)
        theirs = other(ballots, account, ours)
        if theirs is None:
            left_out += 1
            continue
        assert set(account.winners) <= theirs, (name, number, account.to_json(), theirs)
        same += 1
    print(f"\n{name}: {same} the same, {left_out} left out (a lot decided, or nothing to compare)")
    assert same >= many // 4


def by_lot(account: Account) -> bool:
    return any(tie.broken_by == "lot" for tie in account.ties)


def with_ties(ballots: Ballots) -> ProfileWithTies:
    rankings = [{option: place for place, option in enumerate(paper, 1)} for paper, _ in ballots.groups]
    counts = [number for _, number in ballots.groups]
    return ProfileWithTies(rankings, counts, candidates=list(range(len(ballots.choices))))


def test_schulze_by_margins_and_by_winning_votes() -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set:
        profile = with_ties(ballots)
        profile.use_extended_strict_preference()
        strength = profile.margin if rule.measure == "margins" else None
        if rule.measure == "winning":
            strength = lambda a, b: profile.support(a, b)  # noqa: E731
        return {NAMES[each] for each in beat_path(profile, strength_function=strength)}

    for measure in ("margins", "winning"):
        rule = RULES["schulze"](measure=measure)
        agreement(f"pref_voting Schulze, {measure}", lambda _, rule=rule: rule, ranked, theirs, MANY)


def test_ranked_pairs() -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        if len(ballots.choices) > 4:
            return None  # It tries every order of equally strong pairs, which takes too long.
        profile = with_ties(ballots)
        profile.use_extended_strict_preference()
        return {NAMES[each] for each in ranked_pairs(profile)}

    agreement("pref_voting ranked pairs, margins", lambda _: RULES["ranked-pairs"](), ranked, theirs, MANY // 2)


def test_instant_runoff_when_all_who_are_last_go_together() -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        if by_lot(account) or account.ties:
            return None
        return {NAMES[each] for each in instant_runoff_for_truncated_linear_orders(with_ties(ballots))}

    agreement("pref_voting IRV, all last", lambda _: RULES["irv"](last="all"), ranked, theirs, MANY)


def test_scottish_stv() -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        if by_lot(account):
            return None
        return {NAMES[each] for each in stv_scottish(with_ties(ballots), num_seats=rule.seats)}

    agreement("pref_voting Scottish STV", lambda n: RULES["scottish-stv"](seats=1 + n % 3), ranked, theirs, MANY)


def test_meek_stv() -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        if account.ties:
            return None
        return {NAMES[each] for each in stv_meek(with_ties(ballots), num_seats=rule.seats)}

    agreement("pref_voting Meek STV", lambda n: RULES["meek-stv"](seats=1 + n % 3), ranked, theirs, SOME)


@pytest.mark.parametrize(
    ("name", "method"), [("score", score_voting), ("star", star), ("majority-judgment", majority_judgement)]
)
def test_scores(name: str, method: Callable) -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        if name == "star" and account.ties:
            return None  # It lets more than two into the runoff when they are tied.
        grades = [dict(enumerate(paper)) for paper, _ in ballots.groups]
        counts = [number for _, number in ballots.groups]
        profile = GradeProfile(grades, list(range(6)), gcounts=counts, candidates=list(range(len(ballots.choices))))
        return {NAMES[each] for each in method(profile)}

    agreement(f"pref_voting {name}", lambda _: RULES[name](), scored, theirs, MANY)


def approvals(number: int) -> Ballots:
    chance = random.Random(number)
    options = chance.randint(3, 6)
    papers = [tuple(sorted(chance.sample(range(options), chance.randint(1, 3)))) for _ in range(chance.randint(2, 16))]
    return Ballots.of(NAMES[:options], papers)


def committees(ballots: Ballots, name: str, seats: int, **more: object) -> list[set[str]]:
    profile = Approvals(len(ballots.choices))
    profile.add_voters([set(paper) for paper in papers_of(ballots)])
    options = {"algorithm": "standard-fractions", "resolute": False, **more}
    return [{NAMES[each] for each in found} for found in abcrules.compute(name, profile, seats, **options)]


def test_sequential_phragmen() -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        approved = {option for paper, _ in ballots.groups for option in paper}
        if len(approved) < rule.seats:
            return None
        found = committees(ballots, "seqphragmen", rule.seats)
        return set(account.winners) if set(account.winners) in found else set()

    agreement("abcvoting seq-Phragmén", lambda n: RULES["phragmen"](seats=1 + n % 3), approvals, theirs, MANY)


def test_equal_shares_with_equal_costs() -> None:
    def rule(number: int) -> Rule:
        ballots, seats = approvals(number), 1 + number % 3
        costs = dict.fromkeys(ballots.choices, 1)
        return RULES["budget"](
            budget=seats, costs=costs, method="equal_shares", satisfaction="votes", completion="none"
        )

    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        if not account.winners:
            return None
        found = committees(ballots, "equal-shares", rule.budget, completion=None)
        return set(account.winners) if set(account.winners) in found else set()

    agreement("abcvoting equal shares", rule, approvals, theirs, MANY)


@pytest.mark.parametrize(("name", "method"), [("schulze", Schulze), ("ranked-pairs", RankedPairs)])
def test_votekit(name: str, method: Callable) -> None:
    def theirs(ballots: Ballots, account: Account, rule: Rule) -> set | None:
        if account.ties:
            return None
        rankings = [
            RankBallot(ranking=[{NAMES[each]} for each in paper], weight=Fraction(number))
            for paper, number in ballots.groups
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            elected = method(RankProfile(ballots=rankings, candidates=list(ballots.choices)), n_seats=1).get_elected()
        return set(itertools.chain.from_iterable(elected))

    rule = RULES[name](measure="margins")
    agreement(f"votekit {name}, margins, whole rankings", lambda _: rule, lambda n: ranked(n, whole=True), theirs, SOME)
