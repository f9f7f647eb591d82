"""Promise 3: the next person at the screen sees nothing of the one before.

Over HTTPS, as operators serve it, in a real Chromium with its back/forward cache on, with scripts and without. Whatever
somebody typed, on whatever screen they stopped, and however it ended: Back, Forward, sending an old form once more and
opening the addresses again show nothing of it. A page without our defences must leak in the same browser, over HTTPS
too, or the run proves nothing.

One after another they come to one kiosk, and all of them end in the same way. Whoever stopped on the way that another
went further leaves one page in another way than that other did: the page they stopped at. So they hurry to it, as if
they had answered the screens before it. Each page is left in each way, and with scripts and without; not in each way
with both (tests/pairs.py).
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page, expect
from werkzeug.serving import make_server

from governance import clock
from governance.feedback.views import carried, drawing
from governance.feedback.views.carried import Answers, Company
from governance.feedback.views.carried import Step as Screen
from governance.frame.headers import ONE_YEAR
from governance.packages import import_tables
from governance.storage import database
from tests.browser import settled
from tests.deploy.as_operators_do import a_site_over_https
from tests.factories import NOW
from tests.live import Live
from tests.pairs import in_full, pairs

SENTINEL = "Sentinel words of the person before"
MARKED = ("grievance", "manager", "ban", "bad", "words", "now")  # What they tapped, by its value.

LEFT_BEHIND = """async () => ({
  page: document.documentElement.outerHTML,
  fields: [...document.querySelectorAll("input, textarea")].map((field) => field.value),
  checked: [...document.querySelectorAll("input:checked")].map((field) => field.value),
  kept: JSON.stringify([localStorage, sessionStorage, document.cookie]),
  databases: (await indexedDB.databases()).map((one) => one.name),
  caches: await caches.keys(),
})"""


# How many of these are covered in their middle by what is none of their own.
COVERED = """(these) => [...document.querySelectorAll(these)].filter((one) => {
  const box = one.getBoundingClientRect();
  return !one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}).length"""


@dataclass
class Visitor:
    """Somebody at the screen, with the secrets they leave on it."""

    page: Page
    url: str
    scripts: bool
    secrets: list[str] = field(default_factory=lambda: [SENTINEL])
    pages: int = 1  # How many they went through, from the first that holds something of theirs.
    app: Flask | None = field(default=None, repr=False)  # Of who hurries.

    def begins_at(self, address: str) -> None:
        """Open the first page of what they have to say."""
        self.page.goto(self.url + address)
        self.pages = 1

    def press(self, go: str, name: str = "go") -> None:
        """Press a button by its key, so that the guard against shaky taps has nothing to guard."""
        button = self.page.locator(f"button[name={name}][value={go}]:not(.only-heard)")
        with self.page.expect_navigation():
            button.press("Enter")
        self.pages += 1

    def hurries(self, screen: Screen, company: Company = Company.NONE, **answered: Any) -> bool:
        """Make the first page the one before *screen*, with this *answered* before, where they hurry at all.

        The page carries the answers, so it alone changes. The next "Continue" leads to *screen*.
        """
        if not self.app:
            return False
        carries = self.page.locator("input[name=so_far]")
        with self.app.app_context():
            begun = carried.opened(carries.input_value(), drawing.key())
            assert begun
            there = replace(begun, step=screen, company=company, answers=replace(Answers(), **answered)).back()
            carries.evaluate("(field, value) => { field.value = value; }", carried.sealed(there, drawing.key()))
        return True

    def tap(self, value: str) -> None:
        """Choose what has this value."""
        self.page.locator(f"input[value={value}]").press("Space")

    def unfolds(self, summary: str) -> None:
        """Open what is folded away."""
        fold = self.page.locator(summary)
        fold.press("Enter") if self.scripts else fold.click()

    def picks(self, language: str) -> None:
        """Have the same screen in another language, from the server or by the page's script."""
        self.unfolds(".languages summary")
        self.page.locator(f"button[value=in-{language}]").press("Enter")
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        settled(self.page)


Step = Callable[[Visitor], None]


def at_the_start(somebody: Visitor) -> None:
    """A choice, and no step taken yet."""
    somebody.tap("grievance")


def at_whom_it_is_about(somebody: Visitor) -> None:
    """A complaint, and whom it is about."""
    at_the_start(somebody)
    somebody.press("next")
    somebody.tap("manager")


def at_the_topics(somebody: Visitor) -> None:
    """Topics chosen."""
    at_whom_it_is_about(somebody)
    somebody.press("next")
    somebody.unfolds("main summary")
    somebody.tap("ban")


