"""The Chromium of the tests is turned into what they need, and into nothing that Playwright did not mean."""

from __future__ import annotations

from playwright.sync_api import Browser

LIST = "--disable-features="


def lists(browser: Browser) -> list[set[str]]:
    """What each list of features to turn off holds, as the browser was started."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getInfo")["commandLine"]
    return [set(word.removeprefix(LIST).split(",")) for word in told.split() if word.startswith(LIST)]


def test_our_list_of_what_is_off_holds_all_of_playwrights(browser: Browser) -> None:
    *before, last = lists(browser)
    assert before, "Playwright gives one too; else there is nothing to hold ours against"
    assert set().union(*before) <= last


def test_around_a_page_of_the_whole_browser_no_other_is_drawn(browser_that_keeps_pages: Browser) -> None:
    context = browser_that_keeps_pages.new_context()
    context.new_page().goto("data:text/html,<h1>One page</h1>")
    session = browser_that_keeps_pages.new_browser_cdp_session()
    there = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
    assert [each["url"] for each in there if each["type"] not in ("tab", "page")] == []
    context.close()
