"""What the papers behind the rules promise, held against invented elections."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from governance.counting import RULES, Rule
from governance.counting.account import Account
from governance.counting.grouped import UNREAD, Ballots
from governance.ruling.errors import RuleRefused
from tests.counting.elections import LOT, NAMES, papers_of, ranked, scored

UNHURRIED = settings(deadline=None, max_examples=2 * settings().max_examples)
NUMBERS = st.integers(0, 10**6)
CONDORCET = [RULES[name](measure=measure) for name in ("schulze", "ranked-pairs") for measure in ("winning", "margins")]
RANKED = [
    RULES["irv"](), RULES["irv"](last="all", stop="two_left"),
    RULES["scottish-stv"](seats=2), RULES["meek-stv"](seats=2),
    RULES["plurality"](), RULES["approval"](seats=2), RULES["phragmen"](seats=2), *CONDORCET,
]  # fmt: skip
SCORED = [RULES["score"](), RULES["star"](), RULES["majority-judgment"](), RULES["dots"](dots=9)]


def shuffled(ballots: Ballots, order: list[int]) -> Ballots:
    """The same election with the options listed as *order* says, and the ballots the other way round."""
    place = {old: new for new, old in enumerate(order)}
    groups = tuple((tuple(place[each] for each in paper), number) for paper, number in reversed(ballots.groups))
    return Ballots(tuple(ballots.choices[each] for each in order), groups)


@UNHURRIED
@given(st.sampled_from(RANKED), NUMBERS, st.randoms(use_true_random=False))
def test_neither_the_order_of_the_options_nor_of_the_ballots_matters(rule: Rule, number: int, chance: object) -> None:
    ballots = ranked(number)
    order = list(range(len(ballots.choices)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    one, other = rule.count(ballots, LOT), rule.count(shuffled(ballots, order), LOT)
    assert one.winners == other.winners
    assert set(one.ties) == set(other.ties)
    assert one.quota == other.quota


@UNHURRIED
@given(st.sampled_from(SCORED), NUMBERS)
def test_score_rules_do_not_hang_on_the_order_of_the_options(rule: Rule, number: int) -> None:
    ballots = scored(number)
    turned = Ballots(ballots.choices[::-1], tuple((paper[::-1], many) for paper, many in ballots.groups))
    assert rule.count(ballots, LOT).winners == rule.count(turned, LOT).winners


@UNHURRIED
@given(st.sampled_from(RANKED), NUMBERS)
def test_grouped_and_single_ballots_count_the_same(rule: Rule, number: int) -> None:
    ballots = ranked(number)
    single = Ballots(ballots.choices, tuple((paper, 1) for paper in papers_of(ballots)))
    assert rule.count(ballots, LOT).to_json() == rule.count(single, LOT).to_json()


@UNHURRIED
@given(st.sampled_from(CONDORCET), NUMBERS)
def test_who_beats_everybody_wins_and_who_loses_to_everybody_does_not(rule: Rule, number: int) -> None:
    account = rule.count(ranked(number), LOT)
    beats = account.details["pairwise"]
    best = [one for one in beats if all(beats[one][other] > beats[other][one] for other in beats[one])]
    worst = [one for one in beats if all(beats[one][other] < beats[other][one] for other in beats[one])]
    assert not best or account.winners == tuple(best)
    assert account.winners[0] not in worst


@UNHURRIED
@given(st.sampled_from([*CONDORCET, RULES["plurality"](), RULES["approval"]()]), NUMBERS)
def test_more_support_never_hurts_a_winner(rule: Rule, number: int) -> None:
    """Where no lot decided: lifting the winner to the top of one ballot leaves them the winner."""
    ballots = ranked(number, whole=rule.name != "approval")
    account = rule.count(ballots, LOT)
    assume(not account.ties)
    winner = ballots.choices.index(account.winners[0])
    papers = list(papers_of(ballots))
    papers[0] = (winner, *(each for each in papers[0] if each != winner))
    after = rule.count(Ballots.of(ballots.choices, papers), LOT)
    assert after.winners == account.winners


@UNHURRIED
@given(st.sampled_from(CONDORCET), NUMBERS, st.integers(0, 5), st.randoms(use_true_random=False))
def test_a_clone_changes_nothing_for_the_others(rule: Rule, number: int, which: int, chance: object) -> None:
    """Where no lot decided, beside an option its copy is put on every ballot, above or below it."""
    ballots = ranked(number, whole=True)
    before = rule.count(ballots, LOT)
    which %= len(ballots.choices)
    clone = len(ballots.choices)
    papers = []
    for paper in papers_of(ballots):
        at = paper.index(which) + chance.randint(0, 1)  # type: ignore[attr-defined]
        papers.append((*paper[:at], clone, *paper[at:]))
    after = rule.count(Ballots.of((*ballots.choices, "The clone"), papers), LOT)
    assume(not before.ties and not after.ties)
    original = ballots.choices[which]
    assert (before.winners[0] == original) == (after.winners[0] in (original, "The clone"))
    if before.winners[0] != original:
        assert after.winners == before.winners


@UNHURRIED
@given(NUMBERS, st.integers(1, 3), st.integers(1, 3), st.integers(0, 30), st.sampled_from(["scottish-stv", "meek-stv"]))
def test_a_solid_group_gets_the_seats_it_has_quotas_for(
    number: int, seats: int, size: int, more: int, name: str
) -> None:
    """Who rank the same few above all others, in whatever order, get as many of them as they have whole quotas."""
    ballots = ranked(number, whole=True)
    options = len(ballots.choices)
    assume(size < options and seats <= options)
    group = set(range(size))
    papers = list(papers_of(ballots))
    papers += [tuple(sorted(paper, key=lambda each: each not in group)) for paper in (papers * 3)[:more]]
    account = RULES[name](seats=seats).count(Ballots.of(ballots.choices, papers), LOT)
    solid = sum(set(paper[:size]) == group for paper in papers)
    quota = len(papers) // (seats + 1) + 1
    elected = sum(ballots.choices.index(winner) in group for winner in account.winners)
    assert elected >= min(size, solid // (quota + 1))


@UNHURRIED
@given(st.sampled_from([RULES["scottish-stv"](seats=2), RULES["meek-stv"](seats=2), RULES["irv"]()]), NUMBERS)
def test_no_vote_is_made_or_lost(rule: Rule, number: int) -> None:
    account = rule.count(ranked(number), LOT)
    gone = 0
    for stage in account.stages:
        ended = stage.non_transferable + stage.lost
        gone = ended if rule.name == "meek-stv" else gone + ended
        assert sum(stage.tallies.values()) + gone == account.ballots * account.unit
    assert len(set(account.winners)) == len(account.winners)


def as_text(account: Account) -> str:
    return json.dumps(account.to_json(), sort_keys=True)


@UNHURRIED
@given(st.sampled_from(RANKED[:5]), NUMBERS, st.data())
def test_rankings_published_as_deep_as_the_count_looked_give_the_same_account(
    rule: Rule, number: int, data: st.DataObject
) -> None:
    ballots = with_gaps(ranked(number), data)
    depths = list(rule.count(ballots, LOT).depth_read)
    cut = ballots.cut(depths)
    assert as_text(rule.count(cut, LOT)) == as_text(rule.count(ballots, LOT))
    assert list(rule.count(cut, LOT).depth_read) == depths


@UNHURRIED
@given(st.sampled_from(RANKED[:5]), NUMBERS, st.data())
def test_one_rank_less_is_noticed(rule: Rule, number: int, data: st.DataObject) -> None:
    """The depths are the least: whoever publishes less is told so, never given another outcome."""
    ballots = ranked(number)
    depths = list(rule.count(ballots, LOT).depth_read)
    deeper = [place for place, depth in enumerate(depths) if depth > 1]
    assume(deeper)
    place = data.draw(st.sampled_from(deeper))
    depths[place] -= 1
    with pytest.raises(RuleRefused, match="more of a ballot"):
        rule.count(ballots.cut(depths), LOT)


def with_gaps(ballots: Ballots, data: st.DataObject) -> Ballots:
    """Some ranks left out, some put equal, and one option withdrawn, now and then."""
    groups = []
    for paper, number in ballots.groups:
        ranks: list[object] = list(paper)
        change = data.draw(st.sampled_from(["none", "none", "gap", "equal"]))
        if change == "gap":
            ranks.insert(data.draw(st.integers(0, len(ranks))), ())
        elif change == "equal" and len(ranks) > 1:
            at = data.draw(st.integers(0, len(ranks) - 2))
            ranks[at : at + 2] = [(ranks[at], ranks[at + 1])]
        groups.append((tuple(ranks), number))
    withdrawn = data.draw(st.frozensets(st.integers(0, len(NAMES)), max_size=1)) & {0}
    return Ballots(ballots.choices, tuple(groups), withdrawn)


@pytest.mark.parametrize("use", [hash, len, bool, iter, lambda mark: mark == 1, lambda mark: [1, 2][mark]])
def test_the_mark_of_what_is_unread_cannot_be_used(use: Callable[[object], object]) -> None:
    with pytest.raises(RuleRefused, match="more of a ballot"):
        use(UNREAD)
