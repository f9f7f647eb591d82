"""Every long form of the work pages keeps a draft, and opens it again in the very form it was written in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.demo.served import CAST, Demo
from tests.page import Page, PageClient

WORDS = "Warm <rooms>\nfor Sunday & Monday"
# A form with so many long texts is a long one. What people said on paper waits nowhere but sealed to its readers.
LONG = 2
WITHOUT_DRAFT = frozenset({"/desk/paper"})

Found = dict[str, tuple[PageClient, dict[str, Any], Page]]


@pytest.fixture(scope="module")
def forms(demo_to_spoil: Demo) -> Found:
    """Each form that keeps a draft, by the page it is for, with whoever may write it."""
    found: Found = {}
    for alias in CAST:
        person, on_the_way = demo_to_spoil.walked(alias)
        for address, page in on_the_way.pages.items():
            for form in page.forms:
                if "draft_of" in form["fields"]:
                    assert form["fields"]["draft_of"] == address.partition("?")[0], "it is for the page it stands on"
                    found.setdefault(address, (person, form, page))
    return found


def texts(page: Page) -> list[str]:
    return [facts["name"] for tag, facts in page.tags if tag == "textarea" and "name" in facts]


def test_each_comes_back_into_its_form(forms: Found) -> None:
    wrong = []
    for address, (person, form, page) in forms.items():
        typed = {name: WORDS for name in texts(page) if name in form["fields"]}
        where = "/draft?" + urlencode({"of": form["fields"]["draft_of"]})
        kept = person.post(where, data={**form["fields"], **typed})
        shown = Page(person.get(where).text)
        back = [each for each in shown.forms if typed.items() <= each["fields"].items()]
        if kept.status_code != 303 or len(back) != 1 or back[0]["action"].partition("#")[0] in ("", "/draft"):
            wrong.append(address)
        forgotten = person.post("/draft/forget?" + where.partition("?")[2], data=form["fields"])
        assert forgotten.status_code == 303
    assert wrong == []


def test_every_long_form_is_among_them(demo_to_spoil: Demo, forms: Found) -> None:
    long = set()
    for alias in CAST:
        for address, page in demo_to_spoil.walked(alias)[1].pages.items():
            for form in page.forms:
                written = [name for name in texts(page) if name in form["fields"]]
                if len(written) >= LONG and "draft_of" not in form["fields"]:
                    long.add(address.partition("?")[0])
    assert long <= WITHOUT_DRAFT
    for start in ("/board/proposals/new", "/board/decisions/", "/desk/alerts", "/desk/answers/", "/desk/messages/"):
        assert any(address.startswith(start) for address in forms), start
