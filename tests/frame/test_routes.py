"""A route of ours writes every address as Werkzeug's own would, and learns to do it when it is first asked."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import BuildError, Map, MapAdapter, Rule

from governance.frame.routes import Route

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("paper", {"number": 7}),
    ("paper", {"number": 7, "at": 3, "go": "a b&c"}),
    ("seat", {"name": "Ünder / way"}),
    ("home", {}),
    ("home", {"lang": ["es", "ht"]}),
]


def addresses(kind: type[Rule]) -> MapAdapter:
    found = [
        kind("/", endpoint="home"),
        kind("/vote/<int:number>", endpoint="paper"),
        kind("/s/<name>", endpoint="seat"),
    ]
    return Map(found).bind("here.example")


@pytest.mark.parametrize(("page", "values"), ASKED)
@pytest.mark.parametrize("append_unknown", [True, False])
def test_an_address_is_the_one_that_werkzeug_writes(page: str, values: dict[str, Any], append_unknown: bool) -> None:
    ours, theirs = (addresses(kind).build(page, values, append_unknown=append_unknown) for kind in (Route, Rule))
    assert ours == theirs


def test_what_is_missing_is_an_error_here_too() -> None:
    with pytest.raises(BuildError):
        addresses(Route).build("paper", {})


def test_nothing_is_compiled_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    whole = Rule._compile_builder
    monkeypatch.setattr(Rule, "_compile_builder", lambda *given: compiled.append(given[0].endpoint) or whole(*given))
    here = addresses(Route)
    here.match("/vote/7")
    assert compiled == []
    assert here.build("paper", {"number": 7}) == here.build("paper", {"number": 7}) == "/vote/7"
    assert compiled == ["paper"]
