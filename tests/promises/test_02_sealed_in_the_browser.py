"""Promise 2: where scripts run, words are sealed before they leave the browser.

In a real Chromium somebody types and sends, on their own phone and at a kiosk. Every request that goes out is read, its
addresses and cookies too, and so is everything the program takes in: no word of the message is in any of it. A reader
then reads exactly what was typed. With scripts off the same search finds the words.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete, select, update

from governance import clock, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held
from governance.feedback.views.carried import Step as Screen
from governance.ledger import service as ledger
from governance.people import service as people
from governance.people.models import IntakeKey
from tests.factories import NOW, TODAY
from tests.live import Live
from tests.promises.test_03_next_person import Visitor

WORDS = "Heather said the walnuts by the gate are rotting"
# Long enough that no sealed text, which is letters drawn by lot, holds one; and none is a word that codes are made of.
SEARCHED = ["Heather", "walnuts", "rotting"]
A_MINUTE_ON = NOW + timedelta(minutes=1)

Somebody = Callable[..., Page]


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Somebody]:
    """Open a screen with what it sends kept beside it, as `page.sent`."""
    contexts: list[BrowserContext] = []

    def opens(scripts: bool = True, phone: bool = True) -> Page:
        size = {"width": 360, "height": 740} if phone else {"width": 1280, "height": 800}
        contexts.append(browser.new_context(java_script_enabled=scripts, viewport=size, locale="en-US"))
        return contexts[-1].new_page()

    yield opens
    for context in contexts:
        context.close()


@contextmanager
def listening(page: Page, app: Flask, log: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Keep what leaves the browser, what the program reads of it, and what the program writes into its log."""
    heard: list[str] = []
    page.on("request", lambda each: heard.append(f"{each.url} {each.headers} {each.post_data or ''}"))

    def keep() -> None:
        heard.append(f"{request.url} {dict(request.cookies)} {dict(request.form)} {request.get_data(as_text=True)}")

    functions = app.before_request_funcs.setdefault(None, [])
    functions.append(keep)
    with log.at_level(logging.DEBUG):
        yield heard
    functions.remove(keep)
    heard.append(log.text)


def found(heard: list[str]) -> list[str]:
    """Return which words of the message are in what was *heard*, in the ways a form writes them."""
    everything = "\n".join([*heard, *map(unquote_plus, heard)])
    return [word for word in SEARCHED if word in everything]


def press(page: Page, go: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name=go][value={go}]:not(.only-heard)").first.press("Enter")


def to_the_words(page: Page, live: Live, frame: str, lane: str = "suggestion", *, walks: bool = False) -> None:
    """Come to the screen for words: in a hurry, or by each screen before it (tests/promises/test_03_next_person.py)."""
    page.goto(f"{live.url}/{frame}")
    if not walks:
        somebody = Visitor(page, live.url, scripts=True, app=live.app)
        somebody.hurries(Screen.WORDS, lane=lane, about="worker" if lane == "grievance" else "")
        return press(page, "next")
    page.locator(f"input[value={lane}]").press("Space")
    while not page.locator("textarea").count():
        press(page, "next")
        if page.locator("input[value=worker]").count():
            page.locator("input[value=worker]").press("Space")
    return None


def sends(page: Page) -> None:
    with clock.stopped_everywhere(A_MINUTE_ON):
        press(page, "send")


def expect_thanks(page: Page) -> None:
    expect(page.get_by_role("heading", name="Thank you. It is in.")).to_be_visible()


def read(live: Live, alias: str = "Ash") -> list[str]:
    """Let out what is held, return all that *alias* then reads, and leave nothing behind."""
    session, keys = live.founded.session, live.founded.keys
    session.rollback()
    feedback.release(session, keys, TODAY + timedelta(days=4))
    ring = feedback.Keyring(session, keys, live.founded.reader(alias))
    said = [message.words for box in ring.audiences for message in ring.inbox(box).messages]
    session.rollback()
    session.execute(delete(Held))
    session.commit()
    return said


