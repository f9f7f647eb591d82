"""The board's question at a kiosk, in a browser: at every size it is reached, and never in the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from governance import clock
from governance.places import service as places
from governance.places.models import Kiosk
from governance.questions import service
from tests.factories import NOW
from tests.live import Live
from tests.look.test_reach import BELOW, KIOSKS, OUT_OF_REACH, TAPPED

ANSWERS = ["Every Sunday morning, please", "Every second Sunday", "Not on a Sunday", "I do not mind either way"]


@pytest.fixture(scope="module")
def screen(live: Live) -> Kiosk:
    """A kiosk at which a long question stands."""
    session = live.founded.session
    session.rollback()
    place = places.places(session)[0]
    kiosk, _code = places.enrol_kiosk(session, place, "by the door", clock.today())
    words = "Should the van come to the corner by the old station on Sundays as well, now that the bus does not go?"
    account = live.founded.cards["Ash"].account_id
    question = service.propose(session, words, ANSWERS, "en", account, NOW.date())
    service.put_up(session, live.founded.keys, question.id, place.id, NOW.date())
    session.commit()
    return kiosk


def enrolled(browser: Browser, live: Live, screen: Kiosk, width: int, height: int, scripts: bool = True) -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="es"
    ).new_page()
    code = places.new_code(live.founded.session, screen, clock.today())
    live.founded.session.commit()
    page.goto(live.url + "/kiosk/enrol")
    page.fill("input[name=code]", code)
    page.locator("main form button").press("Enter")
    page.wait_for_url("**/kiosk")
    return page


@pytest.mark.parametrize(("width", "height"), KIOSKS)
def test_its_answers_are_seen_without_scrolling_and_the_first_screen_stays_whole(
    browser: Browser, live: Live, screen: Kiosk, width: int, height: int
) -> None:
    page = enrolled(browser, live, screen, width, height)
    for address in ("/kiosk", "/question", "/question/thanks"):
        page.goto(live.url + address)
        assert page.evaluate(BELOW) == [], address
        assert page.evaluate(OUT_OF_REACH, TAPPED) == [], address
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_three_taps_answer_it_and_the_next_person_sees_nothing_of_it(
    browser: Browser, live: Live, screen: Kiosk, scripts: bool
) -> None:
    page = enrolled(browser, live, screen, 1024, 768, scripts)
    page.locator("a[href='/question']").press("Enter")
    page.wait_for_url("**/question")
    page.locator("input[value='1']").press("Space")
    with page.expect_navigation():
        page.locator(".kiosk-next button").press("Enter")
    page.wait_for_url("**/question/thanks")
    assert ANSWERS[1] not in page.content()
    page.goto(live.url + "/question")
    assert page.locator("input:checked").count() == 0
    page.context.close()
