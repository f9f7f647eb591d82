"""If it is equal, back to the talk: a count in which only a lot could say who wins chooses nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting import RULES, equal
from governance.counting.equal import counted, is_equal
from governance.counting.explained import explained
from governance.counting.grouped import Ballots
from governance.counting.lot import BY_LOT, EARLIER_THEN_LOT, EARLIER_THEN_TALK, Lot, Tie
from governance.counting.telling import ties

SEEDS = st.binary(min_size=32, max_size=32)
ALIKE = Ballots(("A", "B", "C"), (((0,), 2), ((1,), 2)))
LED = Ballots(("A", "B", "C", "D"), (((0, 1), 3), ((1, 0), 3), ((2, 0), 1), ((3, 1), 1)))
RANKED = ("plurality", "irv", "scottish-stv", "meek-stv")


def rule_of(name: str, when_equal: str = EARLIER_THEN_TALK, **more: object) -> object:
    return RULES[name](ties=when_equal, **more)


@pytest.mark.parametrize("name", RANKED)
@given(SEEDS)
def test_nobody_wins_whatever_the_lot_would_say(name: str, seed: bytes) -> None:
    account = counted(rule_of(name), ALIKE, Lot(seed))
    assert is_equal(account)
    assert (account.winners, account.lot) == ((), None)
    assert not any(stage.elected for stage in account.stages)
    assert account.ties[-1].between == account.ties[-1].order == ("A", "B"), "the order is that of the names"
    by_lot = counted(rule_of(name, EARLIER_THEN_LOT), ALIKE, Lot(seed))
    assert len(by_lot.winners) == 1
    assert not is_equal(by_lot)


@pytest.mark.parametrize("name", RANKED)
def test_it_is_said_in_words_and_beside_the_table(name: str) -> None:
    account = counted(rule_of(name), ALIKE, Lot(bytes(32)))
    assert "There was a tie: A, B. So it goes back to the talk." in [str(each) for each in explained(account)]
    told = [str(each) for each in ties.told(account.to_json())]
    assert told[-1] == "A, B were equal. The board chose before the vote that it goes back to the talk then."


@given(SEEDS)
def test_a_lot_among_those_who_both_win_or_have_nothing_sends_nothing_back(seed: bytes) -> None:
    both = counted(rule_of("scottish-stv", seats=2), ALIKE, Lot(seed))
    assert sorted(both.winners) == ["A", "B"]
    assert not is_equal(both)
    none_for_two = Ballots(("A", "B", "C"), (((0,), 3),))
    clear = counted(rule_of("irv"), none_for_two, Lot(seed))
    assert (clear.winners, is_equal(clear)) == (("A",), False)


@given(SEEDS)
def test_a_lot_that_goes_before_decides_nothing_is_told_and_the_equal_step_goes_back(seed: bytes) -> None:
    """Which of C and D goes out first is a lot. Whoever it is, A and B are equal at the end."""
    account = counted(rule_of("irv"), LED, Lot(seed))
    assert is_equal(account)
    assert account.winners == ()
    assert account.ties[-1].broken_by == "talk"
    assert [tie.broken_by for tie in account.ties].count(BY_LOT) == (1 if account.lot else 0)


@pytest.mark.parametrize("when_equal", [EARLIER_THEN_TALK, EARLIER_THEN_LOT])
def test_the_page_says_before_the_vote_what_is_fixed(when_equal: str) -> None:
    said = str(rule_of("irv", when_equal).when_equal)
    assert ("back to the talk" in said, "a lot decides" in said) == (
        when_equal == EARLIER_THEN_TALK, when_equal == EARLIER_THEN_LOT,
    )  # fmt: skip


TWO_WITH_NOTHING = Ballots(("A", "B", "C", "D"), (((0,), 2), ((1,), 2)))


@pytest.mark.parametrize("name", ["irv", "scottish-stv", "meek-stv"])
def test_the_account_ends_with_the_step_that_was_equal(name: str) -> None:
    """Of C and D, who have nothing, one goes out first by lot; that changes nothing. Then A and B are equal."""
    account = counted(rule_of(name), TWO_WITH_NOTHING, Lot(bytes(32)))
    assert [(tie.stage, tie.between, tie.broken_by) for tie in account.ties] == [
        ("1 exclusion", ("C", "D"), "lot"), ("3 exclusion", ("A", "B"), "talk"),
    ]  # fmt: skip
    assert len(account.stages) == 3, "what came after the lot is no part of it"
    gone = [each for stage in account.stages for each in stage.excluded]
    assert sorted(gone) == [2, 3], "C and D went out as before, and of A and B none did"
    assert account.lot, "that a lot was drawn for C and D is told"


@pytest.mark.parametrize("name", ["irv", "scottish-stv", "meek-stv"])
def test_of_options_that_have_something_the_first_that_are_equal_go_back(name: str) -> None:
    account = counted(rule_of(name), LED, Lot(bytes(32)))
    assert [(tie.stage, tie.between, tie.broken_by) for tie in account.ties] == [("1 exclusion", ("C", "D"), "talk")]
    assert [stage.excluded for stage in account.stages] == [()]
    assert account.lot is None


def test_what_is_added_up_at_once_keeps_its_table() -> None:
    account = counted(rule_of("plurality"), ALIKE, Lot(bytes(32)))
    assert [dict(stage.tallies) for stage in account.stages] == [{0: 2, 1: 2, 2: 0}]
    assert account.ties[-1].purpose != "exclusion"


ALL_FOR_ONE = Ballots(("A", "B", "C"), (((0,), 4),))
THREE_OF_FOUR = Ballots(("A", "B", "C", "D"), (((0,), 3), ((1,), 3), ((2,), 1), ((3,), 1)))


@pytest.mark.parametrize("name", ["scottish-stv", "meek-stv"])
@given(SEEDS)
def test_of_those_with_nothing_whom_a_lot_would_seat_none_is_seated(name: str, seed: bytes) -> None:
    account = counted(rule_of(name, seats=2), ALL_FOR_ONE, Lot(seed))
    assert is_equal(account)
    assert account.winners == ()
    assert account.ties[-1].between == ("B", "C")


def test_the_first_of_several_lots_that_said_who_is_seated_is_told() -> None:
    names = ("A", "B", "C", "D", "E")
    account = counted(rule_of("scottish-stv", seats=3), Ballots(names, (((0,), 4),)), Lot(bytes(32)))
    assert [tie.between for tie in account.ties] == [("B", "C", "D", "E")]


@pytest.mark.parametrize("name", ["scottish-stv", "meek-stv"])
@given(SEEDS)
def test_two_who_both_win_are_not_named_as_equal(name: str, seed: bytes) -> None:
    account = counted(rule_of(name, seats=3), THREE_OF_FOUR, Lot(seed))
    assert is_equal(account)
    assert account.ties[-1].between == ("C", "D")


@pytest.mark.parametrize("name", ["plurality", "irv", "scottish-stv", "meek-stv"])
@given(
    st.integers(1, 3),
    st.lists(st.tuples(st.permutations(range(4)).map(tuple), st.integers(0, 4), st.integers(1, 3)), max_size=5),
    SEEDS,
)
def test_any_vote_is_counted_and_is_equal_where_lots_differ(
    name: str, seats: int, rows: list[tuple[tuple[int, ...], int, int]], seed: bytes
) -> None:
    ballots = Ballots(("A", "B", "C", "D"), tuple({order[:deep]: many for order, deep, many in rows}.items()))
    more = {} if name in {"plurality", "irv"} else {"seats": seats}
    account = counted(rule_of(name, **more), ballots, Lot(seed))
    drawn = {
        frozenset(rule_of(name, EARLIER_THEN_LOT, **more).count(ballots, Lot(bytes([n]) * 32)).winners)
        for n in range(12)
    }
    assert is_equal(account) or drawn == {frozenset(account.winners)}


def test_a_star_vote_that_was_equal_before_its_runoff_keeps_the_whole_table() -> None:
    """A and C have the same score, and B beats one of them alone."""
    account = counted(rule_of("star"), Ballots.of(("A", "B", "C"), [(1, 2, 2), (3, 0, 1), (1, 2, 1)]), Lot(bytes(32)))
    assert (account.ties[-1].stage, account.ties[-1].broken_by) == ("1 scores", "talk")
    assert [stage.action for stage in account.stages] == ["scores", "runoff"]


def test_a_budget_that_chose_nothing_spent_nothing() -> None:
    rule = rule_of("budget", budget=10, costs=(("A", 10), ("B", 10)))
    alike = counted(rule, Ballots(("A", "B"), (((0,), 1), ((1,), 1))), Lot(bytes(32)))
    assert (alike.winners, is_equal(alike)) == ((), True)
    assert {"left", "spent"}.isdisjoint(alike.details)
    clear = counted(rule, Ballots(("A", "B"), (((0,), 1),)), Lot(bytes(32)))
    assert {"left", "spent"} <= set(clear.details)
    assert set(alike.details) == set(clear.details) - {"left", "spent"}


@given(SEEDS)
def test_other_lots_are_others_and_always_the_same_ones(seed: bytes) -> None:
    drawn = [each.seed for each in equal._other_lots(Lot(seed))]
    assert len({*drawn, seed}) == 33, "so that two who are equal are told so but once in four thousand million votes"
    assert drawn == [each.seed for each in equal._other_lots(Lot(seed))]


@given(st.lists(st.permutations(range(4)), min_size=2, max_size=7), SEEDS)
def test_what_any_of_the_lots_asks_for_is_read(papers: list[tuple[int, ...]], seed: bytes) -> None:
    rule = rule_of("irv")
    ballots = Ballots.of(("A", "B", "C", "D"), [tuple(each) for each in papers])
    account = counted(rule, ballots, Lot(seed))
    if (account.ties and account.lot is not None) or is_equal(account):
        for lot in equal._other_lots(Lot(seed)):
            for deepest, read in zip(account.depth_read, rule.count(ballots, lot).depth_read, strict=True):
                assert deepest >= read


def test_whether_a_tie_counts_is_read_at_its_own_step() -> None:
    """Two who go out with nothing change nothing, whatever they had a step before or after."""
    account = rule_of("irv").count(LED, Lot(b"\x07" * 32))
    stage, two, none = account.stages[0], {2: 1, 3: 1}, {2: 0, 3: 0}
    steps = tuple(replace(stage, tallies=tallies) for tallies in (two, none, two, two))
    account = replace(account, stages=steps)
    tie = Tie("2 exclusion", "exclusion", ("C", "D"), BY_LOT, ("C", "D"))
    assert not equal._counts(account, tie, frozenset({"A"}))
    assert equal._counts(account, replace(tie, stage="1 exclusion"), frozenset({"A"}))
    assert (equal._step(tie), equal._step(replace(tie, stage="the whole count"))) == (2, 0)


def a_lot_between(*names: str, **more: str) -> dict[str, object]:
    return {"purpose": "election", "stage": "1", "broken_by": "lot", "between": list(names), **more}


@pytest.mark.parametrize(
    ("lots", "won", "by_lot"),
    [
        ([a_lot_between("A", "B")], ["A"], ["A"]),
        ([a_lot_between("A", "B"), a_lot_between("C", "D")], ["C", "A", "E"], ["C", "A"]),
        ([a_lot_between("A", "B")], ["A", "B"], []),
        ([a_lot_between("A", "B")], ["A", "B", "C"], []),
        ([a_lot_between("A", "B", broken_by="earlier stages")], ["A"], []),
        ([a_lot_between("A", "B", purpose="exclusion")], ["A"], ["A"]),
        ([a_lot_between(*pair, purpose="exclusion") for pair in ("AD", "DE")], ["A", "E"], ["A"]),
    ],
)
def test_by_lot_won_whoever_a_lot_put_before_one_that_did_not_win(
    lots: list[dict[str, object]], won: list[str], by_lot: list[str]
) -> None:
    stages = [{"tallies": {"A": "2", "B": "2", "D": "0", "E": "0"}}]
    assert ties.won_by_lot({"winners": won, "ties": lots, "stages": stages}) == by_lot