def at_the_faces(somebody: Visitor) -> None:
    """A face chosen."""
    if not somebody.hurries(Screen.FACE, lane="grievance", about="manager"):
        at_the_topics(somebody)
    somebody.press("next")
    somebody.tap("bad")


def at_the_words(somebody: Visitor) -> None:
    """Words typed and not sent on."""
    if not somebody.hurries(Screen.WORDS, lane="grievance", about="manager"):
        at_the_faces(somebody)
    somebody.press("next")
    somebody.page.fill("textarea", SENTINEL)


def in_another_language(somebody: Visitor) -> None:
    """Words typed, and the same screen with them in another language."""
    at_the_words(somebody)
    somebody.picks("es")
    somebody.pages += 1
    expect(somebody.page.locator("textarea")).to_have_value(SENTINEL)


def at_the_sending(somebody: Visitor) -> None:
    """Words carried on to the last question, and an answer picked."""
    at_the_words(somebody)
    somebody.press("next")
    somebody.tap("words")


def when_it_should_go(somebody: Visitor) -> None:
    """Someone may be hurt: sent as it is, and asked whether now. The words wait on that screen too."""
    somebody.hurries(Screen.WORDS, lane="urgent")
    somebody.press("next")
    somebody.page.fill("textarea", SENTINEL)
    somebody.press("send")
    somebody.tap("now")


def back_at_the_words(somebody: Visitor) -> None:
    """Words brought back, to be changed: by the server, or out of the tab by the page's script."""
    at_the_sending(somebody)
    somebody.press("back")
    expect(somebody.page.locator("textarea")).to_have_value(SENTINEL)


def at_an_error(somebody: Visitor) -> None:
    """A page that says the words are too long, with all of them in it."""
    at_the_words(somebody)
    somebody.page.fill("textarea", SENTINEL + "x" * 2000)
    somebody.press("next")
    assert "too long" in somebody.page.content()
    expect(somebody.page.locator("textarea")).to_have_value(SENTINEL + "x" * 2000)


def after_sending(somebody: Visitor) -> None:
    """Thanked, with a code on the screen."""
    at_the_sending(somebody)
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
        somebody.press("y", "wants_code")
    words = somebody.page.locator(".code-words li").all_inner_texts()
    assert len(words) == 5
    somebody.secrets += [somebody.page.locator("strong bdi").inner_text()]


STOPS = (
    at_the_start, at_whom_it_is_about, at_the_topics, at_the_faces, at_the_words, in_another_language, at_the_sending,
    when_it_should_go, back_at_the_words, at_an_error, after_sending,
)  # fmt: skip


def hidden(somebody: Visitor) -> None:
    """They press "Hide this"."""
    with somebody.page.expect_navigation():
        somebody.page.locator(".kiosk-head [data-hide]").press("Enter")
    somebody.page.wait_for_load_state()


def hidden_on_a_phone(somebody: Visitor) -> None:
    """They open the page that hides, which no screen of a phone leads to but the thanks."""
    somebody.page.goto(somebody.url + "/hide")


def begun_anew(somebody: Visitor) -> None:
    """They walk away, and the next person opens the kiosk's address."""
    somebody.page.goto(somebody.url + "/kiosk")


def gone_to_another_page(somebody: Visitor) -> None:
    """They walk away, and the next person opens another page of ours."""
    somebody.page.goto(somebody.url + "/help-now")


def left_idle(somebody: Visitor) -> None:
    """They walk away, and the screen clears itself: 45 seconds, then 20 more. A code to copy stands for three minutes.

    Until then nothing lies over it.
    """
    code = somebody.page.locator(".code-words")
    if code.count():
        somebody.page.clock.fast_forward("02:59")
        expect(code).to_be_visible()
        expect(somebody.page.locator("#still-there")).to_be_hidden()
        somebody.page.clock.fast_forward("00:02")
        expect(somebody.page.locator("#still-there")).to_be_visible()
        assert somebody.page.evaluate(COVERED, ".code-words li") == 0
    else:
        somebody.page.clock.fast_forward("00:46")
    with somebody.page.expect_navigation(url="**/kiosk/cleared"):
        somebody.page.clock.fast_forward("00:21")


# Where somebody walks away: at a choice, and wherever words lie. "Hide this" is tried at every stop, with scripts at
# each second one of the others.
LEFT_AT = (at_the_start, at_the_words, back_at_the_words, at_an_error, after_sending)
# Nobody goes further than these: they walk there, and every page they went through is looked at. Of any other, two.
FURTHEST = ((back_at_the_words, hidden), (after_sending, hidden), (after_sending, begun_anew),
            (after_sending, gone_to_another_page), (after_sending, left_idle))  # fmt: skip


