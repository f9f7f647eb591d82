"""Promise 7 for votes by order, and for ties that a lot decided: whatever is done to them is named.

An order is published only as deep as the count looked (`ranking.py`); that changes nothing of the account.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.bundle import checking, recounting
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.calling.kinds import Settings
from governance.ballots.papers import ranking
from governance.counting.account import Account
from governance.counting.grouped import Ballots
from governance.counting.irv import InstantRunoff
from governance.counting.meek import MeekStv
from governance.counting.ranked_pairs import RankedPairs
from governance.counting.rule import Rule
from governance.counting.schulze import Schulze
from governance.counting.scottish import ScottishStv
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import a_vote
from tests.counting.elections import papers_of, ranked

Forged = dict[str, Any]


def a_ranked_bundle(session: Session, keys: KeyFolder) -> bytes:
    """The bundle of a ranked vote. Two say A, two say B, one says C and goes out; of A and B one goes out by lot."""
    vote = a_vote(session, keys, "ranked", settings=Settings(options=("A", "B", "C")))
    vote.cast({"p1": "0", "p2": "1"}, {"p1": "0"}, {"p1": "1", "p2": "0"}, {"p1": "1"}, {"p1": "2"})
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert bundle.whole
    read = json.loads(bundle.whole)
    assert [tie["broken_by"] for tie in read["account"]["ties"]] == ["lot"]
    assert check_bundle(bundle.whole) == []
    return bundle.whole


@pytest.fixture
def by_order(made_once: Callable[..., bytes]) -> bytes:
    """The bundle of that vote, counted once on each database."""
    return made_once(a_ranked_bundle)


def ranks_where(read: Forged, fits: Callable[[list[list[str]]], bool]) -> dict[str, Any]:
    """The first ballot whose ranking fits."""
    return next(row["ballot"] for row in read["ballots"] if fits(row["ballot"]["ranks"]))


def is_cut(ranks: list[list[str]]) -> bool:
    return len(ranks[-1]) == 1


def shows_two(ranks: list[list[str]]) -> bool:
    return len(ranking.ranked(ranks)) == 2


def alter_a_rank(read: Forged) -> None:
    first = read["ballots"][0]["ballot"]["ranks"][0]
    first[0] = "2" if first[0] != "2" else "0"


def lengthen(read: Forged) -> None:
    ballot = ranks_where(read, is_cut)
    ballot["ranks"] = [*ballot["ranks"][:-1], ["2", "00" * 16], ["", "00" * 16]]


def lengthen_before_what_is_hidden(read: Forged) -> None:
    ballot = ranks_where(read, is_cut)
    ballot["ranks"].insert(-1, ["2", "00" * 16])


def say_that_it_ends_there(read: Forged) -> None:
    ballot = ranks_where(read, is_cut)
    ballot["ranks"][-1] = ["", "00" * 16]


def cut_shorter(read: Forged) -> None:
    ballot = ranks_where(read, shows_two)
    ballot["ranks"] = ranking.cut(ballot["ranks"], 1)


def swap_ranks(read: Forged) -> None:
    ranks = ranks_where(read, shows_two)["ranks"]
    ranks[0], ranks[1] = ranks[1], ranks[0]


def drop_the_hash_of_the_rest(read: Forged) -> None:
    ranks_where(read, is_cut)["ranks"].pop()


def change_the_hash_of_the_rest(read: Forged) -> None:
    ranks_where(read, is_cut)["ranks"][-1] = ["00" * 32]


def alter_what_was_signed_too(read: Forged) -> None:
    alter_a_rank(read)
    ballot = read["ballots"][0]["ballot"]
    ballot["choice"] = {"ranks": ranking.head(ballot["ranks"])}


def swap_a_setting(read: Forged) -> None:
    read["manifest"]["rule"]["last"] = "all"


def swap_box(read: Forged) -> None:
    read["box_root"] = "00" * 32


def swap_options(read: Forged) -> None:
    read["manifest"]["options"].reverse()


def other_winner(read: Forged) -> None:
    read["account"]["winners"] = ["C"]


def turn_the_tie(read: Forged) -> None:
    read["account"]["ties"][0]["order"].reverse()


def say_it_was_no_lot(read: Forged) -> None:
    read["account"]["ties"][0]["broken_by"] = "stage 1"


def other_lot(read: Forged) -> None:
    read["account"]["lot"]["seed"] = "00" * 32


def turn_the_tie_and_all_that_follows(read: Forged) -> None:
    """Swap the two who were equal wherever the account and its words name them."""
    told = canonical({name: read[name] for name in ("account", "in_words")}).decode()
    swapped = told.replace('"A"', '"-"').replace('"B"', '"A"').replace('"-"', '"B"')
    read.update(json.loads(swapped))


def draw_again_from_another_box(read: Forged) -> None:
    """Choose a box root by which the lot falls the other way, and count everything again with it."""
    won, papers = read["account"]["winners"], recounting.Recount(read["manifest"])
    groups, _ = papers.grouped(row["ballot"] for row in read["ballots"])
    for number in range(100):
        read["box_root"] = hashlib.sha256(bytes([number])).hexdigest()
        try:
            read["account"] = papers.count(groups, read["box_root"]).to_json()
        except RuleRefused:
            continue  # It needs to look past what is shown.
        if read["account"]["winners"] != won:
            return


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("forge", "named"),
    [
        (alter_a_rank, "Its order is not the one that was signed"),
        (alter_what_was_signed_too, "does not hold. Its signature"),
        (lengthen, "Its order is not the one that was signed"),
        (lengthen_before_what_is_hidden, "Its order is not the one that was signed"),
        (say_that_it_ends_there, "Its order is not the one that was signed"),
        (cut_shorter, "The ballots are not those of the closed log"),
        (swap_ranks, "Its order is not the one that was signed"),
        (drop_the_hash_of_the_rest, "does not hold. It is not written as a ballot"),
        (change_the_hash_of_the_rest, "Its order is not the one that was signed"),
        (swap_a_setting, "The manifest is not the one in the ledger"),
        (swap_options, "The manifest is not the one in the ledger"),
        (other_winner, "comes to other numbers"),
        (turn_the_tie, "comes to other numbers"),
        (say_it_was_no_lot, "comes to other numbers"),
        (other_lot, "comes to other numbers"),
        (turn_the_tie_and_all_that_follows, "comes to other numbers"),
        (draw_again_from_another_box, "The box is not the one in the ledger"),
        (swap_box, "The box is not the one in the ledger"),
    ],
)
def test_what_was_done_to_an_order_or_to_a_lot_is_named(
    by_order: bytes, forge: Callable[[Forged], None], named: str
) -> None:
    read = json.loads(by_order)
    forge(read)

    assert canonical(read) != by_order
    assert named in check_bundle(canonical(read))[0]


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("taken_out", "forge"),
    [
        *(("_ballots", each) for each in (say_that_it_ends_there, change_the_hash_of_the_rest)),
        *(("_result", each) for each in (other_winner, turn_the_tie, say_it_was_no_lot, other_lot)),
        ("_result", turn_the_tie_and_all_that_follows),
    ],
)
def test_with_its_look_taken_out_each_of_these_would_pass(
    by_order: bytes, taken_out: str, forge: Callable[[Forged], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the signed order, and the lot that is drawn again, that name them, and nothing else."""
    read = json.loads(by_order)
    forge(read)
    forged = canonical(read)
    assert check_bundle(forged) != []
    monkeypatch.setattr(checking, taken_out, lambda *_: iter(()))
    assert check_bundle(forged) == []


