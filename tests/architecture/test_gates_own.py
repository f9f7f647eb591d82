"""No row says “their own word” of an act that whoever runs the board may do to what is another's.

Every page of such a row is walked: neither it nor what it reaches asks whether somebody runs the board.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest
from flask import Flask

from governance.gates import GATES
from governance.people.gates import Act, Gate, Why
from tests.architecture.reached import definitions, reached

OF_THE_ROLE = {"runs_board", "RUN_BOARD", "FACILITATOR", "run_board", "facilitates"}
OWN = sorted(name for name, act in GATES.items() if act.words == Why.OWN.words)


def asks_for_the_role(name: str) -> bool:
    """Whether a function names the role, a permission of it, or is told that somebody has it."""
    node = definitions()[name][1]
    names = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    names |= {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    names |= {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return bool(names & OF_THE_ROLE)


def acts_for_others(app: Flask, endpoint: str) -> list[str]:
    """What of this page, where something is written, asks whether somebody runs the board."""
    view = inspect.unwrap(app.view_functions[endpoint])
    name = f"{view.__module__}.{view.__qualname__}"
    found = reached({name}) if name in definitions() else set()
    return sorted(each for each in found if (each == name or is_an_act(each)) and asks_for_the_role(each))


def is_an_act(name: str) -> bool:
    """Whether a function does something or rules on it: what draws a page says more to who runs the board."""
    return ".service." in name or ".rules." in name


@pytest.mark.parametrize("endpoint", OWN)
def test_what_is_ones_own_nobody_else_does(app: Flask, endpoint: str) -> None:
    assert acts_for_others(app, endpoint) == []


@pytest.mark.parametrize("endpoint", ["proposals.withdraw", "proposals.settle", "proposals.start"])
def test_an_act_on_what_is_anothers_is_found(app: Flask, endpoint: str) -> None:
    """The control: these may be another's, and no row of theirs says that they are one's own."""
    assert acts_for_others(app, endpoint)
    assert GATES[endpoint].words != Why.OWN.words


def test_there_is_something_to_walk() -> None:
    gates: dict[str, Any] = {name: act for name, act in GATES.items() if isinstance(act, Act)}
    assert len(OWN) > 20
    assert {gates[name].gate for name in OWN} == {Gate.ALONE}
