"""No single hand: each page that changes anything says in one table which gate it goes through."""

from __future__ import annotations

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
