"""How many taps and words each way of saying something takes: the table of docs/look.md is held to the screens."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from governance import clock
from tests.factories import NOW, Founded
from tests.feedback.factories import Walk
from tests.page import PIECE, VOID, PageClient

TABLE = (Path(__file__).parents[2] / "docs/look.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([^|]+) \| `(/\w+)` \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
UNSEEN = re.compile(r'\bhidden\b|class="[^"]*\b(only-heard|skip|help-sheet|demo-line)\b|data-with-scripts')
NEVER_SEEN = {"head", "script", "svg", "template", "dialog", "noscript"}

# What is tapped on each screen: the answers, then the button. What is typed is no tap.
SHORTEST: list[tuple[dict[str, str], str]] = [({}, "send")]
ALL = [({"lane": "suggestion"}, "next"), ({"topics": "wait"}, "next"), ({"face": "bad"}, "next"),
       ({"words": "More chairs"}, "next"), ({}, "send")]  # fmt: skip
HURT = [({"lane": "urgent"}, "send"), ({"route": "now"}, "send")]
WRONG = [({"lane": "grievance"}, "send"), ({"about": "manager"}, "send")]
TOGETHER = [({"lane": "urgent"}, "helper"), ({}, "next"), ({"words": "By the door"}, "next"), ({}, "next"),
            ({"route": "now"}, "send")]  # fmt: skip
WAYS = {
    "The simplest word": SHORTEST,
    "A word with an answer on each screen": ALL,
    "Someone may be hurt": HURT,
    "A complaint": WRONG,
    "Someone may be hurt, with a helper": TOGETHER,
}
STATED = [(name.strip(), address, *map(int, numbers)) for name, address, *numbers in ROW.findall(TABLE)]

# What is counted stands on the screens. `test_payload` and `test_helped` send their forms on both databases.
pytestmark = pytest.mark.usefixtures("at_noon")


def words_shown(html: str) -> int:
    """How many words stand on a page for whoever opens no fold."""
    shown: list[str] = []
    around: list[tuple[str, bool]] = []  # Each open tag, and whether what stands in it is seen.
    _, *pieces = PIECE.split(html)
    for closing, tag, attributes, words in zip(pieces[::4], pieces[1::4], pieces[2::4], pieces[3::4], strict=True):
        if closing:
            around.pop()
        elif tag and tag not in VOID and not attributes.endswith("/"):
            folded = bool(around) and around[-1][0] == "details" and tag != "summary"
            seen = (not around or around[-1][1]) and not folded and tag not in NEVER_SEEN
            around.append((tag, seen and not UNSEEN.search(attributes)))
        if around and around[-1][1]:
            shown.append(unescape(words))
    return len(re.findall(r"[^\W_][\w'’-]*", " ".join(shown)))


@pytest.mark.parametrize(("name", "address", "screens", "taps", "words"), STATED)
def test_the_table_says_how_far_it_is(
    client: PageClient, founded: Founded, name: str, address: str, screens: int, taps: int, words: int
) -> None:
    assert founded
    walk, read, tapped = Walk(client, address), 0, 0
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        for answers, button in WAYS[name]:
            read += words_shown(walk.seen.text)
            tapped += 1 + len(set(answers) - {"words"})
            walk.send(button, **answers)
    assert "Thank you. It is in." in walk.seen.text
    assert (screens, taps) == (len(WAYS[name]), tapped)
    assert words - 20 < read <= words, "as few words as are stated"


def test_each_way_stands_in_the_table_for_both_frames() -> None:
    assert sorted((name, address) for name, address, *_ in STATED) == sorted(
        (name, address) for name in WAYS for address in ("/kiosk", "/say")
    )


def test_what_is_folded_hidden_or_only_heard_is_not_counted() -> None:
    page = """<html><head><title>No</title></head><body><h1>One two</h1><p hidden>no</p><details>
    <summary>three</summary><p>no <b>no</b></p></details><br><p class="hint only-heard">no</p>
    <svg><path/></svg><p>four's 5</p></body></html>"""
    assert words_shown(page) == 5
