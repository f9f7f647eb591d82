"""Asking for a worker in a browser: from the foot of a kiosk, and what staff see meanwhile without loading a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from governance import clock
from governance.places import service
from governance.places.models import Kiosk
from tests.live import Live
from tests.look.test_reach import BELOW, KIOSKS, OUT_OF_REACH, TAPPED, has_its_letters, said, screens

QUICK = "const every = setInterval; window.setInterval = (what, after) => every(what, after > 10000 ? 200 : after);"


@pytest.fixture(scope="module")
def by_the_door(live: Live) -> Kiosk:
    """A kiosk, at a site that lets workers come."""
    session = live.founded.session
    session.rollback()
    service.let_workers_come(session, wanted=True)
    kiosk, _code = service.enrol_kiosk(session, service.places(session)[0], "by the door", clock.today())
    session.commit()
    return kiosk


@pytest.fixture
def kiosk(browser: Browser, live: Live, by_the_door: Kiosk, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The screen by the door, in the size and with the scripts that a test asks for."""
    asked = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 1024, "height": 768}, **asked})
    page = context.new_page()
    code = service.new_code(live.founded.session, by_the_door, clock.today())
    live.founded.session.commit()
    page.goto(live.url + "/kiosk/enrol")
    page.fill("input[name=code]", code)
    page.locator("main form button").press("Enter")
    page.wait_for_url("**/kiosk")
    yield page
    context.close()


def worker(browser: Browser, live: Live, alias: str) -> Page:
    card = live.founded.cards[alias]
    page = browser.new_context().new_page()
    page.add_init_script(QUICK)
    page.goto(live.url + "/sign-in")
    page.fill("input[name=alias]", card.alias)
    page.fill("input[name=passphrase]", card.passphrase)
    with page.expect_navigation():
        page.locator("input[name=passphrase]").press("Enter")
    page.goto(live.url + "/desk")
    return page


def test_one_asks_and_goes_on_writing_and_a_worker_sees_it_without_loading_a_page(
    browser: Browser, live: Live, kiosk: Page
) -> None:
    desk = worker(browser, live, "Juniper")
    strip = desk.locator("[data-calls]")
    expect(strip).to_be_empty()
    for _screen in range(3):
        with kiosk.expect_navigation():
            kiosk.locator("button[name=go][value=next]:not(.only-heard)").press("Enter")
    kiosk.fill("textarea", "half a sentence")
    sent: list[str] = []
    kiosk.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    kiosk.locator(".come summary").press("Enter")
    kiosk.get_by_role("button", name="Yes, please come").press("Enter")
    expect(kiosk.locator("[data-came]")).to_contain_text("We asked. It shows on the workers' screens.")
    assert kiosk.input_value("textarea") == "half a sentence"
    assert len(sent) == 1
    assert "half" not in sent[0]
    expect(strip).to_contain_text("Somebody at “by the door”")
    expect(desk).to_have_title("(1) Messages · Test programme")
    with desk.expect_navigation():
        strip.get_by_role("button", name="I am going").click()
    expect(strip).to_be_empty()
    with kiosk.expect_navigation():  # And the form of before still holds.
        kiosk.locator("button[name=go][value=next]:not(.only-heard)").press("Enter")
    assert "May we show it?" in kiosk.content()
    kiosk.locator(".come summary").press("Enter")
    kiosk.get_by_role("button", name="Yes, please come").press("Enter")
    expect(kiosk.locator("[data-came]")).to_have_text("A worker is on the way to you.")
    desk.context.close()


@pytest.mark.parametrize("kiosk", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_nothing_that_was_typed_is_lost(kiosk: Page) -> None:
    for _screen in range(3):
        with kiosk.expect_navigation():
            kiosk.locator("button[name=go][value=next]:not(.only-heard)").press("Enter")
    kiosk.fill("textarea", "half a sentence")
    kiosk.locator(".come summary").press("Enter")
    with kiosk.expect_response("**/kiosk/worker") as answer:
        kiosk.get_by_role("button", name="Yes, please come").press("Enter")
    assert answer.value.status == 204
    assert kiosk.input_value("textarea") == "half a sentence"


@pytest.mark.parametrize("kiosk", [{"locale": "es"}], indirect=True)
def test_it_is_never_in_the_way(kiosk: Page, live: Live) -> None:
    """At each size, as by turning the tablet (tests/look/test_reach.py)."""
    found = {}
    for name in screens(kiosk, live.url):
        has_its_letters(kiosk)
        for width, height in KIOSKS:
            kiosk.set_viewport_size({"width": width, "height": height})
            here = f"{name} at {width}x{height}"
            if "help" not in name and "not all" not in name:
                found[here] = kiosk.evaluate(BELOW)
            found[f"{here}, reached"] = kiosk.evaluate(OUT_OF_REACH, TAPPED + ", .come summary")
    assert said(found) == []
