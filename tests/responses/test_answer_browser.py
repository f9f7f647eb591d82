"""A staff answer in a real browser: its form opens by what is chosen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.factories import TODAY
from tests.live import Live
from tests.people.test_signing_in_again import signs_in
from tests.responses.factories import a_theme_duty

WHY = "textarea[name=would_change]"


def choose(page: Page, answer: str) -> None:
    page.locator(f"input[name=answer][value={answer}]").check(force=True)


def test_what_a_plain_yes_does_not_need_comes_with_another_answer(live: Live, page: Page) -> None:
    session = live.founded.session
    duty = a_theme_duty(session, "The rain", TODAY)
    session.commit()
    page.goto(f"{live.url}/desk/answers/{duty.id}")
    signs_in(page, live, "Kelp")
    expect(page.locator(WHY)).to_be_hidden()
    choose(page, "yes")
    expect(page.locator(WHY)).to_be_hidden()
    for answer in ("no", "partly", "not_yet"):
        choose(page, answer)
        expect(page.locator(WHY)).to_be_visible()
        choose(page, "yes")
        expect(page.locator(WHY)).to_be_hidden()
    choose(page, "no")
    page.fill(WHY, "More money.")
    choose(page, "yes")
    expect(page.locator(WHY)).to_be_visible()
