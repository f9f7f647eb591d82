"""Promise 3, on the pages of a follow-up code and of a vote: the next person at the screen sees nothing of them.

The same next person as in `test_03_next_person.py`, over HTTPS and in the same browser with its
back/forward cache on. Each page is left in each way, and with scripts and without (tests/pairs.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from governance.feedback import rules
from governance.feedback import service as feedback
from tests.ballots.on_a_screen import open_vote
from tests.browser import settled
from tests.factories import TODAY
from tests.live import Live
from tests.page import Page as Read
from tests.pairs import pairs
from tests.promises.test_03_next_person import (
    Visitor,
    gone_to_another_page,
    hidden,
    leafs_through,
    leaks,
    live,
    open_page,
    opens_every_address,
    without_defences,
)  # fmt: skip

__all__ = ["live", "open_page", "without_defences"]

# What the program answers at each of these, one after another, in the page and with its cookie.
ANSWERED = """async (addresses) => {
  const answers = [];
  for (const address of addresses) answers.push(await (await fetch(address)).text());
  return answers;
}"""
REPLY = "A private word back to whoever holds the code"


@pytest.fixture(scope="module")
def browser(browser_that_keeps_pages: Browser) -> Browser:
    """The whole browser, with its back/forward cache on."""
    return browser_that_keeps_pages


@pytest.fixture(scope="module")
def code_and_cards(live: Live) -> Iterator[tuple[str, list[str]]]:
    """A vote that is open, with cards; and a code whose reader wrote back. Give the code and the cards."""
    session, keys = live.founded.session, live.founded.keys
    code = feedback.prepare_code(keys, b"one form token", "en")
    said = feedback.Submission(
        token=secrets.token_bytes(16), words="The door", lane=rules.Lane.SUGGESTION, code=code, route=rules.Route.NOW
    )
    feedback.take(session, keys, said, TODAY)
    feedback.release(session, keys, TODAY + timedelta(days=4))
    [message] = feedback.inbox(session, keys, live.founded.reader("Ash"), rules.Audience.EVERYONE).messages
    feedback.write_back(session, keys, message, REPLY, asks=True, today=TODAY)
    session.commit()
    with open_vote(live, "majority") as cards:
        yield code.code.words, cards


Stop = Callable[[Visitor, str, str], None]


def a_code_typed(somebody: Visitor, code: str, card: str) -> None:
    """The code typed, and nothing pressed yet."""
    somebody.begins_at("/code")
    somebody.page.fill("#step [name=code]", code)
    somebody.secrets = [code]


def a_code_refused(somebody: Visitor, code: str, card: str) -> None:
    """One word of it is missing, and the page says so with what was typed."""
    short = code.rsplit(" ", 1)[0]
    a_code_typed(somebody, short, card)
    enter(somebody)
    assert "4 of 5" in somebody.page.content()


def a_code_opened(somebody: Visitor, code: str, card: str) -> None:
    """What a reader wrote back, and more words typed below it."""
    a_code_typed(somebody, code, card)
    enter(somebody)
    somebody.page.fill("textarea", "More of my own words")
    somebody.secrets = [REPLY, "More of my own words"]


def a_code_asked_about(somebody: Visitor, code: str, card: str) -> None:
    """They are done, and the page asks about the words that were not sent."""
    a_code_opened(somebody, code, card)
    with somebody.page.expect_navigation():
        somebody.page.locator("button[formaction]").first.press("Enter")
    somebody.pages += 1
    assert "Leave without sending" in somebody.page.inner_text("body")
    expect(somebody.page.locator("textarea")).to_have_value("More of my own words")


def a_code_in_another_language(somebody: Visitor, code: str, card: str) -> None:
    """The same, and then all of it in another language."""
    a_code_opened(somebody, code, card)
    somebody.picks("es")
    somebody.pages += 1
    expect(somebody.page.locator("textarea")).to_have_value("More of my own words")


def a_card_typed(somebody: Visitor, code: str, card: str) -> None:
    """The letters of a voting card."""
    somebody.begins_at("/vote")
    somebody.page.fill("#cast-code" if somebody.scripts else "#step [name=pass]", card)
    somebody.secrets = [card]


def a_paper_marked(somebody: Visitor, code: str, card: str) -> None:
    """The ballot paper with a mark on it."""
    a_card_typed(somebody, code, card)
    onward(somebody)
    somebody.page.locator("input[name=choice][value=no]:visible, .ballot input[value=no]").last.check(force=True)
    somebody.secrets = [card, "checked=no"]


def a_card_refused(somebody: Visitor, code: str, card: str) -> None:
    """One letter is missing, and the page says so with what was typed."""
    a_card_typed(somebody, code, card[:-1])
    onward(somebody)
    assert "19 of 20" in somebody.page.inner_text("main")


def a_paper_in_another_language(somebody: Visitor, code: str, card: str) -> None:
    """The ballot paper with its mark, in another language: drawn anew by the server, or by the page's script."""
    a_paper_marked(somebody, code, card)
    somebody.picks("fr")
    somebody.pages += not somebody.scripts
    somebody.secrets = [card, "checked=no"]


