"""In a real browser: the puzzle is solved while somebody types, unseen; without scripts the words go all the same."""

from __future__ import annotations

import re
from datetime import timedelta
from time import monotonic

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from governance import clock, sealing
from governance.feedback.models import Held
from governance.feedback.service import look_for_flood
from governance.feedback.service.flood import CALM
from governance.feedback.service.intake import IN_FLOOD, held_info
from tests.factories import NOW
from tests.feedback.messages import send
from tests.feedback.test_say_browser import press
from tests.live import Live

SOLVED = f"() => document.querySelector('input[name=puzzle]').value.split('.').length === {sealing.PARTS}"
pytestmark = pytest.mark.usefixtures("flooded")


@pytest.fixture
def flooded(live: Live) -> None:
    """More wait than on any calm day."""
    session = live.founded.session
    session.rollback()
    session.execute(delete(Held))
    for _ in range(CALM * 2):
        send(live.founded, "buy gold", in_flood=True)
    session.commit()
    look_for_flood(session, live.founded.keys, NOW)
    session.rollback()


def send_it(page: Page) -> None:
    """Press Send, a minute after the form was begun."""
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
        press(page, "send")
        expect(page.get_by_role("heading", name="Thank you. It is in.")).to_be_visible()


def is_apart(live: Live) -> list[bool]:
    """Of each message that was sent beside the flood: whether its seal says that it came in one."""
    session, outer = live.founded.session, live.founded.keys.need("held.key")
    session.rollback()
    found = []
    for row in session.scalars(select(Held)):
        try:
            sealing.unlock(outer, row.sealed, held_info(row.id, row.consent) + IN_FLOOD)
            found.append(True)
        except sealing.SealBroken:
            found.append(False)
    session.rollback()
    return found


def test_it_is_solved_while_somebody_types_and_nothing_shows_it(page: Page, live: Live) -> None:
    page.goto(live.url + "/say/1")
    expect(page.locator("input[name=puzzle]")).to_be_hidden()
    page.wait_for_function(SOLVED)
    for _ in range(3):
        press(page, "next")
    page.fill("textarea", "the light is broken")
    press(page, "next")
    send_it(page)
    assert is_apart(live).count(False) == 1
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_whoever_is_quicker_than_the_puzzle_waits_for_nothing(page: Page, live: Live) -> None:
    page.add_init_script("crypto.subtle.digest = () => new Promise(() => {})")  # A device that never comes to an end.
    page.goto(live.url + "/say/1")
    send_it(page)
    assert all(is_apart(live))


def test_the_next_screen_goes_on_where_the_last_one_stopped(page: Page, live: Live) -> None:
    page.goto(live.url + "/say/1")
    page.wait_for_function(SOLVED)
    answer = page.locator("input[name=puzzle]").input_value()
    press(page, "next")
    assert page.locator("input[name=puzzle]").get_attribute("value") == answer


def test_without_scripts_the_words_go_all_the_same(page_without_scripts: Page, live: Live) -> None:
    page = page_without_scripts
    page.goto(live.url + "/say/1")
    press(page, "next")
    send_it(page)
    assert all(is_apart(live))
    assert len(is_apart(live)) == CALM * 2 + 1


def test_the_hardest_one_is_done_in_time_on_a_slow_phone(page: Page, live: Live) -> None:
    """With a processor six times slower than this one. What it took stands in docs/decisions/016-proof-of-work.md."""
    page.route("**/say/1", lambda route: route.fulfill(response=(got := route.fetch()), body=harder(got.text())))
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    begun = monotonic()
    page.goto(live.url + "/say/1")
    page.wait_for_function(SOLVED, timeout=60_000)
    print(f"solved after {monotonic() - begun:.1f} s")
    assert monotonic() - begun < 30, "on a busy machine; on a free one a tenth of it"


def harder(html: str) -> str:
    return re.sub(r'data-bits="\d+"', f'data-bits="{sealing.HARDEST}"', html)
