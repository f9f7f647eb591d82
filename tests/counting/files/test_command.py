"""`governance count`: the outcome, the JSON, and one line with status 2 for whatever cannot be counted."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governance.cli import main
from governance.commands.count import OPTIONS
from governance.commands.rule_names import ALSO
from governance.counting import RULES
from tests.examples import examples

WARD = (
    "4 2\n42 1 2 3 4 0\n26 2 3 4 1 0\n15 3 4 2 1 0\n17 4 3 2 1 0\n0\n"
    '"Memphis"\n"Nashville"\n"Chattanooga"\n"Knoxville"\n"T"\n'
)
PIECES = [
    "1 ",
    "2 ",
    "3 ",
    "0",
    "0\n",
    "\n",
    "-1\n",
    '"Ann"\n',
    '"',
    "1=2 ",
    "- ",
    "#",
    "(a)",
    ",",
    ";",
    "Ann,Ben\n",
    "weight,",
    "\r",
    "\0",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ward.blt"


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["count", *map(str, words)])
    return int(ended.value.code or 0)


def test_winners_and_everything_else_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(WARD)
    assert run(file, "--rule", "scottish-stv", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["winners"] == ["Memphis", "Nashville"]
    assert (told["rule"], told["quota"], told["seats"], told["title"]) == ("scottish-stv", "34.00000", 2, "T")
    assert told["parameters"]["precision"] == 5
    assert len(told["stages"]) == 3
    assert told["ties"] == []
    assert run(file, "--rule", "scottish_stv", "--seats", 1, "--json") == 0
    assert json.loads(capsys.readouterr().out)["winners"] == ["Knoxville"]


def test_in_words(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text('2 1\n1 1 0\n1 2 0\n0\n"Ann"\n"Ben"\n')
    assert run(file, "--rule", "plurality") == 0
    said = capsys.readouterr().out
    assert "There was a tie: Ann, Ben. A lot that anyone can draw again broke it." in said
    assert "The lot was drawn from: ballots " in said
    assert run(file, "--rule", "plurality", "--seed", "07" * 32, "--json") == 0
    assert json.loads(capsys.readouterr().out)["lot"] == {"seed": "07" * 32, "source": "given"}


def test_scores_and_a_budget_from_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "marks.csv"
    file.write_text("weight,Park,Van\n3,5,\n2,,4\n")
    assert run(file, "--rule", "star", "--json") == 0
    assert json.loads(capsys.readouterr().out)["winners"] == ["Park"]
    costs = ("--budget", 50, "--cost", "Park=60", "--cost", "Van=40", "--paper", "scores", "--json")
    assert run(file, "--rule", "budget", *costs) == 0
    assert json.loads(capsys.readouterr().out)["winners"] == ["Van"]


@pytest.mark.parametrize("name", list(RULES))
def test_every_parameter_of_every_rule_can_be_given(name: str) -> None:
    known = {parameter for _, parameter, _, _ in OPTIONS} | {"costs"}
    assert {each.name for each in fields(RULES[name])} <= known


def test_how_many_must_agree_can_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("weight,vote\n4,consent\n1,object\n1,block\n")
    for words, passed in (
        (["--blocks-allowed", 1, "--objections-at-most", "1/3", "--at-least-consent", 4], True),
        (["--blocks-allowed", 1, "--objections-at-most", "1/3", "--at-least-consent", 5], False),
        (["--objections-at-most", "1/3"], False),
    ):
        assert run(file, "--rule", "consent", "--json", *words) == 0
        assert json.loads(capsys.readouterr().out)["passed"] is passed


@pytest.mark.parametrize("name", ["irv", "star"])
def test_one_seat_may_be_asked_of_a_rule_with_one_winner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = tmp_path / ("ward.blt" if name == "irv" else "scores.csv")
    file.write_text(WARD if name == "irv" else "A,B\n5,0\n4,1\n", encoding="utf-8")
    assert run(file, "--rule", name, "--json") == 0
    plain = capsys.readouterr().out
    assert run(file, "--rule", name, "--seats", 1, "--json") == 0
    assert capsys.readouterr().out == plain


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (WARD.replace("26 2", "26 9"), ["--rule", "irv"], "ward.blt:3: expected the number of an option from 1 to 4"),
        (WARD, ["--rule", "astrology"], "There is no rule 'astrology'"),
        (WARD, ["--rule", "irv", "--seats", "2"], "The rule irv has no --seats."),
        (WARD, ["--rule", "scottish-stv", "--seats", "9"], "more seats than options"),
        (WARD, ["--rule", "schulze", "--seed", "xyz"], "64 hexadecimal digits"),
        (WARD, ["--rule", "score"], "ward.blt:1: expected a CSV file of scores"),
        (WARD, ["--rule", "yes-no", "--threshold", "66%"], "'66%' is not a part like 2/3"),
        (WARD, ["--rule", "yes-no", "--threshold", "1/0"], "'1/0' is not a part like 2/3"),
        (WARD, ["--rule", "yes-no", "--threshold", "3/2"], "from one half to one"),
        (WARD, ["--rule", "scottish-stv", "--quota", "votes"], "quota"),
        (WARD, ["--rule", "budget", "--cost", "Ann"], "A cost is like"),
        (WARD, ["--rule", "budget", "--budget", "9"], "Each option must have a cost"),
        (WARD.replace("26 2 3", "26 2=3"), ["--rule", "irv", "--equal", "refuse"], "one at each rank"),
    ],
)
def test_one_line_and_status_two(
    file: Path, capsys: pytest.CaptureFixture[str], text: str, words: list[str], said: str
) -> None:
    file.write_text(text)
    assert run(file, *words) == 2
    output = capsys.readouterr()
    assert said in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(content=b"", rule="irv", ending="blt")
@example(content=WARD.encode()[:-40], rule="irv", ending="txt")
@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(st.sampled_from(PIECES), max_size=30).map(lambda found: "".join(found).encode()),
    ),
    st.sampled_from(list(RULES)),
    st.sampled_from(["blt", "csv", "txt"]),
)
def test_nothing_in_a_file_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, rule: str, ending: str
) -> None:
    file = tmp_path / f"fuzz.{ending}"
    file.write_bytes(content)
    status = run(file, "--rule", rule, "--json")
    output = capsys.readouterr()
    if status == 0:
        assert isinstance(json.loads(output.out)["winners"], list)
    else:
        assert status == 2
        assert output.err.count("\n") == 1
        assert f"fuzz.{ending}" in output.err


@given(
    st.integers(0, len(WARD)), st.sampled_from(PIECES), st.sampled_from(["irv", "schulze", "meek-stv", "scottish-stv"])
)
@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nor_does_a_good_file_with_one_thing_wrong(file: Path, at: int, piece: str, rule: str) -> None:
    file.write_text(WARD[:at] + piece + WARD[at + 1 :], newline="")
    assert run(file, "--rule", rule, "--json") in (0, 2)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("IRV", "irv"), ("rcv", "irv"), ("stv", "scottish-stv"), ("Scottish STV", "scottish-stv"),
        ("meek", "meek-stv"), ("ranked_pairs", "ranked-pairs"), ("fptp", "plurality"), ("Phragmén", "phragmen"),
    ],
)  # fmt: skip
def test_a_rule_goes_by_the_names_people_give_it(
    said: str, rule: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(WARD)
    assert run(file, "--rule", said, "--json") == 0
    assert json.loads(capsys.readouterr().out)["rule"] == rule


def test_every_other_name_is_that_of_a_rule() -> None:
    assert not ALSO.keys() & RULES.keys()
    assert {rule for rule, _ in ALSO.values()} <= RULES.keys()


def test_equal_shares_of_seats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "marks.csv"
    file.write_text("weight,Ann,Ben,Cas\n6,1,1,0\n4,0,0,1\n")
    assert run(file, "--rule", "mes", "--seats", 2, "--completion", "none", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (len(told["winners"]), told["parameters"]["budget"], told["parameters"]["method"]) == (1, 2, "equal_shares")
    assert run(file, "--rule", "greedy", "--seats", 2, "--json") == 0
    assert sorted(json.loads(capsys.readouterr().out)["winners"]) == ["Ann", "Ben"]


def test_the_words_of_a_rule_in_capitals_are_the_same_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "words.csv"
    file.write_text("Voter,First,Second\n1,Yes,\n2,NO,\n3,yes,\n")
    assert run(file, "--rule", "yes/no", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["winners"], told["details"]["counts"]) == (["yes"], {"yes": 2, "no": 1, "abstain": 0})


def test_the_command_is_found_as_a_module_too(file: Path) -> None:
    file.write_text(WARD)
    asked = [sys.executable, "-m", "governance", "count", str(file), "--rule", "irv", "--json"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)["winners"] == ["Knoxville"]


@pytest.mark.parametrize(("rule", "shown"), [("score", "highest"), ("star", "highest"), ("dots", "dots")])
def test_the_best_score_and_the_dots_are_what_the_file_shows_unless_they_are_said(
    file: Path, capsys: pytest.CaptureFixture[str], rule: str, shown: str
) -> None:
    file = file.with_suffix(".csv")
    most = 11 if shown == "dots" else 9
    file.write_text("Ann,Ben\n9,2\n2,8\n1,8\n")
    assert run(file, "--rule", rule, "--json") == 0
    counted = json.loads(capsys.readouterr().out)
    assert (counted["winners"], counted["parameters"][shown]) == (["Ben"], most)
    file.write_text("Ann,Ben\n1,2\n")
    assert run(file, "--rule", rule, "--json") == 0
    assert json.loads(capsys.readouterr().out)["parameters"][shown] == 5, "fewer is the usual"
    file.write_text("Ann,Ben\n9,2\n")
    said = run(file, "--rule", rule, "--scores-max" if shown == "highest" else "--dots", "6", "--json")
    told = capsys.readouterr()
    assert said == 2 if shown == "highest" else json.loads(told.out)["winners"] == []


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("Ann,Ben\n999999999,1\n", ("majority-judgment",), "above 1000000"),
        ("Ann,Ben\n1,0\n", ("greedy", "--method", "equal_shares"), "greedy already says the method"),
        ("Ann,Ben\n1,0\n", ("budget",), "must have a cost"),
    ],
)
def test_nothing_is_guessed_that_could_mean_something_else(
    file: Path, capsys: pytest.CaptureFixture[str], text: str, words: tuple[str, ...], said: str
) -> None:
    file = file.with_suffix(".csv")
    file.write_text(text)
    assert run(file, "--rule", *words) == 2
    assert said in capsys.readouterr().err