@pytest.mark.parametrize("frame", ["say", "kiosk"])
@pytest.mark.parametrize("at_once", [True, False], ids=["sent as it is", "through the last screen"])
def test_no_word_leaves_the_browser_and_the_reader_reads_each(
    live: Live, somebody: Somebody, caplog: pytest.LogCaptureFixture, frame: str, at_once: bool
) -> None:
    page = somebody(phone=frame == "say")
    with listening(page, live.app, caplog) as heard:
        to_the_words(page, live, frame, walks=True)
        page.fill("textarea", WORDS)
        if not at_once:
            press(page, "next")
            press(page, "back")
            expect(page.locator("textarea")).to_have_value(WORDS)
            press(page, "next")
        sends(page)
        expect_thanks(page)
        assert page.evaluate("sessionStorage.length") == 0
    assert found(heard) == []
    assert any("sealed_for" in each for each in heard), "something was sent in their place"
    assert read(live) == [WORDS]


@pytest.mark.parametrize("frame", ["say", "kiosk"])
def test_without_scripts_the_same_search_finds_the_words(
    live: Live, somebody: Somebody, caplog: pytest.LogCaptureFixture, frame: str
) -> None:
    """The control, and the way without scripts: the program seals, and nothing is lost."""
    page = somebody(scripts=False)
    with listening(page, live.app, caplog) as heard:
        to_the_words(page, live, "say/1" if frame == "say" else frame, walks=True)
        page.fill("textarea", WORDS)
        press(page, "next")
        sends(page)
        expect_thanks(page)
    assert found(heard) == SEARCHED
    assert read(live) == [WORDS]


LONGEST = "🏳️‍🌈🫶🏽" * 300
STRANGE = [
    "شكراً لكم على القهوة الساخنة في الصباح",
    "  two spaces\n\nand lines, “quotes” \\ & <b>tags</b> ไทย e\u0301 \u200f",
    LONGEST[: rules.LONGEST_WORDS],
    "",
]


@pytest.mark.parametrize("words", STRANGE, ids=["right to left", "signs", "the longest", "none"])
def test_words_in_any_script_come_through_letter_for_letter(live: Live, somebody: Somebody, words: str) -> None:
    page = somebody()
    to_the_words(page, live, "say")
    page.fill("textarea", words)
    press(page, "next")
    sends(page)
    expect_thanks(page)
    assert read(live) == [words]


def test_what_is_too_long_is_said_and_stands_there_whole(live: Live, somebody: Somebody) -> None:
    page = somebody()
    to_the_words(page, live, "kiosk")
    too_long = WORDS + " 🫶" * 1000
    page.fill("textarea", too_long)
    sends(page)
    expect(page.get_by_text("Nothing was cut off.").first).to_be_visible()
    expect(page.locator("textarea")).to_have_value(too_long)
    page.fill("textarea", WORDS)
    sends(page)
    expect_thanks(page)
    assert read(live) == [WORDS]


FIVE = sealing.word_list("en")[100:105]


@pytest.mark.parametrize("code", ["1234 5678 9012 3456 7890", ", ".join(FIVE).upper()], ids=["digits", "words"])
def test_who_types_what_may_be_a_code_is_asked_once(live: Live, somebody: Somebody, code: str) -> None:
    page = somebody()
    to_the_words(page, live, "say")
    page.fill("textarea", code)
    sends(page)
    expect(page.get_by_text("keep it to yourself.").first).to_be_visible()
    expect(page.locator("textarea")).to_have_value(code)
    assert read(live) == []
    sends(page)
    expect_thanks(page)
    assert read(live) == [code]


