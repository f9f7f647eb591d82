"""A staff answer in a real browser: its form opens by what is chosen, with no script, and is as long as that takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import TODAY
from tests.live import Live
from tests.people.test_signing_in_again import signs_in
from tests.responses.factories import a_theme_duty

WORDS, WHY, DAY, PROMISE = "[name=words]", "[name=would_change]", "[name=more_facts_by]", "[name=what_1]"
ROLE = "summary:has-text('Who answers?')"  # It is filled in, and lies in a fold.
PARTS = (WORDS, WHY, DAY, PROMISE, ROLE)
# What each answer asks for, beside its words and who gives it.
ASKS = {"yes": {PROMISE}, "partly": {WHY, DAY, PROMISE}, "no": {WHY, DAY}, "not_yet": {DAY}}
PHONE = {"width": 360, "height": 740}
SHORT = 2210  # With the form for a first word above it; a duty that has its first word is shorter.


@pytest.fixture(scope="module")
def without_scripts(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


def choose(page: Page, answer: str) -> None:
    page.locator(f"input[name=answer][value={answer}]").check(force=True)


def in_sight(page: Page) -> set[str]:
    return {part for part in PARTS if page.locator(part).is_visible()}


def long(page: Page) -> float:
    """How long the page is in CSS pixels; a page without scripts measures nothing by itself."""
    box = page.locator("body").bounding_box()
    assert box
    return box["height"]


def test_an_answer_asks_for_what_it_needs_and_loses_nothing_that_was_typed(live: Live, without_scripts: Page) -> None:
    page, session = without_scripts, live.founded.session
    duty = a_theme_duty(session, "The rain", TODAY)
    session.commit()
    page.goto(f"{live.url}/desk/answers/{duty.id}")
    signs_in(page, live, "Kelp")
    assert in_sight(page) == set()
    assert long(page) < 1500, "it was 3,820"
    for answer, asks in (*ASKS.items(), *reversed(ASKS.items())):
        choose(page, answer)
        assert in_sight(page) == {WORDS, ROLE, *asks}, answer
        assert answer != "yes" or long(page) < SHORT, "it was 2,755"
    choose(page, "no")
    page.fill(WHY, "More money.")
    choose(page, "yes")
    assert WHY in in_sight(page), "what is written stays"
    page.fill(PROMISE, "A roof")
    choose(page, "not_yet")
    assert {WHY, PROMISE} <= in_sight(page)
    page.fill(WHY, "")
    page.fill(DAY, "2027-03-01")
    choose(page, "yes")
    assert DAY in in_sight(page), "a day that is written stays too, and goes out with the answer"
    page.fill(DAY, "")
    assert DAY not in in_sight(page)
    page.fill(PROMISE, "")
    page.fill("[name=by_1]", "2027-03-01")
    choose(page, "not_yet")
    assert PROMISE in in_sight(page), "a day of a promise as well"
    page.fill(PROMISE, "A roof")
    page.fill(DAY, "2027-03-01")
    choose(page, "yes")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.locator(WORDS)).to_be_visible()
    expect(page.locator(PROMISE)).to_have_value("A roof")
    expect(page.locator(PROMISE)).to_be_visible()
    expect(page.locator(DAY)).to_have_value("2027-03-01")
    assert DAY in in_sight(page), "after a refusal too"
