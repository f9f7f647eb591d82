"""Somebody who would rather not read or type says something with a helper: at the tablet, and on a phone.

In a real Chromium, with scripts and without. The helper may not be the one to say yes, and may be what it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from governance import clock
from governance.feedback.rules import Audience
from tests.factories import NOW
from tests.feedback.factories import messages
from tests.feedback.test_say_browser import BOXES
from tests.live import Live
from tests.look.test_reach import BELOW, OUT_OF_REACH, TAPPED
from tests.pairs import in_full
from tests.places.aloud.listening import LOCAL, REMOTE, give_voices

TABLET, PHONE = ("/kiosk", 1024, 768), ("/say/1", 360, 640)
# Each screen and each way once, in two tests that walk the same way the one pair and the other.
ALL = [(*screen, scripts) for screen in (TABLET, PHONE) for scripts in (True, False)]
SCREENS = in_full(ALL, [(*TABLET, True), (*PHONE, False)])
OTHER_WAY = in_full(ALL, [(*TABLET, False), (*PHONE, True)])
SAID = count(1)
Opens = Callable[..., Page]


@pytest.fixture
def opens(browser: Browser, live: Live) -> Iterator[Opens]:
    contexts = []

    def opens(address: str, width: int, height: int, scripts: bool, *voices: dict[str, object]) -> Page:
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="en-US"
            )
        )
        page = contexts[-1].new_page()
        give_voices(page, *voices)
        page.goto(live.url + address)
        return page

    yield opens
    for context in contexts:
        context.close()


def presses(page: Page, name: str) -> None:
    button = page.locator(".kiosk-go").get_by_role("button", name=name, exact=True)
    expect(button).to_have_count(1)
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)), page.expect_navigation():
        button.press("Enter")


def asks(page: Page, question: str) -> None:
    expect(page.get_by_role("heading", name=question)).to_be_visible()


def has_no_barrier(page: Page) -> None:
    """Measure the boxes of a page, and on a phone, where all is closest together, let axe look at it."""
    if page.viewport_size == {"width": PHONE[1], "height": PHONE[2]}:
        assert [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate(BOXES) == []


def they_sit_down(page: Page, lane: str = "An idea, or how it was") -> None:
    asks(page, "What do you want to say?")
    presses(page, "With a helper")
    asks(page, "Somebody helps you say it.")
    presses(page, "Yes, we do it together")
    page.get_by_label(lane).press("Space")
    presses(page, "Next")


def the_helper_types(page: Page, words: str) -> None:
    asks(page, "What is it about?")
    presses(page, "Next")
    asks(page, "How was it?")
    presses(page, "Next")
    asks(page, "Say it in your own words.")
    expect(page.get_by_text("Helper: write what they say, in their words.")).to_be_visible()
    page.fill("textarea", words)
    presses(page, "Next")
    asks(page, "Is this what you said?")
    expect(page.locator(".read-back")).to_have_text(words)


def the_readers_read(live: Live) -> list[str]:
    read = [message.words for message in messages(live.founded, Audience.EVERYONE)]
    live.founded.session.rollback()  # Let go of the lock at once: the next page wants to write.
    return read


@pytest.mark.parametrize(("address", "width", "height", "scripts"), ALL)
def test_they_say_it_together_and_the_person_says_yes(
    opens: Opens, live: Live, address: str, width: int, height: int, scripts: bool
) -> None:
    page = opens(address, width, height, scripts)
    words = f"The step at the side door is broken, I fell {next(SAID)} times"
    they_sit_down(page)
    the_helper_types(page, "The step is fine")
    presses(page, "Change the words")
    page.fill("textarea", words)
    presses(page, "Next")
    expect(page.locator(".read-back")).to_have_text(words)
    presses(page, "Yes, this is what I said")
    asks(page, "May we show it?")
    expect(page.get_by_text("Helper: read this aloud. They choose.")).to_be_visible()
    presses(page, "Send")
    asks(page, "Thank you. It is in.")
    assert words not in page.content()
    assert words in the_readers_read(live)


@pytest.mark.parametrize(("address", "width", "height", "scripts"), OTHER_WAY)
def test_it_is_about_the_helper_and_the_person_goes_on_alone_with_what_was_typed(
    opens: Opens, live: Live, address: str, width: int, height: int, scripts: bool
) -> None:
    page = opens(address, width, height, scripts)
    typed = f"Somebody shouted at me, number {next(SAID)}."
    they_sit_down(page)
    the_helper_types(page, typed)
    presses(page, "I want to go on alone")
    asks(page, "Helper, please step away now.")
    assert typed not in page.content()
    presses(page, "Keep what was typed")
    expect(page.locator("textarea")).to_have_value(typed)
    page.fill("textarea", typed + " It was the one who helped me")
    presses(page, "Next")
    asks(page, "May we show it?")
    presses(page, "Send")
    assert typed + " It was the one who helped me" in the_readers_read(live)


@pytest.mark.parametrize(("address", "width", "height", "scripts"), SCREENS)
def test_the_code_is_shown_to_the_person_when_they_say_so(
    opens: Opens, address: str, width: int, height: int, scripts: bool
) -> None:
    page = opens(address, width, height, scripts)
    they_sit_down(page)
    the_helper_types(page, "More socks")
    presses(page, "Yes, this is what I said")
    presses(page, "Send, with a code")
    expect(page.get_by_text("Helper, please look away. Show this to the person who said it.")).to_be_visible()
    expect(page.locator(".code-words")).to_be_hidden()
    fold = page.locator("summary", has_text="I am that person. Show my code")
    fold.press("Enter") if scripts else fold.click()
    expect(page.locator(".code-words li")).to_have_count(5)
    expect(page.locator(".code-words li").first).to_be_visible()


@pytest.mark.parametrize(("address", "width", "height"), [TABLET, PHONE], ids=["kiosk", "phone"])
def test_no_screen_with_a_helper_has_a_barrier(opens: Opens, address: str, width: int, height: int) -> None:
    page = opens(address, width, height, True)
    has_no_barrier(page)
    they_sit_down(page)
    has_no_barrier(page)
    the_helper_types(page, "No barrier")
    has_no_barrier(page)
    presses(page, "Yes, this is what I said")
    asks(page, "May we show it?")
    has_no_barrier(page)
    presses(page, "I want to go on alone")
    has_no_barrier(page)
    presses(page, "Keep what was typed")
    presses(page, "Send")


def test_where_the_tab_has_lost_the_words_the_person_is_asked_about_none(opens: Opens) -> None:
    page = opens(*PHONE, True)
    they_sit_down(page)
    the_helper_types(page, "Gone with the tab")
    page.evaluate("sessionStorage.clear()")
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
        page.reload()
    expect(page.locator(".read-back")).to_have_text("No words were typed.")


@pytest.mark.parametrize("scripts", [True, False])
def test_where_someone_may_be_hurt_two_get_through_in_five_presses(opens: Opens, live: Live, scripts: bool) -> None:
    page = opens(*TABLET, scripts)
    page.get_by_label("Someone may be hurt").press("Space")
    for name in ("With a helper", "Yes, we do it together"):
        presses(page, name)
    asks(page, "Say it in your own words.")
    page.fill("textarea", "By the side door")
    for name in ("Next", "Yes, this is what I said"):
        presses(page, name)
    asks(page, "When should it go?")
    if scripts:  # What looks for barriers is a script.
        has_no_barrier(page)
    assert (page.evaluate(BELOW), page.evaluate(OUT_OF_REACH, TAPPED)) == ([], [])
    page.get_by_label("Send it now").press("Space")
    presses(page, "Send, with a code")
    asks(page, "Thank you. It is in.")
    expect(page.get_by_text("I am that person. Show my code")).to_be_visible()


def test_who_picked_the_wrong_kind_before_the_helper_came_goes_back_to_it(opens: Opens) -> None:
    page = opens(*TABLET, True)
    page.get_by_label("Someone may be hurt").press("Space")
    for name in ("With a helper", "Yes, we do it together", "Back"):
        presses(page, name)
    asks(page, "What do you want to say?")
    page.get_by_label("Thanks").press("Space")
    presses(page, "Next")
    asks(page, "What is it about?")


def said(page: Page) -> list[tuple[str, str]]:
    return [(each["words"], each["voice"]) for each in page.evaluate("window.said")]


def test_their_own_words_are_read_by_a_voice_of_the_device_and_only_where_they_ask(opens: Opens) -> None:
    page = opens(*TABLET, True, REMOTE, LOCAL)
    they_sit_down(page)
    the_helper_types(page, "The soap is gone")
    page.wait_for_load_state("networkidle")
    page.locator(".kiosk-head [data-listen]").press("Enter")
    page.wait_for_function("() => window.said.length > 3")
    expect(page.locator("[data-stop]").first).to_be_hidden()
    assert "Is this what you said?" in dict(said(page))
    assert "The soap is gone" not in dict(said(page)), "beside them others hear it"
    page.locator("[data-listen-own]").press("Enter")
    page.wait_for_function("() => window.said.at(-1).words === 'The soap is gone'")
    assert said(page)[-1] == ("The soap is gone", "On the device")


def test_where_only_a_voice_from_elsewhere_is_there_the_helper_reads_them(opens: Opens) -> None:
    page = opens(*TABLET, True, REMOTE)
    they_sit_down(page)
    the_helper_types(page, "The soap is gone")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-listen-own]")).to_have_count(0)
    expect(page.get_by_text("Helper: read this to them.")).to_be_visible()
    assert said(page) == []