def test_two_taps_send_it_once(live: Live, somebody: Somebody) -> None:
    page = somebody()
    to_the_words(page, live, "say")
    page.fill("textarea", WORDS)
    with clock.stopped_everywhere(A_MINUTE_ON), page.expect_navigation():
        page.evaluate("for (const tap of [1, 2]) document.querySelector('[name=go][value=send]').click()")
    expect_thanks(page)
    assert read(live) == [WORDS]


def test_a_key_that_changes_meanwhile_asks_again_and_the_words_stay(live: Live, somebody: Somebody) -> None:
    page = somebody(phone=False)
    to_the_words(page, live, "kiosk")
    page.fill("textarea", WORDS)
    press(page, "next")
    session = live.founded.session
    people.rotate(session, live.founded.keys, [rules.Audience.EVERYONE], TODAY)
    session.commit()
    sends(page)
    expect(page.get_by_text("Please press once more.").first).to_be_visible()
    assert page.locator("#step").count(), "the same screen"
    sends(page)
    expect_thanks(page)
    assert read(live) == [WORDS]


def test_a_moment_without_a_key_takes_no_words_from_a_kiosk(live: Live, somebody: Somebody) -> None:
    """The tab holds the only copy: a page that is made while no key can be had must leave it there."""
    page, session = somebody(phone=False), live.founded.session
    to_the_words(page, live, "kiosk")
    page.fill("textarea", WORDS)
    session.execute(update(IntakeKey).values(destroyed_on=TODAY))
    session.commit()
    press(page, "next")
    assert page.locator("[data-words-key]").count() == 0, "this page has no key to seal to"
    session.execute(update(IntakeKey).values(destroyed_on=None))
    session.commit()
    sends(page)
    expect(page.get_by_text("Your words did not come along.")).to_be_visible()
    expect(page.locator("textarea")).to_have_value(WORDS)
    sends(page)
    expect_thanks(page)
    assert read(live) == [WORDS]


def test_words_that_stayed_behind_are_missed_and_never_sent_as_nothing(live: Live, somebody: Somebody) -> None:
    """As when the tab forgot them, or the line broke off before the script of the last screen came."""
    page = somebody()
    to_the_words(page, live, "say")
    page.fill("textarea", WORDS)
    press(page, "next")
    kept = page.evaluate("sessionStorage.getItem('words')")
    page.evaluate("sessionStorage.removeItem('words')")
    page.evaluate("kept => addEventListener('pagehide', () => sessionStorage.setItem('words', kept))", kept)
    sends(page)
    expect(page.get_by_text("Your words did not come along.").first).to_be_visible()
    expect(page.locator("textarea")).to_have_value(WORDS)
    sends(page)
    expect_thanks(page)
    assert read(live) == [WORDS]


@pytest.mark.parametrize("gone", ["crypto", "requestSubmit", "X25519"])
def test_a_browser_without_the_means_loses_nothing(
    live: Live, somebody: Somebody, caplog: pytest.LogCaptureFixture, gone: str
) -> None:
    """Without WebCrypto the program seals, as without scripts. Without its newest curve, ours stands in."""
    page = somebody()
    page.add_init_script(
        {
            "crypto": "Object.defineProperty(crypto, 'subtle', { value: undefined })",
            "requestSubmit": "HTMLFormElement.prototype.requestSubmit = undefined",
            "X25519": "const real = crypto.subtle.importKey.bind(crypto.subtle); crypto.subtle.importKey = (...all) =>"
            "  (all[2].name === 'X25519' ? Promise.reject(new Error('none')) : real(...all))",
        }[gone]
    )
    with listening(page, live.app, caplog) as heard:
        to_the_words(page, live, "say")
        page.fill("textarea", WORDS)
        press(page, "next")
        sends(page)
        expect_thanks(page)
    assert found(heard) == ([] if gone == "X25519" else SEARCHED)
    assert read(live) == [WORDS]


