"""Promise 3: a shared screen tells the next person no language that somebody before picked. A rare one is a name.

In a real Chromium, with scripts and without: after "Hide this", and where the screen was left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from governance.frame import another_language
from governance.frame.languages import LANGUAGES
from tests.live import Live

RARE = LANGUAGES["pa"]
BY_THEIR_NAMES = [each.name for each in LANGUAGES.values() if each.code != "en"]
Opens = Callable[[bool], Page]


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """A tablet on the counter, with scripts or without."""
    contexts = []

    def opens(scripts: bool) -> Page:
        contexts.append(browser.new_context(java_script_enabled=scripts, viewport={"width": 1024, "height": 768}))
        return contexts[-1].new_page()

    yield opens
    for context in contexts:
        context.close()


def language_of(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


def somebody_reads_a_rare_language(page: Page, live: Live) -> None:
    page.goto(live.url + "/kiosk")
    page.locator(".languages summary").press("Enter")
    with page.expect_navigation():
        page.locator(f"button[value=in-{RARE.code}]").press("Enter")
    page.locator("input[value=thanks]").press("Space")
    with page.expect_navigation():
        page.locator("button[name=go][value=next]:not(.only-heard)").press("Enter")
    assert language_of(page) == RARE.tag


def hides_it(page: Page) -> None:
    with page.expect_navigation(url="**/kiosk/cleared"):
        page.locator(".kiosk-head [data-hide]").press("Enter")


def walks_away(page: Page) -> None:
    page.clock.fast_forward("00:46")
    with page.expect_navigation(url="**/kiosk/cleared"):
        page.clock.fast_forward("00:21")


def told_to_the_next(page: Page, live: Live) -> set[str | None]:
    """The languages of what the next person is shown: as it stands, by Back, and at the addresses of the place."""
    told = {language_of(page)}
    for address in ("/kiosk", "/help-now", "/", "/kiosk/cleared"):
        page.goto(live.url + address)
        told.add(language_of(page))
    return told


@pytest.mark.parametrize(
    ("scripts", "ends"), [(True, hides_it), (False, hides_it), (True, walks_away)], ids=["hides", "no scripts", "idle"]
)
def test_the_next_person_reads_what_everybody_is_shown_first(
    live: Live, opens: Opens, scripts: bool, ends: Callable[[Page], None]
) -> None:
    page = opens(scripts)
    if scripts:
        page.clock.install()
    somebody_reads_a_rare_language(page, live)
    ends(page)
    for name in BY_THEIR_NAMES:
        expect(page.get_by_role("button", name=name)).to_be_in_viewport()
    assert told_to_the_next(page, live) == {"en"}


def test_a_screen_that_kept_it_would_be_seen(live: Live, opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same looking around, where the reset page leaves the language as it was."""
    monkeypatch.setattr(another_language, "forget", lambda: None)
    page = opens(True)
    somebody_reads_a_rare_language(page, live)
    hides_it(page)
    assert told_to_the_next(page, live) == {RARE.tag}


@pytest.mark.parametrize("scripts", [True, False])
def test_one_tap_on_the_reset_page_takes_it_up_again(live: Live, opens: Opens, scripts: bool) -> None:
    page = opens(scripts)
    somebody_reads_a_rare_language(page, live)
    hides_it(page)
    with page.expect_navigation(url="**/kiosk"):
        page.get_by_role("button", name=RARE.name).press("Enter")
    assert language_of(page) == RARE.tag
