"""Each form is sent as it should not be, and what a rule says to it stands inside the form. No view is changed here."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from governance.frame import filling
from tests.frame.refused_forms import WORDS, Found, h1
from tests.frame.test_by_the_field import seen_fields
from tests.page import Page


def test_what_a_rule_really_refuses_is_said_inside_the_form(work_forms: Found) -> None:
    """Each is sent empty, and then with words and days that are over."""
    said_no = {}
    for endpoint, (person, address, form) in work_forms.items():
        for word, day in (("", ""), (WORDS, "2020-02-02"), ("Alder", "2020-02-02T10:00")):
            html = person.get(address).text
            if not seen_fields_or_none(html, address, form):
                break
            data = form["fields"] | {
                one.name: day if one.kind in ("date", "datetime-local") else word
                for one in seen_fields(html, address, form)
                if one.kind in ("text", "date", "datetime-local", "textarea")
            }
            answer = person.post(form["action"] or address, data=data)
            if answer.status_code == 409 and h1(Page(answer.text)) == h1(Page(html)):
                said_no[endpoint] = inside_its_form(answer.text, urlsplit(form["action"] or address).path, address)
    assert [endpoint for endpoint, inside in said_no.items() if not inside] == []
    assert len(said_no) >= 8, sorted(said_no)


def seen_fields_or_none(html: str, address: str, form: dict[str, Any]) -> list[filling.Control]:
    """The same, where the form still stands on its page: what was sent before may have ended it."""
    path = urlsplit(form["action"] or address).path
    there = filling.form_to(html, urlsplit(address).path, path, [*form["fields"].items()])
    return seen_fields(html, address, form) if there else []


def inside_its_form(html: str, path: str, address: str) -> bool:
    """Whether what was refused stands between the tags of the form that was sent."""
    said = [found.start() for found in re.finditer('class="error"', html)]
    for at in said:
        start = html.rindex("<form", 0, at) if "<form" in html[:at] else -1
        if start >= 0 and "</form>" not in html[start:at]:
            action = re.search(r'action="([^"]*)"', html[start : html.index(">", start)])
            if urlsplit(action.group(1) if action else address).path in (path, ""):
                return True
    return False
