"""The lot: anybody can draw it again, and neither the order of the options nor that of the ballots moves it."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from governance.counting import RULES
from governance.counting.grouped import Ballots
from governance.counting.lot import Lot, Ties

SEED = bytes(range(32))


def test_the_lot_is_what_it_says() -> None:
    draw = hashlib.sha256(SEED + b"3 exclusion").digest()
    expected = sorted(("Ann", "Ben", "Zoé"), key=lambda name: hashlib.sha256(draw + name.encode()).digest())
    assert list(Lot(SEED).order("3 exclusion", ["Zoé", "Ben", "Ann"])) == expected
    orders = {Lot(SEED).order(f"{stage} exclusion", ["Ann", "Ben", "Zoé"]) for stage in range(40)}
    assert len(orders) == 6


def test_a_lot_is_named_only_when_it_was_drawn() -> None:
    asked = []
    lot = Lot(lambda: asked.append(1) or SEED, "ballots")
    clear = RULES["plurality"]().count(Ballots(("A", "B"), (((0,), 2), ((1,), 1))), lot)
    assert clear.lot is None
    assert not asked
    tied = RULES["plurality"]().count(Ballots(("A", "B"), (((0,), 1), ((1,), 1))), lot)
    assert tied.lot == {"seed": SEED.hex(), "source": "ballots"}
    assert tied.winners == (Lot(SEED).order("1 votes", ["A", "B"])[0],)


def test_earlier_stages_decide_first_and_the_latest_of_them() -> None:
    ties = Ties(Lot(SEED), ["A", "B", "C"], "earlier_then_lot")
    earlier = [("stage 1", {0: 1, 1: 2, 2: 3}), ("stage 2", {0: 5, 1: 5, 2: 4})]
    assert ties.highest("3", "elected", {0: 7, 1: 7, 2: 7}, earlier) == 1
    assert [tie.broken_by for tie in ties.broken] == ["stage 2", "stage 1"]
    assert Ties(Lot(SEED), ["A", "B", "C"], "lot").by_lot("3", "elected", [0, 1, 2]) == [
        "ABC".index(name) for name in Lot(SEED).order("3", ["A", "B", "C"])
    ]


def test_of_the_highest_nobody_tells_the_rest_apart() -> None:
    ties = Ties(Lot(SEED), ["A", "B", "C"], "earlier_then_lot")
    assert ties.highest("3", "elected", {0: 7, 1: 7, 2: 7}, [("stage 1", {0: 9, 1: 1, 2: 1})]) == 0
    assert [tie.broken_by for tie in ties.broken] == ["stage 1"]


def stay(places: int, *steps: dict[int, int]) -> tuple[list[int], list[str]]:
    """Who stays in, and what told them apart, by *steps* that each give a worth to every option."""
    ties = Ties(Lot(SEED), "ABCDE"[: len(steps[0])], "earlier_then_lot")
    worths = [
        (f"step {at}", lambda tied, worth=worth: {each: worth[each] for each in tied}) for at, worth in enumerate(steps)
    ]
    return ties.staying("1", "runoff", sorted(steps[0]), places, worths), [tie.broken_by for tie in ties.broken]


def test_the_worst_go_until_as_many_are_left_as_there_are_places() -> None:
    assert stay(2, {0: 2, 1: 2, 2: 1, 3: 1}) == ([0, 1], ["step 0"])
    left, told = stay(3, {0: 5, 1: 1, 2: 1, 3: 1})
    assert (left[0], len(left), told) == (0, 3, ["step 0", "lot"])
    only_one, next_step = {0: 9, 1: 1, 2: 1, 3: 1, 4: 1}, {0: 9, 1: 5, 2: 5, 3: 4, 4: 3}
    assert stay(3, only_one, next_step) == ([0, 1, 2], ["step 0", "step 1", "step 1"])


def test_the_seed_of_a_file_does_not_hang_on_any_order() -> None:
    one = Ballots(("A", "B", "C"), (((0, (1, 2)), 2), ((), 1), ((2,), 4)))
    other = Ballots(("C", "A", "B"), (((0,), 3), ((1, (2, 0)), 2), ((0,), 1), ((), 1)))
    assert one.digest() == other.digest()
    assert one.digest() != Ballots(one.choices, one.groups[:2]).digest()


@given(st.permutations(["Ann", "Ben", "Cas", "Dee"]), st.text(max_size=5))
def test_the_order_on_the_paper_never_matters(names: list[str], stage: str) -> None:
    assert Lot(SEED).order(stage, names) == Lot(SEED).order(stage, sorted(names))


def test_the_seed_of_a_file_is_the_digest_that_its_rule_describes() -> None:
    """Anybody can work it out: the keys of the options in order, then how many papers say what, line by line."""
    ann, ben = (hashlib.sha256(name.encode()).hexdigest() for name in ("Ann", "Ben"))
    ranked = Ballots(("Ann", "Ben"), (((0, 1), 2), (((1, 0),), 1), ((0, 1), 3), ((), 4)))
    lines = sorted([f"{ann}>{ben}\t5", f"{'='.join(sorted((ann, ben)))}\t1", "\t4"])
    told = ["\t".join(reversed(each.split("\t"))) for each in lines]
    whole = "".join(f"{each}\n" for each in (*sorted((ann, ben)), *told))
    assert ranked.digest() == hashlib.sha256(whole.encode()).digest()
    scored = Ballots(("Ann", "Ben"), (((3, None), 2),))
    pairs = ",".join(sorted((f"{ann}:3", f"{ben}:None")))
    whole = "".join(f"{each}\n" for each in (*sorted((ann, ben)), f"2\t{pairs}"))
    assert scored.digest() == hashlib.sha256(whole.encode()).digest()
    assert Ballots(("Ann", "Ben"), (((2, 2), 1),)).digest(), "a score may be as high as there are options"


def test_a_tie_that_is_asked_about_twice_is_told_once() -> None:
    ties = Ties(Lot(SEED), ["A", "B"], "lot")
    assert ties.by_lot("3", "elected", [0, 1]) == ties.by_lot("3", "elected", [0, 1])
    assert len(ties.broken) == 1
