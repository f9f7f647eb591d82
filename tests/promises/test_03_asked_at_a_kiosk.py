"""Promise 3, at a kiosk that asks a question of the week and lets a worker be called: the next person sees neither.

The same next person as in `test_03_next_person.py`, over HTTPS and in the same browser with its back/forward cache on.
Each page is left in each way, and with scripts and without (tests/pairs.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from governance import clock
from governance.places import service as places
from governance.questions import service as questions
from tests.factories import TODAY
from tests.live import Live
from tests.pairs import pairs
from tests.promises.test_03_next_person import (
    Step,
    Visitor,
    gone_to_another_page,
    hidden,
    left_idle,
    live,
    open_page,
    seen_of_them_in_turn,
)

__all__ = ["live", "open_page"]

ASKED = "We asked. It shows on the workers"


@pytest.fixture(scope="module")
def browser(browser_that_keeps_pages: Browser) -> Browser:
    """The whole browser, with its back/forward cache on."""
    return browser_that_keeps_pages


@pytest.fixture(scope="module")
def keys(live: Live) -> Iterator[str]:
    """A question stands at the kiosks, and workers come. One key after another enrols a screen."""
    session, founded = live.founded.session, live.founded
    place = places.places(session)[0]
    places.let_workers_come(session, wanted=True)
    asked = questions.propose(session, "Sundays?", ["Yes", "No"], "en", founded.account("Ash"), TODAY)
    questions.put_up(session, founded.keys, asked.id, place.id, TODAY)
    enrolled = [places.enrol_kiosk(session, place, f"number {number}", clock.today())[1] for number in range(6)]
    session.commit()
    return iter(enrolled)


def at_the_question(somebody: Visitor) -> None:
    """An answer picked, and not sent."""
    somebody.begins_at("/question")
    somebody.page.locator("input[name=answer]").first.press("Space")
    somebody.secrets = ["checked=0"]


def the_question_in_another_language(somebody: Visitor) -> None:
    """The same, on the same screen in another language."""
    at_the_question(somebody)
    somebody.picks("es")
    somebody.pages += 1


def after_asking_for_a_worker(somebody: Visitor) -> None:
    """The page that says so, on a screen whose own script did not come."""
    somebody.begins_at("/kiosk")
    somebody.unfolds(".come summary")
    with somebody.page.expect_navigation():
        somebody.page.locator("[data-come] button").press("Enter")
    somebody.pages += 1
    somebody.secrets = [ASKED]
    expect(somebody.page.get_by_text(ASKED)).to_be_visible()


# The last one: a kiosk that nobody hid goes on in the language that was picked.
STOPS: tuple[Step, ...] = (at_the_question, after_asking_for_a_worker, the_question_in_another_language)
CASES = pairs(STOPS, (hidden, gone_to_another_page), (False, True))


def enrolled(live: Live, page: Page, keys: Iterator[str], scripts: bool) -> Visitor:
    page.route("**/places/come.js", lambda route: route.abort())
    page.goto(live.url + "/kiosk/enrol")
    page.fill("input[name=code]", next(keys))
    with page.expect_navigation():
        page.locator("main form button").last.press("Enter")
    return Visitor(page, live.url, scripts)


@pytest.mark.parametrize("scripts", [False, True])
@pytest.mark.parametrize("end", [hidden, gone_to_another_page], ids=lambda end: end.__name__)
def test_the_next_person_sees_no_answer_and_no_call(
    live: Live, keys: Iterator[str], open_page: Callable[[bool], Page], end: Step, scripts: bool
) -> None:
    somebody = enrolled(live, open_page(scripts), keys, scripts)
    assert seen_of_them_in_turn(somebody, tuple(stop for stop in STOPS if (stop, end, scripts) in CASES), end) == {}


def test_before_anybody_ends_it_it_stands_there(
    live: Live, keys: Iterator[str], open_page: Callable[[bool], Page]
) -> None:
    """The control: what the next person must not see is on the screen until then."""
    somebody = enrolled(live, open_page(True), keys, scripts=True)
    at_the_question(somebody)
    assert somebody.page.locator("input[name=answer]").first.is_checked()
    after_asking_for_a_worker(somebody)
    assert ASKED in somebody.page.locator("main").inner_text()


def test_left_alone_it_clears_itself(live: Live, keys: Iterator[str], open_page: Callable[[bool], Page]) -> None:
    page = open_page(True)
    page.clock.install()
    somebody = enrolled(live, page, keys, scripts=True)
    assert seen_of_them_in_turn(somebody, STOPS, left_idle) == {}
