"""What apps of a process share of their routes, and what none of them has from another."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound


def an_app(*more: str) -> Flask:
    app = Flask("some")
    for address in ("/a/<int:number>", *more):
        app.add_url_rule(address, address, lambda **said: str(said))
    return app


def found(app: Flask, address: str) -> tuple[str, Any]:
    return app.url_map.bind("localhost").match(address)


def test_apps_with_the_same_routes_share_what_they_became_and_one_with_another_has_its_own() -> None:
    one, same, other = an_app(), an_app(), an_app("/b")
    assert [found(app, "/a/3") for app in (one, same, other)] == [("/a/<int:number>", {"number": 3})] * 3
    assert one.url_map._matcher is same.url_map._matcher
    assert found(other, "/b") == ("/b", {})
    with pytest.raises(NotFound):
        found(one, "/b")
    with one.test_request_context():
        assert one.url_for("/a/<int:number>", number=5, _external=False) == "/a/5"


def test_a_route_that_comes_later_is_one_of_its_own_app_alone() -> None:
    one, same = an_app(), an_app()
    assert found(one, "/a/3") == found(same, "/a/3")
    one.add_url_rule("/late", "late", lambda: "")
    one.add_url_rule("/a/<int:number>", "sent", lambda number: "", methods=["DELETE"])
    assert found(one, "/late") == ("late", {})
    assert one.url_map.bind("localhost").match("/a/3", method="DELETE")[0] == "sent"
    with pytest.raises(NotFound):
        found(same, "/late")
