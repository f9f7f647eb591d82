"""`governance count` on the bundle of a vote: the same account again, another rule where it may, one line where not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.bundle.election import read_bundle
from governance.ballots.papers import ranking
from governance.counting.budget import Budget
from governance.counting.grouped import Ballots
from governance.counting.irv import InstantRunoff
from governance.counting.lot import Lot
from governance.counting.meek import MeekStv
from governance.counting.rule import Rule
from governance.counting.scoring import Score
from tests.counting.elections import papers_of, ranked
from tests.counting.files.test_command import run

ROOT = "07" * 32
SEEDS = st.integers(0, 10**6)


def a_bundle(rule: Rule, ballots: Ballots) -> dict[str, Any]:
    """A bundle as a vote by *rule* makes it, without what a count does not need."""
    depths = rule.count(ballots, Lot(bytes.fromhex(ROOT))).depth_read
    depth_of = {paper: depth for (paper, _), depth in zip(ballots.groups, depths, strict=True)}
    rows = [
        {"ballot": {"ranks": ranking.cut(ranking.links(list(map(str, paper))), depth_of[paper])}}
        for paper in papers_of(ballots)
    ]
    manifest = {"rule": rule.to_manifest(), "options": list(ballots.choices), "question": "Which first?"}
    return {"kind": "bundle", "manifest": manifest, "ballots": rows, "box_root": ROOT}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vote-1.json"


@pytest.mark.parametrize("rule", [InstantRunoff(), MeekStv(seats=2)], ids=lambda rule: rule.name)
@given(seed=SEEDS)
def test_a_bundle_of_cut_rankings_gives_the_account_of_the_whole_ones(rule: Rule, seed: int) -> None:
    ballots = ranked(seed)
    election = read_bundle(json.dumps(a_bundle(rule, ballots)).encode(), "")
    assert election.rule == rule
    assert election.seed
    again = rule.count(election.ballots, Lot(election.seed))
    assert again.to_json() == rule.count(ballots, Lot(bytes.fromhex(ROOT))).to_json()


def test_the_command_knows_the_rule_and_the_lot_of_the_vote(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ballots = Ballots.of(("Ann", "Ben", "Cas"), [(0, 1)] * 2 + [(1, 0)] * 2 + [(2, 0)])
    file.write_text(json.dumps(a_bundle(InstantRunoff(), ballots)))
    assert run(file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    wanted = InstantRunoff().count(ballots, Lot(bytes.fromhex(ROOT))).to_json()
    assert {name: told[name] for name in wanted} == json.loads(json.dumps(wanted))
    assert (told["title"], told["winners"]) == ("Which first?", ["Ann"])

    assert run(file, "--rule", "plurality", "--json") == 0, "it looks at first choices, and those are there"
    assert json.loads(capsys.readouterr().out)["rule"] == "plurality"


def test_numbers_and_money_come_with_their_settings(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    money = Budget(budget=50, costs=(("Soup", 30), ("Tea", 20)), method="equal_shares")
    manifest = {"rule": money.to_manifest(), "options": ["Soup", "Tea"], "question": "What?"}
    rows = [{"ballot": {"choice": {"o0": "1", "by": "Mo"}}}, {"ballot": {"choice": {"o0": "1", "o1": "1"}}}]
    file.write_text(json.dumps({"kind": "bundle", "manifest": manifest, "ballots": rows, "box_root": ROOT}))
    assert run(file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["parameters"], told["winners"]) == (money.to_manifest(), ["Soup", "Tea"])
    assert run(file, "--budget", 30, "--json") == 0
    assert json.loads(capsys.readouterr().out)["winners"] == ["Soup"]


CUT = a_bundle(InstantRunoff(), Ballots.of(("Ann", "Ben", "Cas"), [(0, 1, 2)] * 3 + [(1, 2, 0)]))
SCORES = {
    **CUT,
    "manifest": {"rule": Score().to_manifest(), "options": ["Ann"], "question": "?"},
    "ballots": [{"ballot": {"choice": {"o0": "3"}}}],
}


@pytest.mark.parametrize(
    ("told", "words", "line"),
    [
        (CUT, ["--rule", "schulze"], "needs to see more of a ballot than was published"),
        (SCORES, ["--rule", "irv"], "not scores"),
        (SCORES, ["--seats", "9"], "more seats than options"),
        ({**CUT, "kind": "outcome"}, [], "a bundle with its ballots in it"),
        ({**CUT, "ballots": [{"ballot": {"ranks": [["9", "0" * 32], ["", "0" * 32]]}}]}, [], "can be counted, not"),
        ({**CUT, "ballots": [{}]}, [], "can be counted, not"),
        ({**CUT, "box_root": "7"}, [], "a result bundle"),
        ({**CUT, "manifest": {"rule": {"rule": "loudest"}}}, [], "a result bundle"),
        ({}, [], "a result bundle"),
    ],
)
def test_what_cannot_be_counted_is_one_line_and_status_two(
    file: Path, capsys: pytest.CaptureFixture[str], told: dict[str, Any], words: list[str], line: str
) -> None:
    file.write_text(json.dumps(told))
    assert run(file, *words) == 2
    said = capsys.readouterr()
    assert line in said.err
    assert said.err.strip().count("\n") == 0
    assert said.out == ""


@pytest.mark.parametrize("content", [b"{", b'{"a":' * 100_000, b"{\xff", b"Ann,Ben\n1,2\n"])
def test_what_is_no_bundle_and_names_no_rule_is_one_line_too(
    file: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    file.write_bytes(content)
    assert run(file) == 2
    assert "a result bundle" in capsys.readouterr().err