def ways() -> list[tuple[Step, bool, tuple[Step, ...]]]:
    """How it ends, whether scripts run, and who ends so. Left idle, and so cleared by a script, are all of them."""
    others = tuple(stop for stop in STOPS if stop not in LEFT_AT)
    cases = [(stop, hidden, False) for stop in others]
    cases += [(stop, hidden, True) for stop in in_full(others, others[::2])]
    cases += pairs(LEFT_AT, (hidden, begun_anew, gone_to_another_page), (False, True))
    return [
        (end, scripts, tuple(stop for stop in STOPS if (stop, end, scripts) in cases))
        for end in (hidden, begun_anew, gone_to_another_page)
        for scripts in (False, True)
    ]


@pytest.fixture(scope="module")
def browser(browser_that_keeps_pages: Browser) -> Browser:
    """The whole browser, with its back/forward cache on."""
    return browser_that_keeps_pages


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, trusted: tuple[Path, Path]) -> Iterator[Live]:
    """The test programme at noon of its first day, served as operators do. Its own browser trusts the certificate."""
    import_tables()
    folder = tmp_path_factory.mktemp("over_https")
    with clock.stopped_everywhere(NOW), database.writing(), a_site_over_https(folder, trusted) as site:
        yield site


# Chromium keeps no page to go back to whose script may speak, or has asked for what is not to be stored, as "Listen"
# does. The next person is let loose on a browser that keeps more: one without voices, whose line was down just then.
WITHOUT_SOUND = """
Object.defineProperty(window, 'speechSynthesis', { value: undefined });
const ask = window.fetch;
window.fetch = (what, ...how) => String(what).includes('/aloud/') ? Promise.reject(new Error()) : ask(what, ...how);
"""


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[[bool], Page]]:
    """Open a page in a browser of its own, with scripts or without."""
    contexts = []

    def open_page(scripts: bool) -> Page:
        contexts.append(browser.new_context(java_script_enabled=scripts))
        contexts[-1].add_init_script(WITHOUT_SOUND)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def leaks(somebody: Visitor) -> list[str]:
    """Return what the page in front of the next person shows of the one before."""
    settled(somebody.page)
    try:
        left = somebody.page.evaluate(LEFT_BEHIND)
    except Error:  # The browser's own page, "this form must be sent again", has no storage to look into.
        settled(somebody.page)
        left = {"page": somebody.page.content(), "checked": []}
    shown = str({**left, "checked": [f"checked={value}" for value in left["checked"]]})
    return [secret for secret in somebody.secrets if secret in shown] + [m for m in left["checked"] if m in MARKED]


def next_person_looks_around(somebody: Visitor) -> list[str]:
    """Press Back on every page that holds something, go forward again, then open every address again."""
    return [*leafs_through(somebody, somebody.pages + 1), *opens_every_address(somebody)]


def leafs_through(somebody: Visitor, back: int, *, step_by_step: bool = False) -> list[str]:
    """Press Back so many times, and go forward again: in one jump to the newest page, as the list under the button
    offers; or *step_by_step*, every page again. Return what was seen of somebody before.
    """
    page, found = somebody.page, leaks(somebody)
    forward = [page.go_forward] * back if step_by_step else [partial(to_the_newest, page)]
    for move in [*[page.go_back] * back, *forward]:
        with suppress(Error):  # A page that was the answer to a form is not shown unless it is sent again.
            move(wait_until="commit")
        found += leaks(somebody)
        if page.url.startswith("chrome-error:"):
            with suppress(Error):
                page.reload(wait_until="commit")  # The next person says yes: send the form again.
            found += leaks(somebody)
    return found


def opens_every_address(somebody: Visitor) -> list[str]:
    """Open each address of a kiosk, and return what is seen there of somebody before."""
    found = []
    for address in ("/kiosk", "/kiosk/cleared", "/hide"):
        somebody.page.goto(somebody.url + address)
        found += leaks(somebody)
    return found


