"""`governance count` on the bundle of a vote: the same account again, another rule where it may, one line where not."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.bundle.election import read_bundle
from governance.ballots.papers import ranking
from governance.counting.budget import Budget
from governance.counting.files.look_alikes import seen_as, shows
from governance.counting.files.source import Malformed
from governance.counting.grouped import Ballots
from governance.counting.irv import InstantRunoff
from governance.counting.lot import Lot
from governance.counting.meek import MeekStv
from governance.counting.rule import Rule
from governance.counting.scoring import Score
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import ABOUT_PEOPLE, a_vote
from tests.bench import recount
from tests.counting.elections import papers_of, ranked
from tests.counting.files.test_command import run

ROOT = "07" * 32
PIECES = [
    "", "0", "1", "9" * 13, '"', "[", "]", "{", "}", ",", ":", "null", "true", '"Ann"', "ann", "\x1b", "\u202e", " ",
    '["0"]', "-1", "1e9", '"x":1,',
]  # fmt: skip
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
    file.write_bytes(recount.a_bundle(9, ranked=True))
    whole = json.loads(file.read_bytes())
    assert run(file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {name: told[name] for name in whole["account"]} == whole["account"]
    assert told["title"] == whole["manifest"]["question"]
    assert told["of_the_vote"][1].startswith("The board chose: Option ")

    assert run(file, "--rule", "plurality", "--json") == 0, "it looks at first choices, and those are there"
    assert json.loads(capsys.readouterr().out)["rule"] == "plurality"


def test_a_vote_that_asks_for_a_second_ballot_is_not_said_to_have_passed(
    session: Session, keys: KeyFolder, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vote = a_vote(session, keys, fields=ABOUT_PEOPLE)
    vote.cast("yes", "yes", "yes", "no", "no")
    vote.count()
    session.commit()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    file.write_bytes(bundle.whole or b"")
    assert run(file) == 0
    said = capsys.readouterr().out
    assert "It passed." in said
    assert "The vote itself: One more vote comes before it counts." in said
    assert f"compare with the one you know: {json.loads(bundle.whole or b'')['ledger']['key']}" in said


def test_a_bundle_without_one_of_its_ballots_is_not_counted(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, status 2 and no result: what is left of it counts to something, and that is no vote."""
    whole = json.loads(recount.a_bundle(9))
    file.write_text(json.dumps({**whole, "ballots": whole["ballots"][1:]}))
    assert run(file) == 2
    said = capsys.readouterr()
    assert "a bundle that holds" in said.err
    assert said.err.strip().count("\n") == 0
    assert said.out == ""


def test_numbers_and_money_come_with_their_settings() -> None:
    money = Budget(budget=50, costs=(("Soup", 30), ("Tea", 20)), method="equal_shares")
    manifest = {"rule": money.to_manifest(), "options": ["Soup", "Tea"], "question": "What?"}
    rows = [{"ballot": {"choice": {"o0": "1", "by": "Mo"}}}, {"ballot": {"choice": {"o0": "1", "o1": "1"}}}]
    told = json.dumps({"kind": "bundle", "manifest": manifest, "ballots": rows, "box_root": ROOT})
    election = read_bundle(told.encode(), "")
    assert election.rule == money
    assert list(money.count(election.ballots, Lot(bytes.fromhex(ROOT))).winners) == ["Soup", "Tea"]


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


@given(seed=SEEDS, data=st.data())
def test_a_bundle_that_is_changed_anywhere_is_an_election_or_refused_in_a_line(seed: int, data: st.DataObject) -> None:
    """What is read counts, and its names can be told apart; nothing else ends it than one refusal with its line."""
    text = json.dumps(a_bundle(InstantRunoff(), ranked(seed)), ensure_ascii=False)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 4)) :]
    election = refused = None
    try:
        election = read_bundle(text.encode("utf-8", "replace"), "")
    except Malformed as wrong:
        refused = wrong
    if refused or not election:
        assert refused
        assert (refused.line, shows(refused.expected)) == (1, True)
        return
    assert election.rule
    assert all(isinstance(each, str) and shows(each) for each in election.ballots.choices)
    assert len({seen_as(each) for each in election.ballots.choices}) == len(election.ballots.choices)
    with suppress(RuleRefused):
        election.rule.count(election.ballots, Lot(election.seed or b""))
