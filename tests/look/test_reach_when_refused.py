"""A screen that could not be taken says so once, in sight, with the focus there, and its buttons stay where they were.

Every form of a participant's screen that can be refused, in the longest language, with scripts and without, at the
smallest phone and at the tablet whose height is short: what fits there fits on a larger screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from governance.ballots.models import Ballot
from governance.places import service as places
from tests.ballots.on_a_screen import open_vote
from tests.factories import TODAY
from tests.live import Live
from tests.look.test_reach import longest_language, out_of_reach, press, said
from tests.look.test_reach_at_a_kiosk import asked as asked
from tests.look.test_reach_of_the_rest import SIZES
from tests.publishing.test_written import code_of_a_word

SENT = ".kiosk-next .button-main:visible"
# What is wrong: where it is said, and whether what has the focus is that, or the field it is said of.
SAID = ":is(main [role=alert], main .error, main .note-late, main .note-not-yet):visible"
LONG = "more to a word"  # What became of it stands above the form.
HAS_THE_FOCUS = "() => !!document.activeElement.closest('[role=alert], .is-wrong')"

Walk = Callable[[Page, Live, str], Iterator[str]]


def sent(page: Page, button: str = SENT) -> None:
    with page.expect_navigation():
        page.locator(button).first.press("Enter")


def typed(page: Page, words: str, box: str = "main form#step :is(input:not([type=hidden]), textarea):visible") -> None:
    """Type more than a field takes, as whoever pastes it can."""
    page.locator(box).first.evaluate("(one, words) => { one.removeAttribute('maxlength'); one.value = words; }", words)


def words_too_long(page: Page, live: Live, code: str) -> Iterator[str]:
    page.goto(live.url + "/kiosk")
    for _screen in ("topics", "face", "words"):
        press(page, "next")
    typed(page, "rain " * 500)
    press(page, "next")
    yield "too many words"


def nobody_chosen(page: Page, live: Live, code: str) -> Iterator[str]:
    page.goto(live.url + "/kiosk")
    page.locator("input[value=grievance]").press("Space")
    press(page, "next")
    press(page, "next")
    yield "who it is about"


def no_hour_chosen(page: Page, live: Live, code: str) -> Iterator[str]:
    page.goto(live.url + "/kiosk")
    page.locator("input[value=urgent]").press("Space")
    for _screen in ("topics", "face", "words", "sending", "when"):
        press(page, "next")
    press(page, "send")
    yield "when it goes"


def a_wrong_code(page: Page, live: Live, code: str) -> Iterator[str]:
    for words in ("one two", "abandon " * 5, "able " * 100):
        page.goto(live.url + "/code")
        typed(page, words)
        sent(page)
        yield f"a code: {words[:8]}"


@pytest.fixture(scope="module")
def code(live: Live) -> str:
    """The code of the one word here that has one."""
    return code_of_a_word(live.founded)


def more_to_a_word(page: Page, live: Live, code: str) -> Iterator[str]:
    page.goto(live.url + "/code")
    typed(page, code)
    sent(page)
    typed(page, "rain " * 500, "textarea")
    sent(page)
    yield LONG


def no_answer(page: Page, live: Live, code: str) -> Iterator[str]:
    session = live.founded.session
    kiosk, key = places.enrol_kiosk(session, places.places(session)[0], "by the door", TODAY)
    session.commit()
    page.goto(live.url + "/kiosk/enrol")
    page.fill("input[name=code]", key)
    sent(page, "main form button")
    page.goto(live.url + "/question")
    sent(page)
    yield "a question of the week"
    places.revoke_kiosk(session, kiosk, TODAY)
    session.commit()


def a_wrong_card(page: Page, live: Live, code: str) -> Iterator[str]:
    with open_vote(live, "majority") as cards:
        page.route("**/ballots/cast.js", lambda route: route.abort())
        number = live.founded.session.scalar(select(func.max(Ballot.number)))
        for letters in ("wrong", "A" * 20, "able " * 100):
            page.goto(f"{live.url}/vote/{number}")
            typed(page, letters)
            sent(page)
            yield f"a card: {letters[:5]}"
        typed(page, cards[0])
        sent(page)
        sent(page)
        yield "a paper with no mark"


WALKS = (words_too_long, nobody_chosen, no_hour_chosen, a_wrong_code, more_to_a_word, no_answer, a_wrong_card)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_it_is_said_once_and_the_buttons_stay_in_sight(
    browser: Browser, live: Live, asked: str, code: str, walk: Walk, scripts: bool
) -> None:
    size = {"width": 1024, "height": 768}
    context = browser.new_context(locale=longest_language(), viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name in walk(page, live, code):
        found[f"{name}: how often it is said"] = page.locator(SAID).all_inner_texts()[1:]
        found[f"{name}: without the focus"] = [] if page.evaluate(HAS_THE_FOCUS) else [page.locator(SAID).inner_text()]
        found |= out_of_reach(page, name, SIZES, short=name != LONG)
        page.set_viewport_size(size)  # type: ignore[arg-type]
    context.close()
    assert found
    assert said(found) == []


def test_what_is_said_twice_without_the_focus_would_be_seen(page: Page) -> None:
    page.set_content("<main><p role=alert>Choose.</p><div class=field><p class=error>Choose.</p><input></div></main>")
    assert page.locator(SAID).all_inner_texts() == ["Choose.", "Choose."]
    assert not page.evaluate(HAS_THE_FOCUS)
