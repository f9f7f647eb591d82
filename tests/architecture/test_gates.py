"""No single hand: each page that changes anything says in one table which gate it goes through."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from governance.database import READING_METHODS
from governance.gates import GATES
from governance.people.gates import Gate, in_words
from tests.page import PageClient


def writing(app: Flask) -> set[str]:
    """Every endpoint of the program that takes a request which may change something."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - READING_METHODS}


def without_a_gate(app: Flask) -> set[str]:
    return writing(app) - set(GATES)


def test_each_page_that_changes_something_has_its_gate(app: Flask) -> None:
    assert without_a_gate(app) == set()
    assert set(GATES) - writing(app) == set(), "a row about no page"


def test_a_page_without_a_gate_is_found(app: Flask) -> None:
    app.add_url_rule("/board/crown", "board.crown", lambda: "crowned", methods=["POST"])
    assert without_a_gate(app) == {"board.crown"}


def test_everybody_can_read_the_table(client: PageClient) -> None:
    page = client.get("/promises").text
    told = in_words(GATES)
    assert set(told) == set(Gate)
    for gate, sentences in told.items():
        for words in [gate.words, *sentences] if sentences else []:
            assert words in page.replace("&#39;", "'"), words


def test_whoever_runs_it_reads_the_same_table() -> None:
    page = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
    listed = page.partition("<!-- gates -->")[2].partition("<!-- end of gates -->")[0]
    told = in_words(GATES)
    not_alone = [words for gate in Gate if gate is not Gate.ALONE for words in told[gate]]
    assert sorted(re.findall(r"^- (.*)$", listed, re.MULTILINE)) == sorted(not_alone)
    assert re.findall(r"^([^-\n].*):$", listed, re.MULTILINE) == [
        gate.words for gate in Gate if gate is not Gate.ALONE and told[gate]
    ]
