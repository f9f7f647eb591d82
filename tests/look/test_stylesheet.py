"""The stylesheet keeps what the look promises: contrast, size, and sides that turn with the language."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

SHEET = Path(__file__).parents[2] / "static" / "site.css"
CSS = SHEET.read_text(encoding="utf-8")
ENOUGH = 7.0  # WCAG 2.2, success criterion 1.4.6, for text of any size

# Which ink may lie on which ground. A new color in the stylesheet belongs in here.
PAIRS = {
    "ink": ("ground", "panel", "sunk", "tint", "yes", "partly", "no", "not-yet", "late"),
    "soft": ("ground", "panel", "sunk", "tint"),
    "table": ("ground", "panel", "sunk", "tint"),
    "ground": ("ink",),
    "on-table": ("table",),
    "on-marigold": ("marigold",),
    "on-strip": ("strip",),
}


def test_the_contents_name_every_part_in_its_order() -> None:
    contents, rest = CSS.split("*/", 1)
    named = re.split(r"\s+·\s+", re.sub(r"^ {3}\w+ {2,}", "· ", contents, flags=re.MULTILINE))[1:]
    layers = re.findall(r"^ {3}(\w+) {2,}", contents, re.MULTILINE)
    assert layers == re.findall(r"^@layer (\w+) \{", rest, re.MULTILINE)
    parts = [each.strip() for each in named if each.strip()[0].isupper()]
    assert parts == re.findall(r"^/\* (.+) \*/$", rest, re.MULTILINE)


def declared(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


def tokens() -> dict[str, dict[str, str]]:
    layer = CSS[CSS.index("@layer tokens {") : CSS.index("@layer base {")]
    light, dark = layer.split("@media (prefers-color-scheme: dark)")
    return {"light": declared(light), "dark": declared(light) | declared(dark)}


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG 2.2 defines it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_ink_is_easy_to_read_on_every_ground_it_lies_on(mode: str) -> None:
    colors = tokens()[mode]
    weak = {
        f"{ink} on {ground}": round(contrast(colors[ink], colors[ground]), 2)
        for ink, grounds in PAIRS.items()
        for ground in grounds
        if contrast(colors[ink], colors[ground]) < ENOUGH
    }
    assert weak == {}


def test_every_color_has_its_place_in_the_table() -> None:
    known = set(PAIRS) | {ground for grounds in PAIRS.values() for ground in grounds} | {"hair"}
    assert set(tokens()["light"]) == known


def test_the_dark_page_has_its_own_grounds() -> None:
    both = tokens()
    assert {name for name in both["light"] if both["light"][name] == both["dark"][name]} == {"marigold", "on-marigold"}


def test_the_focus_ring_can_be_seen_on_every_page() -> None:
    # Two rings, marigold outside and ink inside: three to one is what WCAG 2.2 (1.4.11) asks of the stronger one.
    for colors in tokens().values():
        for ground in ("ground", "panel", "tint", "late"):
            assert max(contrast(colors[ring], colors[ground]) for ring in ("marigold", "ink")) >= 3


def test_the_stylesheet_is_light_enough_for_a_bad_line() -> None:
    assert SHEET.stat().st_size < 32_768  # Fetched once: its address stays the same until a file changes.


def test_no_side_is_named_left_or_right() -> None:
    without_words = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    assert re.findall(r"[\w-]*\b(?:left|right)\b[\w-]*", without_words) == []


def test_nothing_comes_from_another_host_and_nothing_shouts_over_the_layers() -> None:
    assert [word for word in ("url(", "@import", "!important") if word in CSS] == []


def test_all_rules_live_in_a_layer_and_every_brace_is_closed() -> None:
    depth, outside = 0, ""
    for sign in re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL):
        depth += (sign == "{") - (sign == "}")
        outside += sign if depth == 0 else ""
        assert depth >= 0
    assert depth == 0
    assert re.sub(r"@layer [\w, ]+;?|[\s}]", "", outside) == ""


def test_a_long_proof_breaks_and_does_not_widen_the_page(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.set_content(f"<style>{CSS}</style><main><pre><code>extra {'x' * 500}</code></pre></main>")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.close()
