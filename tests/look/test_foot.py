"""A long paper on a small screen: the foot with the buttons covers neither what has the focus nor the last line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser_crypto.test_ceremony import page_of, serve
from tests.live import Live

A_PIXEL = 1  # A browser scrolls to a whole one.
LINES = 15
PAPER = """{% extends "_kiosk.html" %}{% import "_forms.html" as forms %}
{% block content %}<h1>Which of these?</h1><form class="ballot" id="step">
{% for n in range(LINES) %}<label class="ballot-option"><input type="checkbox" name="o{{ n }}">
<span class="ballot-row"><span class="ballot-mark"></span>
<span class="choice-words">Choice {{ n }}</span></span></label>
{% endfor %}</form>{% endblock %}
{% block action %}{{ forms.button('Next', 'next', 'main', form='step') }}{% endblock %}
""".replace("LINES", str(LINES))
COVERED = """(line) => {
  const [own, foot] = [line, document.querySelector('.kiosk-foot')].map((each) => each.getBoundingClientRect());
  return { name: line.name, covered: own.bottom - foot.top, above: -own.top, below: own.bottom - innerHeight };
}"""


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (768, 1024), (360, 640)])
def test_the_foot_covers_neither_the_focus_nor_the_last_line(
    page: Page,
    live: Live,
    width: int,
    height: int,
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    serve(page, live, "/test/long", page_of(live, PAPER))
    page.goto(live.url + "/test/long")
    page.locator("[name=o0]").focus()
    for key, order in (("Tab", range(1, LINES)), ("Shift+Tab", reversed(range(LINES - 1)))):
        for number in order:
            page.keyboard.press(key)
            seen = page.evaluate(f"({COVERED})(document.activeElement)")
            assert (seen["name"], max(seen["covered"], seen["above"], seen["below"]) < A_PIXEL) == (
                f"o{number}",
                True,
            ), seen
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.locator(f"[name=o{LINES - 1}]").evaluate(COVERED)["covered"] < A_PIXEL