def seen_of_them_in_turn(
    somebody: Visitor, stops: tuple[Step, ...], end: Step, *, blank: tuple[Step, ...] = ()
) -> dict[str, list[str]]:
    """Have somebody come to the kiosk for each of *stops*, *end* there, and the next person look around.

    Return what was seen, and where they were then: nothing, where all is well. *blank*: stops that show nothing.
    """
    found, app = {}, somebody.app
    for stop in stops:
        somebody.begins_at("/kiosk")
        somebody.app = None if (stop, end) in FURTHEST else app
        found[f"before {stop.__name__}"] = leaks(somebody)
        stop(somebody)
        assert bool(leaks(somebody)) is (stop not in blank), f"whoever is {stop.__name__} does see it"
        end(somebody)
        back = somebody.pages + 1 if not somebody.app or stop is stops[-1] else 2
        step_by_step = (stop, end) == (back_at_the_words, hidden)
        found[stop.__name__] = leafs_through(somebody, back, step_by_step=step_by_step)
    found["at the addresses"] = opens_every_address(somebody)
    return {where: seen for where, seen in found.items() if seen}


def words_of(part: object) -> str:
    """Return how a part of a case is called."""
    if isinstance(part, bool):
        return "with scripts" if part else "no scripts"
    return getattr(part, "__name__", "in turn")


def to_the_newest(page: Page, wait_until: Literal["commit"]) -> None:
    """Go forward to the last page the browser knows."""
    browser = page.context.new_cdp_session(page)
    newest = browser.send("Page.getNavigationHistory")["entries"][-1]
    with page.expect_navigation(wait_until=wait_until):
        browser.send("Page.navigateToHistoryEntry", {"entryId": newest["id"]})
    browser.detach()


def test_it_is_tried_over_the_https_that_people_are_served(live: Live, open_page: Callable[[bool], Page]) -> None:
    page = open_page(True)
    answer = page.goto(live.url + "/kiosk")
    assert answer
    assert page.url.startswith("https://")
    assert answer.security_details()
    assert answer.header_value("Strict-Transport-Security") == f"max-age={ONE_YEAR}"
    assert [(cookie["name"], cookie["secure"]) for cookie in page.context.cookies()] == [("__Host-voice", True)]
    assert page.evaluate("isSecureContext")


@pytest.mark.parametrize(("end", "scripts", "stops"), ways(), ids=words_of)
def test_the_next_person_at_a_kiosk_sees_nothing(
    live: Live, open_page: Callable[[bool], Page], end: Step, scripts: bool, stops: tuple[Step, ...]
) -> None:
    somebody = Visitor(open_page(scripts), live.url, scripts, app=live.app)
    assert seen_of_them_in_turn(somebody, stops, end) == {}


def test_a_kiosk_left_alone_clears_itself(live: Live, open_page: Callable[[bool], Page]) -> None:
    somebody = Visitor(open_page(True), live.url, scripts=True, app=live.app)
    somebody.page.clock.install()
    assert seen_of_them_in_turn(somebody, STOPS, left_idle) == {}


@pytest.mark.parametrize(
    ("stop", "scripts"),
    [(at_the_words, True), (at_an_error, False), (after_sending, False), (after_sending, True)],
    ids=words_of,
)
def test_a_phone_that_was_hidden_shows_nothing(
    live: Live, open_page: Callable[[bool], Page], stop: Step, scripts: bool
) -> None:
    somebody = Visitor(open_page(scripts), live.url, scripts, app=None if stop is after_sending else live.app)
    somebody.begins_at("/say/1")
    stop(somebody)
    hidden_on_a_phone(somebody)
    assert "/say" not in somebody.page.url
    assert (next_person_looks_around(somebody) if stop is after_sending else leafs_through(somebody, 3)) == []


@pytest.fixture
def without_defences(trusted: tuple[Path, Path]) -> Iterator[str]:
    """Serve a form as it is commonly made, over HTTPS like ours: no header, no cookie, no script."""
    app = Flask("without_defences")
    form = '<!doctype html><title>x</title><form method="post" action="/sent"><textarea name="t"></textarea><button>'
    app.add_url_rule("/", view_func=lambda: form, endpoint="form")
    app.add_url_rule("/sent", view_func=lambda: "Thanks", endpoint="sent", methods=["POST"])
    line = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    line.load_cert_chain(*trusted)
    server = make_server("localhost", 0, app, threaded=True, ssl_context=line)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("scripts", [False, True])
def test_a_page_without_our_defences_leaks_in_this_browser(
    without_defences: str, open_page: Callable[[bool], Page], scripts: bool
) -> None:
    somebody = Visitor(open_page(scripts), without_defences, scripts)
    somebody.page.goto(without_defences)
    somebody.page.fill("textarea", SENTINEL)
    somebody.page.click("button")
    assert leaks(somebody) == []
    somebody.page.go_back(wait_until="commit")
    assert leaks(somebody) == [SENTINEL]
    to_the_newest(somebody.page, "commit")
    assert "Thanks" in somebody.page.content(), "and the jump forward leads to the last page"
