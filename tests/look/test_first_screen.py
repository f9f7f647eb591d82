"""The first screen of a proposal says what it is, where it stands and what one can do; calling a vote is short.

Measured in the demo, which has a line of its own on top that no real programme has.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.served import Demo

PHONE, TABLET = (360, 740), (1024, 768)
IN_TALK, CALLED = 13, 1  # Proposals of the demo. The form of calling a vote is the same for each.
LONG = "2026-005"  # A decision of the demo with a correction, a concern and an answer.
DEMO_LINE = "document.querySelector('.demo-line')?.getBoundingClientRect().height ?? 0"


@pytest.fixture(params=[PHONE, TABLET], ids=["phone", "tablet"])
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


def signed_in(page: Page, demo: Demo, alias: str) -> None:
    page.goto(demo.url + "/sign-in")
    page.fill("[name=alias]", alias)
    page.fill("[name=passphrase]", demo.cards[alias])
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def height(page: Page) -> int:
    assert page.viewport_size
    return page.viewport_size["height"]


def screens(page: Page) -> float:
    """How many screens the page is long, without the line of the demo."""
    long: float = page.evaluate(f"document.documentElement.scrollHeight - ({DEMO_LINE})")
    return long / height(page)


def bottom(page: Page, what: str) -> float:
    found: float = page.locator(what).first.evaluate("(one) => one.getBoundingClientRect().bottom")
    return found - float(page.evaluate(DEMO_LINE))


def test_the_first_screen_of_a_proposal_says_what_it_is_and_what_i_can_do(screen: Page, demo: Demo) -> None:
    signed_in(screen, demo, "Half Moon")
    screen.goto(f"{demo.url}/board/proposals/{IN_TALK}")
    for what in ("h1", "main .status", "a[href='#say']", "main h2 ~ *"):
        assert bottom(screen, what) <= height(screen), what
    assert screens(screen) <= 3.4, "it was 4.5 on a phone"
    screen.locator("a[href='#say']").click()
    expect(screen.locator("#say textarea")).to_be_in_viewport()
    words = screen.locator("main").inner_text()
    assert "What is asked" in words
    assert "Friday is when people get paid" not in words, "why lies in a fold"
    screen.get_by_text("Why, and what could come of it").click()
    expect(screen.get_by_text("Friday is when people get paid")).to_be_visible()


def test_what_the_board_prints_has_nothing_to_press_and_no_fold_to_open(screen: Page, demo: Demo) -> None:
    signed_in(screen, demo, "Cricket")
    for address in ("/board/agenda", "/board/charter", f"/decisions/{LONG}", "/ballots/1", "/promises"):
        screen.goto(demo.url + address)
        to_press = screen.locator("form, button, input, textarea, .button").filter(visible=True)
        screen.emulate_media(media="screen")
        assert to_press.count(), "the control"
        screen.emulate_media(media="print")
        assert not to_press.count(), address
        for fold in screen.locator("details:not(.no-print)").filter(visible=True).all():
            assert fold.locator("> :not(summary)").first.bounding_box(), address


def test_a_decision_folds_what_few_read_and_prints_all_of_it(screen: Page, demo: Demo) -> None:
    screen.goto(f"{demo.url}/decisions/{LONG}")
    assert screens(screen) <= 7.7, "it was 9 on a phone"
    words = screen.locator("main").inner_text()
    for in_sight in ("The sum in words", "What was said against it", "What staff answered", "Some concerns were still"):
        assert in_sight in words
    folded = screen.get_by_text("The vote was secret.")
    assert not folded.is_visible()
    screen.emulate_media(media="print")
    for each in screen.locator(".record details:not(.no-print) > :not(summary)").all():
        assert each.bounding_box(), "print shows what is folded"
    screen.emulate_media(media="screen")
    screen.get_by_text("How we decided").click()
    expect(folded).to_be_visible()


def test_the_boards_first_page_folds_what_few_press(screen: Page, demo: Demo) -> None:
    signed_in(screen, demo, "Cricket")
    screen.goto(f"{demo.url}/board")
    assert screens(screen) <= 3.5, "it was 4 on a phone, and without what one wrote"
    for summary, within in (("More places to go", "Keep the seats"), ("seat is open", "Ask to give my seat back")):
        assert not screen.get_by_text(within).is_visible()
        screen.locator("summary", has_text=summary).click()
        expect(screen.get_by_text(within)).to_be_visible()


def test_the_seats_stand_beside_each_other_without_moving_the_table(screen: Page, demo: Demo) -> None:
    signed_in(screen, demo, "Cricket")
    screen.goto(f"{demo.url}/board/seats")
    table = screen.locator(".table-wrap")
    assert table.evaluate("(one) => one.scrollWidth <= one.clientWidth"), "it was 462 of 324 on a phone"
    for words in ("Seat 5", "lived or living experience", "Paloma", "Rests until"):
        assert words in table.inner_text()


MOST = 2.25  # Two, and what must be in sight: that the cards are asked for with it, and by whose clock its times are.


def test_calling_a_vote_is_two_screens_with_the_rest_behind_what_is_chosen(screen: Page, demo: Demo) -> None:
    signed_in(screen, demo, "Cricket")
    screen.goto(f"{demo.url}/board/ballots/new?proposal={CALLED}")
    send = screen.get_by_role("button", name="Fix it and call the vote")
    group = screen.locator("[data-kinds] summary", has_text="Yes or no")
    others = screen.locator("[data-kinds] summary", has_text="Share out")
    expect(group).to_contain_text("Yes or no: Majority")
    expect(others).to_be_hidden()
    assert screens(screen) <= MOST, "it was 5.6 on a phone"
    group.click()
    expect(others).to_be_visible()
    screen.locator("label", has_text="Two thirds").first.click()
    expect(group).to_contain_text("Yes or no: Two thirds")
    expect(group).to_be_focused()
    expect(screen.locator("input[value=two_thirds]")).to_be_hidden()
    expect(send).to_be_visible()
    assert screens(screen) <= MOST
    group.click()
    others.click()
    screen.locator("label", has_text="Share out dots").click()
    expect(screen.get_by_label("How many dots does each have?")).to_be_visible()
    expect(group).to_be_hidden()
    assert screens(screen) <= MOST + 0.7, "with its options"


def test_by_key_the_kinds_stay_open_while_one_walks_through_them(screen: Page, demo: Demo) -> None:
    signed_in(screen, demo, "Cricket")
    screen.goto(f"{demo.url}/board/ballots/new?proposal={CALLED}")
    screen.locator("[data-kinds] summary").first.press("Enter")
    screen.locator("input[value=majority]").press("Space")
    screen.locator("input[value=majority]").press("ArrowDown")
    expect(screen.locator("input[value=two_thirds]")).to_be_checked()
    expect(screen.locator("input[value=two_thirds]")).to_be_visible()


def test_without_scripts_all_of_it_is_there(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    signed_in(page, demo, "Cricket")
    page.goto(f"{demo.url}/board/ballots/new?proposal={CALLED}")
    expect(page.locator("label", has_text="Share out dots")).to_be_visible()
    expect(page.get_by_role("button", name="Fix it and call the vote")).to_be_visible()
    context.close()
