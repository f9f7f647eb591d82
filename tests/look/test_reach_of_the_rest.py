"""What no walk through the screens passes: long papers, what lies over a screen, and two things in a foot.

Each once, in the longest language, at the smallest phone and at the tablet whose height is short: what fits there, in
large text too, fits on a larger screen.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from governance import clock
from governance.ballots.calling.kinds import Settings
from governance.ballots.models import Ballot
from governance.places import service as places
from tests.ballots.on_a_screen import open_vote
from tests.factories import NOW
from tests.live import Live
from tests.look.test_reach import OUT_OF_REACH, TAPPED, has_its_letters, longest_language, out_of_reach, press, said
from tests.look.test_reach_at_a_kiosk import asked as asked
from tests.publishing.test_written import code_of_a_word

SIZES = [(360, 640), (1024, 768)]
FIVE = Settings(options=(
    "Open two hours earlier on cold days", "A second room with a door that shuts", "More hot food, and less sugar",
    "A washing machine that works", "A bench outside, under a roof",
))  # fmt: skip


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale=longest_language(), viewport={"width": 360, "height": 640})
    yield context.new_page()
    context.close()


def newest(live: Live) -> int:
    return int(live.founded.session.scalar(select(func.max(Ballot.number))) or 0)


def over_it(page: Page, name: str, these: str) -> dict[str, list[str]]:
    """What cannot be reached of *these*, which lie over the screen: what is below them is not meant to be."""
    has_its_letters(page)
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for text in ("100%", "200%"):
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text)
            assert page.locator(these).first.is_visible(), "the control: it is open"
            found[f"{name} at {width}x{height}, {text}"] = page.evaluate(OUT_OF_REACH, these)
        page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def test_what_lies_over_a_screen(page: Page, live: Live) -> None:
    page.goto(live.url + "/kiosk")
    found = {}
    page.evaluate("document.querySelector('#still-there').showModal()")
    found |= over_it(page, "Still there?", "#still-there :is(.button, a)")
    page.evaluate("document.querySelector('#still-there').close()")
    page.locator("a[href='#help']").first.press("Enter")
    found |= over_it(page, "help", "#help :is(.button, a)")
    page.goto(live.url + "/kiosk")
    press(page, "send")
    press(page, "code")
    page.locator("a[href='#leave']").first.press("Enter")
    found |= over_it(page, "is it written down?", "#leave :is(.button, a)")
    assert said(found) == []


@pytest.mark.parametrize("kind", ["ranked", "score"])
@pytest.mark.parametrize("by_script", [True, False], ids=["on the device", "by the server"])
def test_a_paper_with_five_options(page: Page, live: Live, kind: str, by_script: bool) -> None:
    with open_vote(live, kind, settings=FIVE) as cards:
        if not by_script:
            page.route("**/ballots/cast.js", lambda route: route.abort())
        page.goto(f"{live.url}/vote/{newest(live)}")
        box = page.locator("#cast-code" if by_script else "#step [name=pass]")
        box.fill(cards[0])
        go_on(page, by_script)
        page.locator(".ballot-option:visible").first.wait_for()
        found = out_of_reach(page, "paper", SIZES, short=False)
    assert said(found) == []


def go_on(page: Page, by_script: bool) -> None:
    button = page.locator(".kiosk-next .button-main:visible")
    if by_script:
        button.press("Enter")
        return
    with page.expect_navigation():
        button.press("Enter")


def test_which_vote_and_a_vote_that_is_over(page: Page, live: Live) -> None:
    with open_vote(live, "majority"), open_vote(live, "majority"):
        page.goto(live.url + "/vote")
        assert page.locator("[data-which-vote]").count() > 1
        found = out_of_reach(page, "which vote", SIZES, short=False)
        with clock.stopped_everywhere(NOW):
            page.goto(f"{live.url}/vote/{newest(live)}")  # It is before the hour it opens.
            found |= out_of_reach(page, "not now", SIZES)
    assert said(found) == []


def test_what_became_of_a_word_with_a_reply(page: Page, live: Live) -> None:
    code = code_of_a_word(live.founded)
    page.goto(live.url + "/code")
    page.fill("main input[name=code]", code)
    with page.expect_navigation():
        page.locator(".kiosk-next .button-main").press("Enter")
    assert page.locator("[data-own]").first.is_visible()
    assert said(out_of_reach(page, "what became of it", SIZES, short=False)) == []


def test_a_question_of_the_week_and_a_worker_to_ask_for(page: Page, live: Live, asked: str) -> None:
    session = live.founded.session
    places.let_workers_come(session, wanted=True)
    _kiosk, key = places.enrol_kiosk(session, places.places(session)[0], "by both doors", clock.today())
    session.commit()
    page.goto(live.url + "/kiosk/enrol")
    page.fill("input[name=code]", key)
    with page.expect_navigation():
        page.locator("main form button").press("Enter")
    page.goto(live.url + "/kiosk")
    assert page.locator(".come").is_visible()
    assert page.locator("a[href*='/question']").first.is_visible()
    found = out_of_reach(page, "start", SIZES)
    page.locator(".come > summary").press("Enter")
    found |= over_it(page, "a worker to ask for", ".come :is(summary, .button)")
    assert said(found) == []


def test_the_control_what_is_pushed_off_a_sheet_is_seen(page: Page, live: Live) -> None:
    page.goto(live.url + "/kiosk")
    page.evaluate("""() => { const asks = document.querySelector("#still-there"); asks.showModal();
      asks.append(Object.assign(document.createElement("p"), { style: "position: fixed; inset: 0" })); }""")
    assert page.evaluate(OUT_OF_REACH, "#still-there .button")
    assert page.evaluate(OUT_OF_REACH, TAPPED), "and all that lies below it"