def a_choice_read_back(somebody: Visitor, code: str, card: str) -> None:
    """The choice is read back, and waits to be put into the box."""
    a_paper_marked(somebody, code, card)
    onward(somebody)
    assert "Is this right?" in somebody.page.inner_text("main")
    somebody.secrets = [card, "checked=no"] if somebody.scripts else [card]


def a_tracker_shown(somebody: Visitor, code: str, card: str) -> None:
    """It is in the box: the letters by which the ballot is found."""
    a_choice_read_back(somebody, code, card)
    onward(somebody)
    somebody.page.locator(".code-words li:visible").first.wait_for()
    somebody.secrets = somebody.page.locator(".code-words li").all_inner_texts()
    assert len(somebody.secrets) == 2


STOPS = (
    a_code_typed, a_code_refused, a_code_opened, a_code_asked_about, a_card_typed, a_card_refused, a_paper_marked,
    a_choice_read_back, a_tracker_shown,
)  # fmt: skip
# Last: a kiosk that nobody hid goes on in the language that was picked.
ALL_STOPS = (*STOPS, a_code_in_another_language, a_paper_in_another_language)
CASES = pairs(ALL_STOPS, (hidden, gone_to_another_page), (False, True))
# Nobody goes further than these: every page they went through is looked at. Of any other, the last two.
FURTHEST = (a_code_in_another_language, a_tracker_shown)


def enter(somebody: Visitor) -> None:
    with somebody.page.expect_navigation():
        somebody.page.locator(".kiosk-next .button-main:visible").press("Enter")
    somebody.pages += 1


def onward(somebody: Visitor) -> None:
    """Press the one main action: with scripts the page stays, and shows its next part."""
    if not somebody.scripts:
        return enter(somebody)
    before = somebody.page.inner_text(".kiosk-main")
    somebody.page.locator(".kiosk-next .button-main:visible").press("Enter")
    somebody.page.wait_for_function(
        "(before) => document.querySelector('.kiosk-main').innerText !== before", arg=before
    )
    return None


def at_a_shared_screen(live: Live, page: Page, scripts: bool) -> Visitor:
    page.goto(live.url + "/kiosk")
    return Visitor(page, live.url, scripts)


ADDRESSES = ("/code", "/code/opened", "/vote", "/vote/1")


def seen_at_the_addresses(somebody: Visitor) -> list[str]:
    found = []
    for address in ADDRESSES:
        somebody.page.goto(somebody.url + address)
        found += leaks(somebody)
    return found


def told_at_the_addresses(somebody: Visitor) -> list[str]:
    """What the program answers there, with the cookie as it was left: asked for, and not drawn."""
    answers = somebody.page.evaluate(ANSWERED, ADDRESSES)
    assert all("<h1" in answer for answer in answers)
    return [secret for answer in answers for secret in told(answer, somebody.secrets)]


def told(answer: str, secrets: list[str]) -> list[str]:
    """Which of *secrets* a page holds as it comes from the program: a word, or what is chosen in it."""
    tags = Read(answer).tags
    checked = [f"checked={facts.get('value')}" for tag, facts in tags if tag == "input" and "checked" in facts]
    return [secret for secret in secrets if secret in answer or secret in checked]


def in_turn(
    somebody: Visitor, code: str, card: str, stops: list[Stop], end: Callable[[Visitor], None]
) -> dict[str, list[str]]:
    """Have somebody come for each of *stops* and *end* there; look for what each left at once, and for all at last."""
    found, everything = {}, []
    for stop in stops:
        stop(somebody, code, card)
        assert leaks(somebody), f"the one before does see {stop.__name__}"
        end(somebody)
        found[stop.__name__] = leafs_through(somebody, somebody.pages + 1 if stop in FURTHEST else 2)
        found[f"told after {stop.__name__}"] = told_at_the_addresses(somebody)
        everything += somebody.secrets
    somebody.secrets = everything
    found["at the addresses"] = [*opens_every_address(somebody), *seen_at_the_addresses(somebody)]
    return {where: seen for where, seen in found.items() if seen}


@pytest.mark.parametrize("scripts", [False, True])
@pytest.mark.parametrize("end", [hidden, gone_to_another_page], ids=lambda end: end.__name__)
def test_the_next_person_sees_nothing_of_a_code_or_a_vote(
    live: Live,
    code_and_cards: tuple[str, list[str]],
    open_page: Callable[[bool], Page],
    end: Callable[[Visitor], None],
    scripts: bool,
) -> None:
    code, cards = code_and_cards
    somebody = at_a_shared_screen(live, open_page(scripts), scripts)
    stops = [stop for stop in ALL_STOPS if (stop, end, scripts) in CASES]
    assert in_turn(somebody, code, cards[0], stops, end) == {}


