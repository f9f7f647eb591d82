"""Promise 3, with a helper who typed: once it is sent, or the person goes on alone, nobody at the screen sees it.

The helper sits there still. So they look around as the next person does in `test_03_next_person.py`, over HTTPS and in
the same browser with its back/forward cache on; on a kiosk and on a phone, with scripts and without. How the next
person sees nothing of any page is told there; here it is tried where the helper's own pages are left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from governance import clock
from governance.feedback.views.carried import Company
from governance.feedback.views.carried import Step as Screen
from tests.factories import NOW
from tests.live import Live
from tests.pairs import in_full, pairs
from tests.promises.test_03_next_person import (
    SENTINEL,
    Step,
    Visitor,
    begun_anew,
    gone_to_another_page,
    hidden,
    leafs_through,
    left_idle,
    live,
    next_person_looks_around,
    open_page,
    seen_of_them_in_turn,
    words_of,
)  # fmt: skip

__all__ = ["live", "open_page"]


@pytest.fixture(scope="module")
def browser(browser_that_keeps_pages: Browser) -> Browser:
    """The whole browser, with its back/forward cache on."""
    return browser_that_keeps_pages


def at_the_words(somebody: Visitor) -> None:
    """A helper typed, and it is not sent on. Every page before this one holds nothing that could be seen."""
    somebody.hurries(Screen.WORDS, Company.HELPER, lane="suggestion")
    somebody.press("next")
    somebody.page.fill("textarea", SENTINEL)
    somebody.pages = 1


def read_back(somebody: Visitor) -> None:
    """It stands there, large."""
    at_the_words(somebody)
    somebody.press("next")
    expect(somebody.page.locator(".read-back")).to_have_text(SENTINEL)


def in_another_language(somebody: Visitor) -> None:
    """It stands there, large, on the same screen in another language."""
    read_back(somebody)
    somebody.picks("es")
    somebody.pages += 1
    expect(somebody.page.locator(".read-back")).to_have_text(SENTINEL)


def at_the_sending(somebody: Visitor) -> None:
    """The person said yes."""
    read_back(somebody)
    somebody.press("next")
    somebody.tap("words")


def parting(somebody: Visitor) -> None:
    """The person wants to go on alone, and has not said what becomes of it."""
    read_back(somebody)
    somebody.press("alone")


def sent(somebody: Visitor) -> None:
    """It is sent, without a code."""
    at_the_sending(somebody)
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
        somebody.press("send")
    expect(somebody.page.get_by_role("heading", name="Thank you. It is in.")).to_be_visible()


def sent_with_a_code(somebody: Visitor) -> None:
    """It is sent, and the person has looked at their code."""
    at_the_sending(somebody)
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
        somebody.press("y", "wants_code")
    code = somebody.page.locator("strong bdi")
    expect(code).to_be_hidden()
    somebody.unfolds("main summary")
    expect(code).to_be_visible()
    somebody.secrets += [code.inner_text()]


def the_helper_looks_around(somebody: Visitor) -> list[str]:
    """Go back over the last two screens and forward again, while the person has not said what becomes of it.

    Where the browser asks whether to send the old form again, the helper says yes.
    """
    return leafs_through(somebody, 2, step_by_step=True)


def opened(live: Live, page: Page, address: str, scripts: bool) -> Visitor:
    somebody = Visitor(page, live.url, scripts, app=live.app)
    somebody.begins_at(address)
    return somebody


# "Hide this" is tried at every stop; walking away where the words stand large, and where a code stands there.
STOPS = (read_back, in_another_language, at_the_sending, sent_with_a_code)
LARGE, HELD = (read_back,), (sent_with_a_code,)
LEFT_AT = (*LARGE, *HELD)
EACH_WAY: list[tuple[Step, bool, tuple[Step, ...]]] = [
    (end, scripts, stops)
    for end, stops in ((hidden, STOPS), (begun_anew, LEFT_AT), (gone_to_another_page, LEFT_AT))
    for scripts in (False, True)
]
WAYS = in_full(
    EACH_WAY,
    [
        (hidden, False, LEFT_AT),
        (hidden, True, (in_another_language, at_the_sending)),
        (begun_anew, False, HELD),
        (begun_anew, True, LARGE),
        (gone_to_another_page, False, HELD),
        (gone_to_another_page, True, LARGE),
    ],
)

# Each of these is tried on a kiosk and on a phone, once with scripts and once without.
EVERYWHERE = [(address, scripts) for address in ("/kiosk", "/say/1") for scripts in (False, True)]
SOME = in_full(EVERYWHERE, [("/kiosk", True), ("/say/1", False)])
THE_OTHERS = in_full(EVERYWHERE, [("/kiosk", False), ("/say/1", True)])


@pytest.mark.parametrize(("end", "scripts", "stops"), WAYS, ids=words_of)
def test_the_next_person_at_a_kiosk_sees_nothing(
    live: Live, open_page: Callable[[bool], Page], end: Step, scripts: bool, stops: tuple[Step, ...]
) -> None:
    somebody = Visitor(open_page(scripts), live.url, scripts, app=live.app)
    assert seen_of_them_in_turn(somebody, stops, end) == {}


def test_a_kiosk_left_alone_clears_itself(live: Live, open_page: Callable[[bool], Page]) -> None:
    somebody = Visitor(open_page(True), live.url, scripts=True, app=live.app)
    somebody.page.clock.install()
    stops = (at_the_words, read_back, in_another_language, parting, sent_with_a_code)
    assert seen_of_them_in_turn(somebody, stops, left_idle, blank=(parting,)) == {}


@pytest.mark.parametrize(("address", "scripts"), THE_OTHERS)
def test_once_it_is_sent_the_helper_who_goes_back_sees_nothing_of_it(
    live: Live, open_page: Callable[[bool], Page], address: str, scripts: bool
) -> None:
    somebody = opened(live, open_page(scripts), address, scripts)
    sent(somebody)
    assert next_person_looks_around(somebody) == []


@pytest.mark.parametrize(("address", "scripts"), SOME)
def test_while_the_helper_steps_away_no_screen_shows_it_and_then_the_person_has_it_again(
    live: Live, open_page: Callable[[bool], Page], address: str, scripts: bool
) -> None:
    somebody = opened(live, open_page(scripts), address, scripts)
    parting(somebody)
    assert the_helper_looks_around(somebody) == []
    expect(somebody.page.get_by_role("heading", name="Helper, please step away now.")).to_be_visible()
    somebody.press("keep")
    expect(somebody.page.locator("textarea")).to_have_value(SENTINEL)


@pytest.mark.parametrize(("address", "scripts", "is_sent"), pairs(["/kiosk", "/say/1"], [False, True], [True, False]))
def test_the_helper_who_comes_back_sees_nothing_of_what_was_then_said_alone(
    live: Live, open_page: Callable[[bool], Page], address: str, scripts: bool, is_sent: bool
) -> None:
    """Where it is not sent yet, the same looking around finds it: the control."""
    somebody = opened(live, open_page(scripts), address, scripts)
    parting(somebody)
    somebody.press("keep")
    somebody.page.fill("textarea", SENTINEL + " and it was the helper")
    somebody.press("next")
    somebody.tap("words")
    if is_sent:
        with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
            somebody.press("send")
        expect(somebody.page.get_by_role("heading", name="Thank you. It is in.")).to_be_visible()
    found = next_person_looks_around(somebody)
    assert found == [] if is_sent else SENTINEL in found, found


@pytest.mark.parametrize(("address", "scripts"), SOME)
def test_the_control_before_the_helper_is_to_go_the_same_looking_around_finds_it(
    live: Live, open_page: Callable[[bool], Page], address: str, scripts: bool
) -> None:
    somebody = opened(live, open_page(scripts), address, scripts)
    at_the_sending(somebody)
    assert SENTINEL in the_helper_looks_around(somebody)


@pytest.mark.parametrize(("address", "scripts"), THE_OTHERS)
def test_who_clears_it_to_go_on_alone_leaves_nothing_to_the_helper(
    live: Live, open_page: Callable[[bool], Page], address: str, scripts: bool
) -> None:
    somebody = opened(live, open_page(scripts), address, scripts)
    parting(somebody)
    somebody.press("clear")
    expect(somebody.page.get_by_role("heading", name="What do you want to say?")).to_be_visible()
    assert next_person_looks_around(somebody) == []