ORDERS: list[Rule] = [InstantRunoff(), ScottishStv(seats=2), MeekStv(seats=2), Schulze(), RankedPairs(seats=2)]
ROOT = "07" * 32


def as_dropped(rule: Rule, ballots: Ballots) -> tuple[recounting.Recount, list[Forged]]:
    """What reads the ballots of a vote by *rule*, and each ballot with its whole chain."""
    manifest = {"rule": rule.to_manifest(), "options": list(ballots.choices), "named": False}
    chains = [ranking.links(list(map(str, paper))) for paper in papers_of(ballots)]
    return recounting.Recount(manifest), [
        {"choice": {"ranks": ranking.head(chain)}, "ranks": chain} for chain in chains
    ]


def account_of(papers: recounting.Recount, ballots: list[Forged]) -> Account:
    """Count them, whole or cut."""
    return papers.count(papers.grouped(ballots)[0], ROOT)


def shown_of(papers: recounting.Recount, dropped: list[Forged]) -> list[Forged]:
    """The ballots as a bundle shows them."""
    return papers.as_deep_as_counted(dropped, papers.grouped(dropped)[1], account_of(papers, dropped))


@pytest.mark.parametrize("rule", ORDERS, ids=lambda rule: rule.name)
@given(seed=st.integers(0, 10**6))
def test_showing_an_order_only_as_deep_as_the_count_looked_changes_nothing_of_the_account(
    rule: Rule, seed: int
) -> None:
    drawn = ranked(seed)
    if getattr(rule, "seats", 1) >= len(drawn.choices):
        return
    papers, dropped = as_dropped(rule, drawn)
    shown = shown_of(papers, dropped)
    assert account_of(papers, shown).to_json() == account_of(papers, dropped).to_json()
    assert [ranking.head(each["ranks"]) for each in shown] == [ranking.head(each["ranks"]) for each in dropped]


def test_an_order_is_really_cut_and_one_cut_further_is_refused() -> None:
    papers, dropped = as_dropped(InstantRunoff(), Ballots.of("ABC", [(0, 1, 2)] * 3 + [(1, 0)] * 2 + [(2, 1, 0)] * 2))
    shown = shown_of(papers, dropped)
    assert max(len(ranking.ranked(each["ranks"])) for each in shown) < 3
    for place, ballot in enumerate(shown):
        shorter = {**ballot, "ranks": ranking.cut(ballot["ranks"], len(ballot["ranks"]) - 2)}
        with pytest.raises(RuleRefused):
            account_of(papers, [*shown[:place], shorter, *shown[place + 1 :]])
