"""Whoever drops a ballot, looks for one or has a pass signed is nobody there: no sign-in is looked up beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from governance.permissions.access import WHO_IS_ASKING, Asker, Permission
from governance.permissions.roles import Role
from tests.page import PageClient

LookUps = list[str]


def pages_of_casting(app: Flask) -> dict[str, str]:
    """The endpoints of votes where anybody may send something: how else would a ballot, a tracker or a pass get in?"""
    return {
        rule.endpoint: re.sub(r"<[^>]+>", "1", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("ballots.")
        and "POST" in (rule.methods or set())
        and app.view_functions[rule.endpoint].permission is Permission.READ_RECORD  # type: ignore[attr-defined]
    }


def methods_of(app: Flask, endpoint: str) -> set[str]:
    return {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}


@pytest.fixture
def looked_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> LookUps:
    """The look-ups of a sign-in that the guard has made."""
    made: LookUps = []
    real = app.extensions[WHO_IS_ASKING]

    def noted(*given: Any) -> Any:
        made.append("looked up")
        return real(*given)

    monkeypatch.setitem(app.extensions, WHO_IS_ASKING, noted)
    return made


def test_there_are_pages_where_ballots_trackers_and_passes_come_in(app: Flask) -> None:
    assert {"ballots.vote", "ballots.check", "ballots.co_sign"} <= set(pages_of_casting(app))


def test_no_page_of_casting_looks_anybody_up(
    app: Flask, sign_in: Callable[..., PageClient], looked_up: LookUps
) -> None:
    member = sign_in(Role.MEMBER)
    looked_up.clear()
    for endpoint, address in pages_of_casting(app).items():
        for method in {"GET", "POST"} & methods_of(app, endpoint):
            member.open(address, method=method, data={"sealed": "x"} if method == "POST" else None)
            assert looked_up == [], f"{method} {address} looked up who is asking"


def test_every_other_page_does_and_one_of_casting_would_be_noticed(
    app: Flask, sign_in: Callable[..., PageClient], looked_up: LookUps, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = sign_in(Role.MEMBER)
    looked_up.clear()
    member.open("/board")
    assert len(looked_up) == 1
    for endpoint, address in pages_of_casting(app).items():
        monkeypatch.setattr(app.view_functions[endpoint], "asker", Asker.SIGNED_IN)
        looked_up.clear()
        member.open(address, method="POST", data={})
        assert looked_up, f"{address} would not be noticed"
