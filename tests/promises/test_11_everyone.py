"""Promise 11: everyone can use it. Every page of the program, at three sizes, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from governance import clock
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import AFTER, VOTING, a_vote
from tests.crawl import endpoint_of
from tests.demo.served import CAST, Demo, Loaded, Walks
from tests.page import PageClient

WIDTHS = (320, 768, 1280)
READ_AT = (1280, 320)  # Where axe reads: between them a page has no parts of its own, and narrow ones have fewer.
OF_A_KIND = 3  # So many pages that one view makes: the first, the last and one between, as their rows differ.
PARTICIPANT = ("/say", "/kiosk", "/code", "/help-now", "/hide", "/vote")
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "selectors": False,  # An element is named by its HTML; finding the shortest way to each took a fifth.
    "preload": False,  # No rule asks for what would be fetched once more: style sheets and sounds.
}
FOR_EVERYBODY = WCAG | {"rules": {"color-contrast-enhanced": {"enabled": True}}}  # WCAG 2.2, 1.4.6: seven to one.
AXE = Axe().axe_script  # Sent once to each browser, which takes it in with each page.
VIOLATIONS = "async (options) => (await axe.run(options)).violations"
# What axe asks of a page that is laid out anew, where all that it shows was read at another width.
OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
SHOWN = "(one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })"
SEEN = f"() => {{ window.seen = new Set([...document.querySelectorAll('*')].filter({SHOWN})); }}"
SHOWS_OTHERS = f"() => [...document.querySelectorAll('*')].some((one) => ({SHOWN})(one) !== window.seen.has(one))"

# Boxes of what can be pressed, as the browser draws them; links inside a sentence are text, not targets.
BOXES = """() => [...document.querySelectorAll(
    'a.button, button, input, select, textarea, summary, nav a, label.choice')]
  .filter(e => e.offsetParent !== null && e.type !== 'hidden' && !e.closest('.only-heard')
    && !(e.matches('input[type=radio], input[type=checkbox]') && e.closest('label')))
  .map(e => ({what: e.outerHTML.slice(0, 90), height: e.getBoundingClientRect().height}))"""


def signed_in_page(browser: Browser, demo: Demo, alias: str) -> Page:
    """A browser page with the cookie of somebody who has signed in."""
    context = browser.new_context()
    context.add_init_script(AXE)
    person = demo.as_somebody(alias)
    cookie = person.get_cookie("voice")
    if cookie:
        context.add_cookies([{"name": "voice", "value": cookie.value, "url": demo.url}])
    return context.new_page()


@pytest.fixture(scope="module")
def tours(demo: Demo, walked: tuple[Loaded, Walks]) -> dict[str, dict[str, tuple[int, ...]]]:
    """Who looks at which pages: each person those that nobody before them could open; and how wide axe reads them.

    Axe reads all of them wide, and narrow the longest of each view that is everybody's. Of those for who is signed in
    it reads one of each package narrow: the parts are the same.
    """
    seen: set[str] = set()
    packages: set[str] = set()
    found = {}
    for alias in ("", *CAST):
        pages = walked[1][alias][1].pages
        kinds: dict[str, list[str]] = {}
        for address in sorted(pages):
            kinds.setdefault(endpoint_of(demo.app, address), []).append(address)
        new = {kind: some_of(kinds[kind]) for kind in sorted(kinds.keys() - seen)}
        found[alias] = dict.fromkeys((each for some in new.values() for each in some), READ_AT[:1])
        for kind, some in new.items():
            package = kind.partition(".")[0]
            narrow_too = not alias or package not in packages
            found[alias][max(some, key=lambda each: len(pages[each].html))] = READ_AT if narrow_too else READ_AT[:1]
            packages |= {package} if alias else set()
        seen |= kinds.keys()
    return found


def some_of(addresses: list[str]) -> list[str]:
    """The first, the last and one between of the pages of one view; all of them where they are few."""
    few = {addresses[0], addresses[len(addresses) // 2], addresses[-1]}
    return sorted(few) if len(addresses) > OF_A_KIND else addresses


@pytest.mark.parametrize("alias", ["", *CAST])
def test_every_page_passes_axe_and_fits_at_every_width(
    browser: Browser, demo: Demo, tours: dict[str, dict[str, tuple[int, ...]]], alias: str
) -> None:
    page = signed_in_page(browser, demo, alias)
    asked = WCAG if alias else FOR_EVERYBODY
    faults = []
    for address, read_at in tours[alias].items():
        faults += faults_of(page, demo.url, address, asked, read_at)
    page.context.close()
    assert faults == []


def faults_of(page: Page, url: str, address: str, asked: dict[str, object], read_at: tuple[int, ...]) -> list[str]:
    """What axe, *asked* so and *read_at* these widths, a ruler and a narrow screen find wrong with one page."""
    page.goto(url + address)
    return faults_here(page, address, asked, read_at)


def faults_here(page: Page, address: str, asked: dict[str, object], read_at: tuple[int, ...]) -> list[str]:
    """The same of the page that is open, known by its *address*. It is left as narrow as the ruler ends."""
    faults = []
    smallest = 59.5 if address.startswith(PARTICIPANT) else 43.5
    for width in sorted(WIDTHS, reverse=True):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(VIOLATIONS, asked_at(page, width, asked)) if width in read_at else []
        faults += [f"{address} at {width}: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{address} at {width}: scrolls sideways")
        boxes = page.evaluate(BOXES) if asked is FOR_EVERYBODY or width == WIDTHS[-1] else []
        low = [box for box in boxes if box["height"] < smallest]
        faults += [f"{address} at {width}: {box['height']:.0f} px: {box['what']}" for box in low]
    return faults


def asked_at(page: Page, width: int, asked: dict[str, object]) -> dict[str, object]:
    """What axe is asked at a *width*: everything at the first one, and where a narrower one shows more or less than it.

    Else what hangs on the layout alone.
    """
    if width == READ_AT[0]:
        page.evaluate(SEEN)
        return asked
    if page.evaluate(SHOWS_OTHERS):
        return asked
    enhanced = ["color-contrast-enhanced"] if asked is FOR_EVERYBODY else []
    return WCAG | {"runOnly": {"type": "rule", "values": OF_LAYOUT + enhanced}}


SITE = "http://voice.test"
CARD_OF_NOBODY = "AAAA AAAA AAAA AAAA AAAA"
# What answers a POST of somebody who votes without scripts: no link leads there, so no tour does.
ANSWERS: dict[str, tuple[dict[str, str], int]] = {
    "a card of nobody": ({"pass": CARD_OF_NOBODY}, 422),
    "the paper": ({}, 200),
    "nothing is marked": ({"go": "next"}, 422),
    "the page lay open for long": ({"go": "next", "csrf_token": ""}, 422),
    "read back": ({"choice": "yes", "go": "next"}, 200),
    "it is in the box": ({"choice": "yes", "go": "drop"}, 200),
}


@pytest.fixture
def answer(page: Page, app: Flask) -> Callable[[TestResponse], Page]:
    """Show in the browser what answered a POST, with the style of the site and without scripts."""
    client, shown = app.test_client(), list[str]()

    def give(route: Route) -> None:
        if route.request.resource_type == "document":
            return route.fulfill(body=shown[-1], content_type="text/html; charset=utf-8")
        if route.request.resource_type == "script":
            return route.abort()
        with client.get(route.request.url.removeprefix(SITE)) as found:  # Or its file stays open.
            return route.fulfill(body=found.data, content_type=found.content_type)

    page.route(f"{SITE}/**", give)
    page.add_init_script(AXE)

    def answer(response: TestResponse) -> Page:
        shown.append(response.text)
        page.goto(f"{SITE}/vote")
        return page

    return answer


@pytest.mark.of_one_database
def test_what_answers_a_voter_without_scripts_passes_axe_and_fits(
    session: Session, keys: KeyFolder, app: Flask, answer: Callable[[TestResponse], Page]
) -> None:
    vote, client, faults = a_vote(session, keys), PageClient(app), []
    with clock.stopped_everywhere(VOTING):
        at = f"/vote/{vote.ballot.number}"
        session.commit()
        fields = {**client.form(at, "pass")["fields"], "pass": vote.cards[0]}
        for name, (typed, status) in ANSWERS.items():
            response = client.post(at, data={**fields, **typed})
            assert response.status_code == status, name
            faults += faults_here(answer(response), f"/vote, {name}", FOR_EVERYBODY, READ_AT)
    with clock.stopped_everywhere(AFTER):
        response = client.post(at, data=fields)
        assert response.status_code == 409
        faults += faults_here(answer(response), "/vote, it is over", FOR_EVERYBODY, READ_AT)
    assert faults == []


def test_the_tours_reach_every_page_that_can_be_reached(
    demo: Demo, tours: dict[str, dict[str, tuple[int, ...]]]
) -> None:
    assert len(tours[""]) >= 20
    assert sum(len(pages) for pages in tours.values()) >= 50
    assert sum(bool(read_at) for pages in tours.values() for read_at in pages.values()) >= 50


@pytest.mark.parametrize(
    ("style", "found"),
    [
        ("nav { display: none }", set()),
        ("nav { display: none } @media (max-width: 400px) { nav { display: block } }", {"image-alt"}),
        ("nav { display: none } @media (max-width: 400px) { b { display: none } }", {"button-name"}),
    ],
)
def test_a_narrow_page_that_shows_more_or_less_is_asked_everything(page: Page, style: str, found: set[str]) -> None:
    """The control of what axe is spared: a picture that only a narrow screen shows, a name that it hides."""
    parts = "<main><h1>x</h1><button><b>Go</b></button></main><nav><img src='x'></nav>"
    shown = f"<!doctype html><html lang='en'><title>x</title><style>{style}</style>{parts}"
    page.add_init_script(AXE)
    page.route("**/*", lambda route: route.fulfill(body=shown, content_type="text/html"))
    page.goto("http://narrow.test/")
    faults = faults_here(page, "/x", FOR_EVERYBODY, READ_AT)
    assert {each for each in ("image-alt", "button-name") for fault in faults if f"at 320: {each}" in fault} == found


def test_the_check_itself_can_fail(page: Page) -> None:
    page.set_content(
        "<html lang='en'><title>x</title><main><h1>x</h1><img src='x'><input><p style='color:#999'>pale</p></main>"
    )
    page.evaluate(AXE)
    assert {"image-alt", "label"} <= {each["id"] for each in page.evaluate(VIOLATIONS, WCAG)}


@pytest.mark.parametrize(("asked", "found"), [(WCAG, False), (FOR_EVERYBODY, True)])
def test_what_everybody_reads_has_more_contrast_than_four_and_a_half_to_one(
    page: Page, asked: dict[str, object], found: bool
) -> None:
    page.set_content(
        "<html lang='en'><title>x</title><main><h1>x</h1><p style='color:#666;background:#fff'>grey</p></main>"
    )
    page.evaluate(AXE)
    assert ("color-contrast-enhanced" in {each["id"] for each in page.evaluate(VIOLATIONS, asked)}) == found
