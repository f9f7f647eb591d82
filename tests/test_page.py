"""What the client of the tests says of a page: here, what Enter presses on the screens of participants.

Every test that fetches one asks this, so every screen of /say, /code, /vote and the question of the week is walked.
"""

from __future__ import annotations

import pytest

from tests.page import Page

UNSEEN = '<button class="only-heard" form="step" name="go" value="{}"{}>Next</button>'
SCREEN = """<html lang="en" dir="ltr"><title>a</title>{}<main class="kiosk-main"><h1>a</h1><form id="step">
<label><input type="{}" name="a">a</label></form><button form="step" name="go" value="{}">a</button></main></html>"""


@pytest.mark.parametrize("asked", ["checkbox", "radio", "text"])
@pytest.mark.parametrize(
    ("unseen", "seen", "is_wrong"),
    [
        (("next", ""), "next", False),
        (("stay", ""), "send", False),
        (("stay", " disabled"), "send", True),
        (("send", ""), "send", True),
        (("drop", ""), "drop", True),
        (("next", ""), "send", True),
        (None, "send", True),
    ],
    ids=["goes on", "stays", "is stepped over", "sends", "drops", "says another thing", "nothing before it"],
)
def test_enter_on_a_choice_or_a_line_hands_nothing_in(
    asked: str, unseen: tuple[str, str] | None, seen: str, is_wrong: bool
) -> None:
    page = Page(SCREEN.format(UNSEEN.format(*unseen) if unseen else "", asked, seen))
    assert bool([fault for fault in page.check() if fault.startswith("Enter")]) is is_wrong


def test_where_enter_is_a_line_of_its_own_any_button_may_come_first() -> None:
    page = SCREEN.replace('<input type="{}" name="a">', '<textarea name="{}"></textarea>')
    assert page.count("{}") == SCREEN.count("{}")
    assert Page(page.format("", "a", "send")).check() == []