def left_without_sending(somebody: Visitor) -> None:
    """They are asked about words that were not sent, and leave. Nothing sealed waits in the tab either."""
    with somebody.page.expect_navigation():
        somebody.page.get_by_role("button", name="Leave without sending").press("Enter")
    somebody.pages += 1
    if somebody.scripts:
        somebody.page.wait_for_function("sessionStorage.getItem('words') === null")


@pytest.mark.parametrize("scripts", [False, True])
def test_who_leaves_without_sending_leaves_nothing(
    live: Live, code_and_cards: tuple[str, list[str]], open_page: Callable[[bool], Page], scripts: bool
) -> None:
    somebody = at_a_shared_screen(live, open_page(scripts), scripts)
    a_code_asked_about(somebody, code_and_cards[0], "")
    waits = somebody.page.evaluate("sessionStorage.getItem('words')") if scripts else "in the page"
    assert waits, "the control: until they leave, their words wait"
    assert in_turn(somebody, *code_and_cards[:1], "", [a_code_asked_about], left_without_sending) == {}


def test_what_a_page_holds_as_it_comes_is_found() -> None:
    """The control of what is asked for and not drawn."""
    answer = '<form><input value="no" type="radio" checked><input name="code" value="one two"><input value="yes">'
    assert told(answer, ["checked=no", "checked=yes", "one two", "three"]) == ["checked=no", "one two"]


def clears_itself(somebody: Visitor) -> None:
    """They walk away, and the screen clears itself. What may be written down stands for three minutes."""
    page = somebody.page
    page.clock.fast_forward("03:01" if page.locator(".code-words li:visible").count() else "00:46")
    with page.expect_navigation(url="**/kiosk/cleared"):
        page.clock.fast_forward("00:21")


def test_left_alone_it_clears_itself(
    live: Live, code_and_cards: tuple[str, list[str]], open_page: Callable[[bool], Page]
) -> None:
    code, cards = code_and_cards
    page = open_page(True)
    page.clock.install()
    somebody = at_a_shared_screen(live, page, True)
    assert in_turn(somebody, code, cards[0], [*ALL_STOPS], clears_itself) == {}


@pytest.mark.parametrize("scripts", [False, True])
def test_on_a_screen_that_nobody_said_is_shared_the_same_looking_around_finds_it(
    live: Live, code_and_cards: tuple[str, list[str]], open_page: Callable[[bool], Page], scripts: bool
) -> None:
    """The control: in this browser a page that is left can be gone back to."""
    somebody = Visitor(open_page(scripts), live.url, scripts)
    a_code_typed(somebody, code_and_cards[0], "")
    somebody.page.goto(live.url + "/help-now")
    with suppress(Error):
        somebody.page.go_back(wait_until="commit")
    settled(somebody.page)
    assert leaks(somebody) == [code_and_cards[0]]


# A page that does nothing when the browser puts it away, and nothing when it takes it out again.
LETS_ITSELF_BE_FROZEN = """
const add = window.addEventListener;
window.addEventListener = (kind, ...how) => /^page(hide|show)$/.test(kind) ? undefined : add.call(window, kind, ...how);
"""


@pytest.mark.parametrize("defended", [True, False], ids=["as it is", "the control"])
def test_a_page_that_a_browser_froze_whatever_its_cookie_did_comes_back_empty(
    live: Live,
    code_and_cards: tuple[str, list[str]],
    open_page: Callable[[bool], Page],
    without_defences: str,
    monkeypatch: pytest.MonkeyPatch,
    defended: bool,
) -> None:
    """Chromium keeps no page whose cookie turned. Of one that does, the page itself is what empties it."""
    page = open_page(True)
    if not defended:
        page.add_init_script(LETS_ITSELF_BE_FROZEN)
    somebody, found = at_a_shared_screen(live, page, True), set()
    monkeypatch.setattr(live.app.session_interface, "save_session", lambda *told: None)
    for stop in (a_code_typed, a_paper_marked):
        stop(somebody, code_and_cards[0], code_and_cards[1][0])
        page.goto(without_defences)
        with suppress(Error):
            page.go_back(wait_until="commit")
        found |= {stop.__name__} if leaks(somebody) else set()
    assert found == (set() if defended else {"a_code_typed", "a_paper_marked"})


def test_what_a_code_opened_goes_at_once_where_a_phone_is_left_without_a_signal(
    live: Live, code_and_cards: tuple[str, list[str]], open_page: Callable[[bool], Page]
) -> None:
    page = open_page(True)
    a_code_opened(Visitor(page, live.url, True), code_and_cards[0], "")
    opened = {"__Secure-opened"}
    assert {cookie["name"] for cookie in page.context.cookies(live.url + "/code")} >= opened
    page.context.set_offline(True)
    page.locator("header [data-leave]").press("Enter")
    settled(page)
    assert not {cookie["name"] for cookie in page.context.cookies(live.url + "/code")} & opened, "it goes at once"
    page.context.set_offline(False)
    page.goto(live.url + "/code/opened")
    expect(page.locator("#step [name=code]")).to_be_visible()
    assert REPLY not in page.content()
