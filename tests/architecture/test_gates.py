"""No single hand: each page that changes anything says in one table which gate it goes through."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from governance import cli
from governance.gates import COMMANDS, GATES, Command, Typed
from governance.people import service as people
from governance.people.gates import Gate, in_words
from governance.storage.database import READING_METHODS
from tests.architecture.reached import definitions, duties, reached
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


# The commands at the terminal


def typed(group: click.Group = cli.commands, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that are typed after `governance`."""
    for name, command in group.commands.items():
        words = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from typed(command, words)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield words, command


def name_of(function: Callable[..., Any]) -> str:
    inner = inspect.unwrap(function)
    return f"{inner.__module__}.{inner.__qualname__}"


def functions_of(app: Flask, endpoint: str) -> set[str]:
    """The view of a page, and what is done once two people agreed to it."""
    both = [app.view_functions[endpoint], *([people.DOINGS[endpoint]] if endpoint in people.DOINGS else [])]
    return {name_of(each) for each in both} & definitions().keys()


def only_behind_a_gate(app: Flask) -> dict[str, set[str]]:
    """By the page with a gate: what it reaches that no page without one reaches, and no duty of the program."""
    gated = {name for name, act in GATES.items() if act.gate is not Gate.ALONE}
    free = reached(duties()).union(*(reached(functions_of(app, each)) for each in app.view_functions.keys() - gated))
    return {each: reached(functions_of(app, each)) - free for each in sorted(gated)}


def without_their_gate(app: Flask, table: Mapping[str, Command]) -> dict[str, set[str]]:
    """The commands that reach what lies behind a gate and do not name a page of it, each with what it reaches."""
    behind, found = only_behind_a_gate(app), {}
    for words, command in typed():
        says = table[words]
        mine = reached({name_of(command.callback)} if command.callback else set())
        known = set().union(*(behind[page] for page in says.pages))
        open_to_it = {name for names in behind.values() for name in names & mine if changes_a_programme(name)} - known
        if open_to_it and says.takes is not Typed.BEGINS:
            found[words] = open_to_it
    return found


# Asking, agreeing and telling go through the gate; they are the gate itself.
OF_THE_GATE = re.compile(r"governance\.people\.service\.(second_yes|waiting|notices)\.")


def changes_a_programme(name: str) -> bool:
    """Whether a function is given the database or the keys: what is not is arithmetic, and does nothing to either."""
    node = definitions()[name][1]
    given = ast.unparse(node.args) if isinstance(node, ast.FunctionDef) else ""
    return not OF_THE_GATE.match(name) and bool(re.search(r"\b(Session|KeyFolder)\b", given))


def test_each_command_says_what_it_takes() -> None:
    assert sorted(words for words, _ in typed()) == sorted(COMMANDS)


def test_a_command_that_does_what_a_page_with_a_gate_does_takes_as_many(app: Flask) -> None:
    assert without_their_gate(app, COMMANDS) == {}
    for words, each in COMMANDS.items():
        assert each.pages <= GATES.keys(), words
        assert not each.pages or each.takes not in (Typed.ALONE, Typed.BEGINS), words


def test_a_command_that_goes_round_its_gate_is_found(app: Flask) -> None:
    alone = {words: Command(Typed.ALONE) for words in COMMANDS}
    found = without_their_gate(app, alone)
    assert {"cards", "plan change", "sign-in-card"} <= found.keys()
    assert any(name.endswith(".stub_of") for name in found["cards"]), "it prints them"


# What a command reaches that asks for the cards, or for the shares, which it says it takes.
ASKS = {
    Typed.TWO_CARDS: "governance.commands.by_card.somebody",
    Typed.OWN_CARD: "governance.commands.by_card.somebody",
    Typed.TWO_SHARES: "governance.commands.shares.key_of_two_shares",
}


def that_ask_nobody(table: Mapping[str, Command]) -> set[str]:
    """The commands that say they take a card or shares and reach nothing that asks for one."""
    callbacks = {words: {name_of(command.callback)} for words, command in typed() if command.callback}
    wanted = {words: ASKS[each.takes] for words, each in table.items() if each.takes in ASKS}
    return {words for words, asking in wanted.items() if asking not in reached(callbacks[words])}


def test_a_command_that_takes_cards_or_shares_asks_for_them() -> None:
    assert set(Typed) - set(ASKS) == {Typed.ALONE, Typed.BEGINS}
    assert that_ask_nobody(COMMANDS) == set()


@pytest.mark.parametrize("takes", sorted(ASKS))
def test_a_command_that_says_so_and_asks_nobody_is_found(takes: Typed) -> None:
    assert that_ask_nobody({"backup to": Command(takes), "doctor": Command(takes)}) == {"backup to", "doctor"}


def test_whoever_runs_it_reads_what_a_command_takes() -> None:
    page = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
    listed = page.partition("<!-- commands -->")[2].partition("<!-- end of commands -->")[0]
    told = {words: each.takes for words, each in COMMANDS.items() if each.takes not in (Typed.ALONE, Typed.BEGINS)}
    assert re.findall(r"^- `governance (.*)`: (.*)\.$", listed, re.MULTILINE) == sorted(told.items())
