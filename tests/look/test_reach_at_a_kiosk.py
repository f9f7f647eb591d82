"""At every size nothing is covered or cut on the screens of an enrolled kiosk, and on the pages beside the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from governance import clock
from governance.places import service as places
from governance.questions import service as questions
from tests.factories import TODAY
from tests.live import Live
from tests.look.test_reach import longest_language, out_of_reach, press, said

BESIDE = ("/where", "/language", "/sign-in", "/not-here")


@pytest.fixture(scope="module")
def asked(live: Live) -> str:
    """What is asked at the place of the kiosk this week."""
    session, founded = live.founded.session, live.founded
    words, ash = "Should the drop-in open earlier on cold days?", founded.cards["Ash"].account_id
    question = questions.propose(session, words, ["Yes", "No", "Not sure", "Only on Sundays"], "en", ash, TODAY)
    questions.put_up(session, founded.keys, question.id, places.places(session)[0].id, TODAY)
    session.commit()
    return words


def screens(page: Page, live: Live) -> Iterator[str]:
    """Enrol the screen, answer what is asked there, and be in the middle of saying something when its key is taken."""
    session = live.founded.session
    kiosk, key = places.enrol_kiosk(session, places.places(session)[0], "by the door", clock.today())
    session.commit()
    page.goto(live.url + "/kiosk/enrol")
    yield "enrolling"
    page.fill("input[name=code]", key)
    with page.expect_navigation():
        page.locator("main form button").press("Enter")
    page.goto(live.url + "/question")
    yield "question"
    page.locator("input[name=answer]").first.press("Space")
    with page.expect_navigation():
        page.locator(".kiosk-next .button-main").press("Enter")
    yield "thanks for an answer"
    page.goto(live.url + "/kiosk")
    places.revoke_kiosk(session, kiosk, TODAY)
    session.commit()
    press(page, "send")
    yield "thanks of a screen that is closed"
    page.goto(live.url + "/kiosk")
    yield "closed screen"
    for address in BESIDE:
        page.goto(live.url + address)
        yield address


@pytest.mark.parametrize("language", [longest_language(), "ar"])
def test_every_button_is_reached(browser: Browser, live: Live, asked: str, language: str) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name in screens(page, live):
        found |= out_of_reach(page, name, both_ways=True)
        if name == "question":
            assert asked in page.inner_text("main"), "the control: it is asked here"
    context.close()
    assert said(found) == []
