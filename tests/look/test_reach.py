"""At every size, with large text and in the longest language, nothing that a participant may tap is covered or cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from governance import clock
from governance.frame.languages import LANGUAGES
from governance.sealing.codes import LONGEST_WORD
from tests.factories import NOW
from tests.live import Live
from tests.pairs import pairs
from tests.places.aloud.listening import LOCAL, give_voices
from tests.words import catalogue

SIZES = [(360, 640), (360, 740), (768, 1024), (1024, 768), (1280, 800)]
KIOSKS = SIZES[2:]
TEXTS = ("200%", "100%")
ROWS = ".choice, .ballot-option"  # Of these one taps the whole row.
TAPPED = f"main :is({ROWS}), main textarea, main input:not([type=hidden]):not(:is({ROWS}) input), main summary, .button"

# What cannot be brought wholly into sight: of five points of each control, how many show something else.
OUT_OF_REACH = """(these) => [...document.querySelectorAll(these)].filter((one) => {
  if (!one.checkVisibility()) return false;
  one.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = one.getBoundingClientRect();
  const [left, right] = [box.left + 6, box.right - 6];
  const [top, bottom] = [Math.max(box.top + 6, 0), Math.min(box.bottom - 6, innerHeight - 1)]; // Some are taller.
  const middle = [(left + right) / 2, (top + bottom) / 2];
  return [[left, top], [right, top], [left, bottom], [right, bottom], middle].some(([x, y]) => {
    const seen = document.elementFromPoint(x, y);
    return !seen || !(one.contains(seen) || seen.contains(one) || seen.closest("label") === one);
  });
}).map((one) => one.textContent.trim().slice(0, 40))"""

# The same with text of another size, in one turn of the browser.
OUT_OF_REACH_OF_TEXT = f"""([text, these]) => {{
  document.documentElement.style.fontSize = text;
  const found = ({OUT_OF_REACH})(these);
  document.documentElement.style.fontSize = "";
  return found;
}}"""

# What asks to be scrolled for: a choice, or a button of the foot, that is not wholly on the screen.
BELOW = """() => [...document.querySelectorAll("main :is(.choice, .ballot-option), .kiosk-foot .button, .kiosk-help")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().bottom > innerHeight)
  .map((one) => one.textContent.trim().slice(0, 40))"""


# Sentences in Latin letters that run the wrong way, with their full stop at their beginning.
TURNED_ROUND = """() => [...document.querySelectorAll("main *")].filter((one) => one.checkVisibility()
  && getComputedStyle(one).direction === "rtl" && [...one.childNodes].some((each) => each.nodeType === Node.TEXT_NODE
    && /^[\\x20-\\x7e]*[A-Za-z][\\x20-\\x7e]*[.?!]$/.test(each.data.trim())))
  .map((one) => one.textContent.trim().slice(0, 40))"""


LONGEST_WORDS = """(word) => {
  for (const one of document.querySelectorAll(".code-words li")) one.textContent = word;
}"""


def code_asked_for(page: Page) -> None:
    """Have a code, and each of its words as long as one may be: those that are drawn are as long by chance."""
    press(page, "code")
    assert page.locator(".code-words li").count() == 5
    page.evaluate(LONGEST_WORDS, "m" * LONGEST_WORD)


def press(page: Page, go: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name=go][value={go}]:not(.only-heard)").first.press("Enter")


def screens(page: Page, url: str) -> Iterator[str]:
    """Walk through every screen of giving feedback by its longest way, then the pages beside it."""
    page.goto(url + "/kiosk")
    yield "start"
    page.locator(".languages summary").press("Enter")
    yield "start, with every language by its name: not all of it fits"
    page.locator(".languages summary").press("Enter")
    page.locator("input[value=urgent]").press("Space")
    for name in ("topics", "face", "words", "sending", "when"):
        press(page, "next")
        yield name
    press(page, "send")
    assert page.locator("[role=alert]").count() == 1, "no hour was chosen"
    yield "when, refused"
    page.locator("input[value=now]").press("Space")
    with clock.stopped_everywhere(NOW.replace(minute=5)):
        press(page, "send")
    yield "thanks, with help"
    code_asked_for(page)
    yield "code, with help"
    page.goto(url + "/kiosk")
    for _ in ("topics", "face", "words", "sending"):
        press(page, "next")
    yield "sending, at last"
    press(page, "when")
    yield "when, asked for"
    press(page, "send")
    yield "thanks"
    code_asked_for(page)
    yield "code"
    page.goto(url + "/kiosk")
    page.locator("input[value=grievance]").press("Space")
    press(page, "next")
    yield "about"
    press(page, "next")
    assert page.locator("[role=alert]").count() == 1, "nobody was chosen"
    yield "about, refused"
    page.goto(url + "/kiosk")
    press(page, "helper")
    yield "together"
    press(page, "next")
    yield "start, with two"
    page.locator("input[value=alert]").press("Space")
    for name in ("topics", "face", "words", "read back", "sending", "when"):
        press(page, "next")
        yield f"{name}, with two"
    press(page, "alone")
    yield "alone"
    page.goto(url + "/kiosk")
    press(page, "helper")
    for _ in ("start", "topics", "face", "words", "read back", "sending"):
        press(page, "next")
    yield "sending, at last, with two"
    for address in ("/code", "/vote", "/help-now", "/kiosk/cleared"):
        page.goto(url + address)
        yield address


# Of a screen that the longest language was looked at on, at every size with both sizes of text: what is looked at once
# more in a language from right to left. Each size is among them, and each size of text.
OF_PAIRS = pairs(SIZES, TEXTS, ("ltr", "rtl"))


def looked_at(way: str, *, once_more: bool = False) -> list[tuple[tuple[int, int], str]]:
    """At which sizes, with which text, a screen is looked at whose words run this *way*."""
    everything = [(size, text) for size in SIZES for text in TEXTS]
    return [both for both in everything if way == "ltr" or not once_more or (*both, way) in OF_PAIRS]


def has_its_letters(page: Page) -> None:
    """Wait until the letters of the site have come: with those of the machine a page is as long as another one."""
    page.evaluate("async () => { await document.fonts.ready; }")


def out_of_reach(
    page: Page, name: str, sizes: Sequence[tuple[int, int]] = SIZES, *, short: bool = True, both_ways: bool = False
) -> dict[str, list[str]]:
    """What cannot be reached on the screen of this *name*, at each of *sizes*, with small text and with large.

    *both_ways*: it is looked at in the longest language too, so from right to left with one of the two.

    The page is laid out anew at each size, as by turning a tablet: no script of ours asks for one (a test below).
    *short*: a kiosk shows also the last button without being scrolled.
    """
    has_its_letters(page)
    found, way = {}, page.evaluate("document.dir || 'ltr'")
    for size in sizes:
        width, height = size
        page.set_viewport_size({"width": width, "height": height})
        here = f"{name} at {width}x{height}"
        if short and size in KIOSKS:
            page.evaluate("scrollTo(0, 0)")  # What was looked for at another size may have scrolled it.
            found[f"{here}, without scrolling"] = page.evaluate(BELOW)
        for text in [text for at, text in looked_at(way, once_more=both_ways) if at == size]:
            found[f"{here}, {text}"] = page.evaluate(OUT_OF_REACH_OF_TEXT, [text, TAPPED])
    return found


def said(found: dict[str, list[str]]) -> list[str]:
    """Return a line for each screen on which something is out of reach."""
    return [f"{name}: {out}" for name, out in found.items() if out]


def longest_language() -> str:
    """The language whose words take the most letters, of those that everybody is shown."""
    by_language = {code: catalogue.of(code) for code in LANGUAGES if code != "en"}
    shown = set.intersection(*({message.id for message in said if message.id} for said in by_language.values()))
    lengths = {
        code: sum(len(catalogue.forms(said[text].string)[-1]) for text in shown) for code, said in by_language.items()
    }
    return max(lengths, key=lambda code: lengths[code])


@pytest.mark.parametrize("language", [longest_language(), "ar"])
def test_whatever_can_be_tapped_can_be_seen_whole(browser: Browser, live: Live, language: str) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    found = {}
    for name in screens(page, live.url):
        short = "help" not in name and "not all" not in name  # Cards of help follow.
        found |= out_of_reach(page, name, short=short, both_ways=True)
        found[f"{name}, the wrong way round"] = page.evaluate(TURNED_ROUND)
    context.close()
    assert said(found) == []


def test_the_longest_language_is_looked_at_at_every_size_with_both_sizes_of_text() -> None:
    assert LANGUAGES[longest_language()].direction == "ltr"
    assert looked_at("ltr", once_more=True) == looked_at("rtl") == list(product(SIZES, TEXTS))
    sizes, texts = zip(*looked_at("rtl", once_more=True), strict=True)
    assert (sorted(set(sizes)), sorted(set(texts))) == (sorted(SIZES), sorted(TEXTS))


def test_no_script_asks_how_large_the_screen_is() -> None:
    """So a page that is laid out anew at another size is as one that was opened there."""
    asks = re.compile(r"innerWidth|innerHeight|clientWidth|clientHeight|matchMedia|outerWidth|screen\.(?:width|height)")
    assert asks.search("if (innerWidth < 500) fold()")
    scripts = list(Path("static").rglob("*.js"))
    assert len(scripts) > 20
    assert [script.name for script in scripts if asks.search(script.read_text(encoding="utf-8"))] == []


READ_AT = [(360, 740), (1024, 768)]


def test_nothing_is_pushed_away_by_what_reads_it_aloud(browser: Browser, live: Live) -> None:
    """On one walk, each screen at both sizes: as it is, and while it is read."""
    language = longest_language()
    context = browser.new_context(locale=language)
    page = context.new_page()
    give_voices(page, LOCAL | {"lang": language}, endless=True)
    found = {}
    for name in screens(page, live.url):
        page.locator("link[data-style-of-aloud]").wait_for(state="attached")
        has_its_letters(page)
        if "not all" in name:
            continue
        for width, height in READ_AT:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("scrollTo(0, 0)")
            here = f"{name} at {width}x{height}"
            assert page.locator("[data-listen]").first.bounding_box()["height"] >= 60  # type: ignore[index]
            if (width, height) in KIOSKS and "help" not in name:
                found[f"{here}, without scrolling"] = page.evaluate(BELOW)
            found[here] = page.evaluate(OUT_OF_REACH, TAPPED)
            page.locator("[data-listen]").first.press("Enter")
            page.locator("[data-stop]").first.wait_for()
            found[f"{here}, while it reads"] = page.evaluate(OUT_OF_REACH, TAPPED)
            page.locator("[data-stop]").first.press("Enter")
    context.close()
    assert said(found) == []
    assert len([name for name in found if "while it reads" in name]) > 40, "so many screens were looked at, twice"


def test_a_sentence_that_runs_the_wrong_way_would_be_seen(page: Page) -> None:
    page.set_content('<html dir="rtl"><main><p>Open late?</p><p dir="auto">Open late!</p><p>متى؟</p></main></html>')
    assert page.evaluate(TURNED_ROUND) == ["Open late?"]


def test_a_foot_that_lies_over_the_choices_would_be_seen(page: Page, live: Live) -> None:
    page.set_viewport_size({"width": 1024, "height": 400})
    page.goto(live.url + "/kiosk")
    assert page.evaluate(BELOW)
    page.evaluate("""() => Object.assign(document.querySelector(".kiosk-foot").style,
        { position: "fixed", bottom: 0, insetInline: 0, background: "white" })""")
    assert page.evaluate(OUT_OF_REACH, TAPPED)
