"""Every form of every work page, its view made to say no: what the tests of a rule's no in its page walk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from governance.frame.typed_again import SECRETS
from governance.ruling.errors import RuleRefused
from tests.demo.served import CAST, Demo
from tests.page import Page, PageClient

NO = "The moon is in the way. Wait for Tuesday."
WORDS = "the kettle is cold\nsince <May> & June"
# Signing out is on every page, and nothing of it can be refused. These belong to no page of work.
ELSEWHERE = frozenset({
    "people.sign_out", "places.language", "feedback.kiosk", "feedback.say", "people.sign_in", "ballots.vote",
    "publishing.code",
})  # fmt: skip

# What a page hides in its form anew each time it is made.
NEW_ON_EACH_PAGE = ("csrf_token", "once")

Found = dict[str, tuple[PageClient, str, dict[str, Any]]]


@pytest.fixture(scope="module")
def work_forms(demo_to_spoil: Demo) -> Found:
    """One form for each address that signed-in people can post to, with who may, and where it stands."""
    found: Found = {}
    for alias in CAST:
        person, on_the_way = demo_to_spoil.walked(alias)
        for address, form in on_the_way.forms:
            endpoint = endpoint_of(demo_to_spoil, form["action"] or address)
            if endpoint and endpoint not in ELSEWHERE:
                found.setdefault(endpoint, (person, address, form))
    return found


def endpoint_of(demo: Demo, address: str) -> str:
    try:
        return str(demo.app.url_map.bind("localhost").match(urlsplit(address).path, method="POST")[0])
    except HTTPException:
        return ""


def saying_no(view: Any, field: str = "") -> Any:
    """Return *view* as one that refuses whatever is sent to it, and names this *field*."""

    def says_no(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if request.method == "POST":
            raise RuleRefused(NO, field=field)
        return view(*args, **kwargs)

    vars(says_no).update(vars(view))
    return says_no


@pytest.fixture
def every_rule_says_no(demo_to_spoil: Demo, work_forms: Found) -> Iterator[None]:
    """Have the view behind each form refuse, and go on showing its page to whoever only looks."""
    views = demo_to_spoil.app.view_functions
    before = dict(views)

    views.update({endpoint: saying_no(before[endpoint]) for endpoint in work_forms})
    yield
    views.update(before)


def sent(page: Page, form: dict[str, Any]) -> dict[str, str]:
    """The form filled in by hand, with every secret in it; what is chosen stays as it is."""
    lists = {
        facts.get("name") for tag, facts in page.tags if tag == "select" or facts.get("type") in ("radio", "checkbox")
    }
    written = {name: "open sesame" if name in SECRETS else WORDS for name in form["fields"] if name not in lists}
    return {name: value or written.get(name, "") for name, value in form["fields"].items()}


def h1(page: Page) -> str:
    """What the page is called."""
    start = page.html.index("<h1")
    return page.html[page.html.index(">", start) + 1 : page.html.index("</h1>", start)].strip()
