"""The demo's public vote, as a visitor finds it: from the decision to the ballots, to a count of their own.

Everything is fetched over HTTP, and what is run is what stands on the page, letter for letter.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from governance import privacy
from governance.ballots.bundle.building import may_be_public
from governance.cli import commands as typed
from tests.demo.served import Demo, Loaded


def fetch(url: str) -> str:
    with urlopen(url) as answer:
        return str(answer.read().decode())


def links(page: str, url: str) -> dict[str, str]:
    """Return the addresses a page leads to, by the words of each link."""
    found = re.findall(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page, re.S)
    return {re.sub(r"<[^>]*>|\s+", " ", words).strip(): url + unescape(to) for to, words in found}


@pytest.fixture(scope="module")
def decision(loaded: Loaded, demo: Demo) -> str:
    """The page of the decision that the demo prints for this. There is one."""
    [number] = re.findall(r"^  (/decisions/\S+)$", loaded.printed, re.M)
    return fetch(demo.url + number)


@pytest.fixture(scope="module")
def vote(decision: str, demo: Demo) -> str:
    """The page of its vote, one tap away."""
    return fetch(links(decision, demo.url)["See the ballots and count them"])


@pytest.fixture(scope="module")
def folder(vote: str, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the visitor's, with both files saved in it as a browser would name them."""
    here, found = tmp_path_factory.mktemp("saved"), links(vote, demo.url)
    for words in ("Get the file of this vote", "Get the program that checks it"):
        with urlopen(found[words]) as answer:
            name = re.search(r'filename="?([^";]+)', answer.headers["Content-Disposition"])
            assert name
            (here / name[1]).write_bytes(answer.read())
    return here


@pytest.fixture(scope="module")
def commands(vote: str) -> list[list[str]]:
    """What the page says to type, line by line."""
    blocks = re.findall(r"<pre dir=\"ltr\"><code>(.*?)</code></pre>", vote, re.S)
    return [shlex.split(unescape(line)) for block in blocks for line in block.splitlines()]


def bundle_in(folder: Path) -> dict[str, Any]:
    [file] = folder.glob("vote-*.json")
    return dict(json.loads(file.read_bytes()))


def test_it_is_public_by_the_floor_of_the_program_itself(folder: Path) -> None:
    whole = bundle_in(folder)
    assert whole["kind"] == "bundle"
    assert whole["manifest"]["disclosure"] == "full"
    assert not whole["manifest"]["named"]
    assert may_be_public(whole, privacy.FLOOR, whole["roll"]["active"])
    assert sum(whole["roll"]["active"].values()) == len(whole["ballots"]) == 15


def test_no_other_decision_says_that_it_can_be_counted(decision: str, demo: Demo) -> None:
    listed = set(re.findall(r'href="(/decisions/\d{4}-\d+)"', fetch(demo.url + "/decisions")))
    pages = [fetch(demo.url + path) for path in sorted(listed)]
    says = "Count it again yourself"
    assert says in decision
    assert [says in page for page in pages].count(True) == 1 < len(pages)


def test_no_chair_of_the_charter_is_left_out_of_its_roll(folder: Path, demo: Demo) -> None:
    """Members know how many chairs there are: one that is missing here would tell of a single person."""
    page = demo.as_somebody("Cricket").get("/board/charter").text
    roll = bundle_in(folder)["roll"]["active"]
    words = "There are 15 seats with a vote. Lived or living experience: {lived}. Family or neighbor: {family}."
    assert words.format(**roll) in page


def test_the_one_file_program_counts_it_again(folder: Path, commands: list[list[str]]) -> None:
    python, *arguments = commands[0]
    assert python == "python3"
    counted = subprocess.run(
        [sys.executable, "-I", *arguments], cwd=folder, env={}, capture_output=True, text=True, check=False
    )
    assert counted.returncode == 0, counted.stderr
    assert "Counted again: 15 ballots. The result is the same: adopted." in counted.stdout


def test_it_says_so_when_one_ballot_is_another(folder: Path, commands: list[list[str]], tmp_path: Path) -> None:
    """The control: the same program, the same file, with one yes made a no."""
    whole, (_, program, name) = bundle_in(folder), commands[0]
    ballot = next(row["ballot"] for row in whole["ballots"] if row["ballot"]["choice"] == {"choice": "yes"})
    ballot["choice"] = {"choice": "no"}
    (tmp_path / name).write_text(json.dumps(whole), encoding="utf-8")
    counted = subprocess.run(
        [sys.executable, "-I", str(folder / program), name], cwd=tmp_path, env={}, capture_output=True, check=False
    )
    assert counted.returncode != 0


def test_the_whole_program_counts_and_verifies_it(
    folder: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    said = []
    for program, *arguments in commands[1:]:
        assert program == "governance"
        ran = CliRunner().invoke(typed, arguments)
        assert ran.exit_code == 0, ran.output
        said.append(ran.output)
    assert [arguments[1] for arguments in commands[1:]] == ["verify", "count", "verify"]
    assert "9 yes, 6 no, 0 did not choose." in said[1]


def test_each_tracker_stands_in_the_list_and_one_is_found_by_its_letters(
    folder: Path, vote: str, demo: Demo
) -> None:  # fmt: skip
    trackers = [row["tracker"] for row in bundle_in(folder)["ballots"]]
    assert re.findall(r'id="t-(\w+)"', vote) == trackers
    wall = fetch(links(vote, demo.url)["The list to print, for the wall"])
    assert all(f"{tracker[:5]} {tracker[5:]}" in wall for tracker in trackers)
    path = re.search(r'href="(/ballots/\d+/check)"', vote)
    assert path
    found = demo.as_somebody().submit(path[1], "tracker", tracker=trackers[0].lower())
    assert "Yes. Your ballot is in the list" in found.text