def test_a_code_asked_for_at_the_end_opens_the_words_that_were_sealed(live: Live, somebody: Somebody) -> None:
    page = somebody()
    to_the_words(page, live, "say")
    page.fill("textarea", WORDS)
    sends(page)
    page.get_by_role("button", name="Give me a code").click()
    expect(page.locator(".code-words li")).to_have_count(5)
    session = live.founded.session
    session.rollback()
    assert session.scalars(select(Held)).one()
    session.rollback()
    assert read(live) == [WORDS]


def test_more_words_behind_a_code_are_sealed_too(
    live: Live, somebody: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    code = feedback.prepare_code(live.founded.keys, b"a form's own token", "en")
    said = feedback.Submission(token=b"a form's own token", code=code, about=rules.About.WORKER)
    session = live.founded.session
    feedback.take(session, live.founded.keys, said, TODAY)
    session.commit()
    page = somebody()
    page.goto(live.url + "/code")
    page.fill("input[name=code]", code.code.words)
    with listening(page, live.app, caplog) as heard:
        with page.expect_navigation():  # Until it is loaded, nothing on the page seals.
            page.locator("#step button, button[form=step]").first.press("Enter")
        page.fill("textarea", WORDS + "x" * rules.LONGEST_WORDS)
        page.get_by_role("button", name="Send this too").press("Enter")
        expect(page.get_by_text("words too long.").first).to_be_visible()
        expect(page.locator("textarea")).to_have_value(WORDS + "x" * rules.LONGEST_WORDS)
        page.fill("textarea", WORDS)
        page.get_by_role("button", name="Send this too").press("Enter")
        expect(page.get_by_text("Your words are in.")).to_be_visible()
        page.wait_for_function("sessionStorage.length === 0")
        expect(page.locator("textarea")).to_have_value("")
    assert found(heard) == []
    assert sorted(read(live, "Kelp")) == ["", WORDS]


def test_the_page_holds_the_key_of_its_readers_and_the_ledger_announced_it(live: Live, somebody: Somebody) -> None:
    page = somebody()
    to_the_words(page, live, "say", lane="grievance")
    pinned = page.locator("#step").get_attribute("data-words-key")
    session = live.founded.session
    session.rollback()
    key = session.scalars(select(IntakeKey).where(IntakeKey.public == bytes.fromhex(pinned or ""))).one()
    assert key.audience == rules.Audience.GRIEVANCE
    announced = [facts for _, facts in ledger.leaves(session, "decisions") if facts.get("kind") == "key"]
    session.rollback()
    assert [f"grievance {key.period}"] == [each["made"] for each in announced if each["public"] == pinned]


def test_on_a_phone_a_new_form_opens_nothing_of_the_one_before(live: Live, somebody: Somebody) -> None:
    page = somebody()
    to_the_words(page, live, "say")
    page.fill("textarea", WORDS)
    press(page, "next")
    left = page.evaluate("sessionStorage.getItem('words')")
    page.goto(live.url + "/hide")
    assert page.evaluate("sessionStorage.getItem('words')") == left, "it lies there still, and no page has its key"
    to_the_words(page, live, "say")
    page.wait_for_function("sessionStorage.getItem('words') === null")
    expect(page.locator("textarea")).to_have_value("")


def test_what_waits_in_the_tab_of_a_kiosk_is_sealed_and_the_next_visit_drops_it(live: Live, somebody: Somebody) -> None:
    page = somebody(phone=False)
    to_the_words(page, live, "kiosk")
    page.fill("textarea", WORDS)
    press(page, "next")
    _, sealed = page.evaluate("sessionStorage.getItem('words')").split()
    assert len(base64.b64decode(sealed)) == 2048 + 16, "its length tells nothing"
    assert found([page.evaluate("JSON.stringify(sessionStorage)")]) == []
    page.goto(live.url + "/kiosk")
    expect(page.get_by_role("heading", name="What do you want to say?")).to_be_visible()
    page.wait_for_function("sessionStorage.length === 0")
