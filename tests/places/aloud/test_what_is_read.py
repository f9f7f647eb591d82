"""All that can be pressed is read as well: the worker to ask for, the way out, and "Still there?"."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from governance import clock
from governance.places import service
from tests.live import Live
from tests.places.aloud.listening import LOCAL, give_voices

ASKS = ["Still there?", "I am still here", "Hide this"]


def listen(page: Page, within: str = ".kiosk-head") -> list[str]:
    """Press "Listen" there, wait until all is read, and return what was said since."""
    page.wait_for_load_state("networkidle")
    page.evaluate("window.said.length = 0")
    page.locator(f"{within} [data-listen]").press("Enter")
    expect(page.locator(f"{within} [data-stop]")).to_be_hidden()
    return [each["words"] for each in page.evaluate("window.said")]


@pytest.fixture
def page(browser: Browser) -> Page:
    page = browser.new_context(locale="en").new_page()
    give_voices(page, LOCAL)
    return page


@pytest.fixture
def shared(page: Page, live: Live) -> Page:
    """The first page of a shared screen."""
    page.goto(live.url + "/kiosk")
    return page


def test_the_foot_of_a_kiosk_is_read_with_the_worker_to_ask_for(page: Page, live: Live) -> None:
    session = live.founded.session
    service.let_workers_come(session, wanted=True)
    _kiosk, key = service.enrol_kiosk(session, service.places(session)[0], "by the door", clock.today())
    session.commit()
    page.goto(live.url + "/kiosk/enrol")
    page.fill("input[name=code]", key)
    page.locator("main form button").press("Enter")
    page.wait_for_url("**/kiosk")
    said = listen(page)
    assert said[-3:] == ["Someone needs help now", "Ask a worker to come", "Hide this"]
    assert "Yes, please come" not in said, "what is folded is not read"
    page.locator(".come > summary").press("Enter")
    assert "Yes, please come" in listen(page)


def test_on_ones_own_phone_the_way_out_is_read(page: Page, live: Live) -> None:
    page.goto(live.url + "/say")
    assert listen(page)[-1] == "Leave now"


def test_the_question_whether_one_is_there_has_its_own_button(shared: Page) -> None:
    shared.wait_for_load_state("networkidle")
    shared.evaluate("document.getElementById('still-there').showModal()")
    assert [words for words in listen(shared, "#still-there") if words in ASKS] == ASKS
    expect(shared.locator("#still-there")).to_be_visible()
    assert "What do you want to say?" not in [each["words"] for each in shared.evaluate("window.said")]


def test_beside_words_that_are_written_down_it_has_none_and_is_read_with_the_page(shared: Page) -> None:
    shared.wait_for_load_state("networkidle")
    shared.evaluate("""() => { const asks = document.getElementById("still-there");
      asks.classList.add("still-there-beside"); asks.setAttribute("open", ""); }""")
    expect(shared.locator("#still-there [data-listen]")).to_be_hidden()
    assert listen(shared)[0] == "Still there?"


@pytest.mark.parametrize("listened", [True, False])
def test_it_is_read_by_itself_to_whoever_listened(shared: Page, listened: bool) -> None:
    shared.wait_for_load_state("networkidle")
    if listened:
        listen(shared)
    shared.evaluate("window.said.length = 0")
    shared.evaluate("""() => { const asks = document.getElementById("still-there"); asks.showModal();
      asks.dispatchEvent(new Event("still-there", { bubbles: true })); }""")
    if listened:
        shared.wait_for_function("() => window.said.some((each) => each.words === 'Hide this')")
    said = [each["words"] for each in shared.evaluate("window.said")]
    assert [words for words in said if words in ASKS] == (ASKS if listened else [])


def test_to_have_it_read_is_no_answer_and_anything_else_is(shared: Page) -> None:
    """A tap on "Listen" leaves the question open."""
    shared.wait_for_load_state("networkidle")
    asks = shared.locator("#still-there")
    shared.evaluate("document.getElementById('still-there').showModal()")
    shared.locator("#still-there [data-listen]").click()
    expect(asks).to_be_visible()
    shared.wait_for_timeout(700)  # A second tap within 600 ms is none.
    shared.locator("#still-there [data-stay]").click()
    expect(asks).to_be_hidden()
