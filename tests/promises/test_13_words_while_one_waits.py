"""Promise 13 where two write at once: somebody asks for what takes two people, and what another one typed comes back.

Each form with a gate is sent twice. By the second time a request waits, and the page says no to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader

from governance import clock
from governance.decisions import service
from governance.gates import GATES
from governance.people.gates import Gate
from governance.storage.database import db
from tests.demo.served import CAST, Demo
from tests.page import Page, PageClient
from tests.promises.test_13_every_form_gives_words_back import WORDS, endpoint_of_post

FIRST = "the first one said it"
BY_TWO = (Gate.TWO_PEOPLE, Gate.BOARD_VOTE)
LOOK = "decisions.look_again"
SHOWN, HIDDEN = "{% if not waits or form.is_submitted() %}", "{% if not waits %}"

Sent = tuple[PageClient, str, Page, dict[str, str]]


@pytest.fixture(scope="module")
def by_two(demo_to_spoil: Demo) -> dict[str, Sent]:
    """One form for each act that takes two people and asks for words, with who may send it, where, and its page."""
    found: dict[str, Sent] = {}
    for alias in CAST:
        person, on_the_way = demo_to_spoil.walked(alias)
        for address, form in on_the_way.forms:
            endpoint = endpoint_of_post(demo_to_spoil, form["action"] or address)
            if endpoint and GATES[endpoint].gate in BY_TWO and "" in form["fields"].values():
                page = on_the_way.pages[address]
                found.setdefault(endpoint, (person, form["action"] or address, page, form["fields"]))
    return found


@pytest.fixture
def looking_again(demo_to_spoil: Demo) -> Iterator[dict[str, Sent]]:
    """The form to look at a decision again, on the day of the one that comes next."""
    with demo_to_spoil.app.app_context():
        every = [(service.day_of(db.session, each.record), each.record.number) for each in service.listed(db.session)]
    day, number = min((day, number) for day, number in every if day)
    with clock.stopped_at(datetime.combine(day, time(12), tzinfo=UTC)):
        person, address = demo_to_spoil.as_somebody("Mo", "own"), f"/board/decisions/{number}/look-again"
        page = Page(person.get(address).text)
        (fields,) = [form["fields"] for form in page.forms if "next_on" in form["fields"]]
        yield {LOOK: (person, address, page, fields)}


def filled(page: Page, fields: dict[str, str], words: str) -> dict[str, str]:
    """Return a form as somebody fills it in: their words, a day to come, and the first of each choice."""
    whole, day = dict(fields), (clock.today() + timedelta(days=30)).isoformat()
    for tag, facts in page.tags:
        name, kind = facts.get("name", ""), facts.get("type", tag)
        if kind == "radio":
            whole.setdefault(name, facts["value"])
        elif name in fields and not fields[name]:
            whole[name] = {"date": day, "number": facts.get("min", "1")}.get(kind, words)
    return whole


def asked_for(by_two: dict[str, Sent]) -> list[str]:
    """Have somebody ask for each; return what waits for a second person from here on."""
    return [
        endpoint
        for endpoint, (person, address, page, fields) in by_two.items()
        if person.post(address, data=filled(page, fields, FIRST)).status_code == 303
    ]


def lost_of(by_two: dict[str, Sent]) -> list[tuple[str, int]]:
    """Send each twice, once whole and once with a mistake; return those whose no has none of the words."""
    lost = []
    for endpoint, (person, address, page, fields) in by_two.items():
        wrong = {name: value or WORDS for name, value in fields.items()}
        for typed in (filled(page, fields, WORDS), wrong):
            answer: Any = person.post(address, data=typed)
            if answer.status_code != 303 and WORDS in typed.values() and WORDS not in answer.text:
                lost.append((endpoint, answer.status_code))
    return lost


def test_what_was_typed_comes_back_while_another_request_waits(by_two: dict[str, Sent]) -> None:
    waits = asked_for(by_two)
    assert len(waits) > 2
    assert lost_of(by_two) == []


def test_a_page_that_shows_what_waits_in_place_of_its_form_would_lose_them(
    demo_to_spoil: Demo, looking_again: dict[str, Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked_for(looking_again) == [LOOK]
    assert lost_of(looking_again) == []

    # The control: the same walk sees where they are gone.
    jinja = demo_to_spoil.app.jinja_env
    assert jinja.loader
    source, *_ = jinja.loader.get_source(jinja, "decisions/look_again.html")
    assert SHOWN in source
    torn = DictLoader({"decisions/look_again.html": source.replace(SHOWN, HIDDEN)})
    monkeypatch.setattr(jinja, "loader", ChoiceLoader([torn, jinja.loader]))
    jinja.cache.clear()
    assert {endpoint for endpoint, _ in lost_of(looking_again)} == {LOOK}
