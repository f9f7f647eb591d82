"""Promise 11: whoever presses "Listen" has the page read to them, and no voice from elsewhere is ever asked."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser_crypto.test_ceremony import page_of, serve
from tests.demo.served import Demo
from tests.live import Live
from tests.places.aloud.listening import LOCAL, REMOTE, give_voices, spoken_ahead

SCRIPT = Path(__file__).parents[2] / "static" / "frame" / "aloud.js"
QUESTION = "What do you want to say?"
# What can be seen of each paragraph.
SHOWN = """() => [...document.querySelectorAll("main p")].filter((one) => one.checkVisibility()
  && !one.closest("[aria-hidden=true]")).map((one) => {
  const copy = one.cloneNode(true);
  for (const part of copy.querySelectorAll(".only-heard, [hidden], [aria-hidden=true], button")) part.remove();
  return copy.textContent;
})"""
CODE = """{% extends "_kiosk.html" %}{% import "_parts.html" as parts %}
{% block content %}<h1>Here is your code.</h1>{{ parts.code_words(["river", "Thanks"]) }}{% endblock %}"""


def listen(page: Page) -> list[str]:
    """Press "Listen", wait until all is read, and return which sounds of the site were fetched, in order."""
    page.wait_for_load_state("networkidle")
    fetched: list[str] = []
    page.on("request", lambda sent: fetched.append(urlsplit(sent.url).path) if sent.url.endswith(".wav") else None)
    page.get_by_role("button", name="Listen").first.press("Enter")
    expect(page.locator("[data-stop]").first).to_be_hidden()
    return [name.rpartition("/")[2].removesuffix(".wav") for name in fetched]


def said(page: Page) -> list[str]:
    return [each["words"] for each in page.evaluate("window.said")]


def test_each_line_has_the_sound_of_the_site_or_else_the_voice_of_the_device(page: Page, live: Live) -> None:
    give_voices(page, REMOTE, LOCAL)
    with spoken_ahead(live, QUESTION, "Thanks", "We do not want your name.") as keys:
        page.goto(live.url + "/kiosk")
        assert listen(page) == keys
    words = said(page)
    assert words[:3] == ["An idea, or how it was", "Something wrong was done", "Someone may be hurt"]
    assert "What you say here will not change what you can get." in words, "the other half of a line with a sound"
    assert words[-3:] == ["Next", "Someone needs help now", "Hide this"]
    assert {QUESTION, "Thanks", "We do not want your name."}.isdisjoint(words)
    assert {each["voice"] for each in page.evaluate("window.said")} == {"On the device"}


def test_the_line_that_is_read_is_marked_and_the_note_says_that_others_hear_it(page: Page, live: Live) -> None:
    give_voices(page, LOCAL, endless=True)
    page.goto(live.url + "/kiosk")
    page.get_by_role("button", name="Listen").press("Enter")
    expect(page.locator("[data-stop]").first).to_be_visible()
    assert page.locator(".is-read").all_inner_texts() == [QUESTION]
    expect(page.get_by_text("Others can hear this. Use earphones, or turn it down.").first).to_be_visible()
    page.get_by_role("button", name="Stop").press("Enter")
    assert page.locator(".is-read").count() == 0
    expect(page.get_by_role("button", name="Listen")).to_be_focused()


def test_it_can_be_made_louder_and_quieter(page: Page, live: Live) -> None:
    give_voices(page, LOCAL)
    with spoken_ahead(live, QUESTION, seconds=1.5):
        page.goto(live.url + "/kiosk")
        page.get_by_role("button", name="Listen").press("Enter")
        for name, volume in (("Louder", 0.75), ("Quieter", 0.6), ("Quieter", 0.45)):
            page.get_by_role("button", name=name).press("Enter")
            assert page.evaluate("window.sounds[0].volume") == pytest.approx(volume)
        page.wait_for_function("() => window.said.length")
    assert page.evaluate("window.said[0].volume") == pytest.approx(0.45)


@pytest.mark.parametrize("address", ["/", "/decisions/2026-001"])
def test_the_wall_and_a_decision_are_read_with_what_staff_answered(page: Page, demo: Demo, address: str) -> None:
    give_voices(page, REMOTE, LOCAL)
    page.goto(demo.url + address)
    assert listen(page) == [], "no sound of the site holds words that somebody published"
    read = " ".join(said(page))
    shown = [" ".join(text.split()) for text in page.evaluate(SHOWN)]
    assert [text for text in shown if text not in read] == []
    assert len([text for text in shown if len(text) > 60]) > 5, "among them what was answered, in whole sentences"
    assert {each["voice"] for each in page.evaluate("window.said")} == {"On the device"}


@pytest.mark.parametrize("address", ["/", "/decisions/2026-001"])
def test_where_only_a_voice_from_elsewhere_is_there_the_wall_has_no_button(
    page: Page, demo: Demo, address: str
) -> None:
    give_voices(page, REMOTE)
    page.goto(demo.url + address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-listen]").first).to_be_hidden()
    assert said(page) == []


def test_a_voice_from_elsewhere_is_never_asked(page: Page, live: Live) -> None:
    give_voices(page, REMOTE)
    with spoken_ahead(live, QUESTION) as keys:
        page.goto(live.url + "/kiosk")
        assert listen(page) == keys
    assert said(page) == []
    page.goto(live.url + "/kiosk")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-listen]").first).to_be_hidden()


def test_without_the_check_it_would_be(page: Page, live: Live) -> None:
    broken = SCRIPT.read_text(encoding="utf-8").replace("voice.localService === true\n    &&", "")
    page.route("**/frame/aloud.js", lambda route: route.fulfill(body=broken, content_type="text/javascript"))
    give_voices(page, REMOTE)
    page.goto(live.url + "/kiosk")
    listen(page)
    assert {each["voice"] for each in page.evaluate("window.said")} == {"Far away"}


@pytest.mark.parametrize("spoken", ["es-ES", "enm-GB", ""])
def test_a_voice_of_another_language_is_none(page: Page, live: Live, spoken: str) -> None:
    give_voices(page, {**LOCAL, "lang": spoken})
    page.goto(live.url + "/kiosk")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-listen]").first).to_be_hidden()


def test_a_code_is_read_where_its_owner_asks_and_by_the_device_alone(page: Page, live: Live) -> None:
    give_voices(page, LOCAL)
    serve(page, live, "/test/code", page_of(live, CODE))
    with spoken_ahead(live, "Thanks"):
        page.goto(live.url + "/test/code")
        page.wait_for_load_state("networkidle")
        assert listen(page) == []
        assert {"river", "Thanks"}.isdisjoint(said(page))
        fetched: list[str] = []
        page.on("request", lambda sent: fetched.append(sent.url))
        page.locator("[data-listen-own]").press("Enter")
        page.wait_for_function("() => window.said.at(-1).words === 'Thanks'")
    assert said(page)[-2:] == ["river", "Thanks"]
    assert fetched == []


@pytest.mark.parametrize("way", ["hides", "is idle"])
def test_clearing_the_screen_stops_the_sound_at_once(page: Page, live: Live, way: str) -> None:
    give_voices(page, LOCAL, endless=True)
    with spoken_ahead(live, QUESTION, seconds=3):
        page.goto(live.url + "/kiosk")
        page.get_by_role("button", name="Listen").press("Enter")
        page.wait_for_function("() => window.sounds[0].currentTime > 0")
        assert not page.evaluate("window.sounds[0].paused")
        stilled = page.evaluate("window.stilled")
        page.route("**/hide", lambda route: route.fulfill(status=204))  # So the page itself stays to be looked at.
        if way == "hides":
            page.evaluate("document.querySelector('[data-hide]').click()")
        else:
            page.evaluate("document.dispatchEvent(new Event('hush'))")
        assert page.evaluate("window.sounds[0].paused")
        assert page.evaluate("window.stilled") > stilled


def test_leaving_a_page_stops_what_the_device_says(page: Page, live: Live) -> None:
    give_voices(page, LOCAL, endless=True)
    page.goto(live.url + "/kiosk")
    page.get_by_role("button", name="Listen").press("Enter")
    expect(page.locator("[data-stop]").first).to_be_visible()
    assert page.evaluate("""() => { const before = window.stilled; dispatchEvent(new Event("pagehide"));
      return window.stilled - before; }""")


def test_who_asks_for_another_screen_is_not_read_this_one_while_it_comes(page: Page, live: Live) -> None:
    give_voices(page, LOCAL, endless=True)
    page.goto(live.url + "/kiosk")
    page.get_by_role("button", name="Listen").press("Enter")
    page.wait_for_function("() => window.said.length === 1")
    assert page.evaluate("""() => { const before = window.stilled;
      document.addEventListener("submit", (event) => event.preventDefault());
      document.querySelector("button[name=go][value=next]").click(); return window.stilled - before; }""")


def test_a_card_of_help_in_another_language_is_read_in_its_own(browser: Browser, live: Live) -> None:
    context = browser.new_context(locale="es")
    page = context.new_page()
    give_voices(page, {**LOCAL, "lang": "es-MX", "name": "Spanish"}, LOCAL)
    with spoken_ahead(live, "Help: overdose") as keys:
        page.goto(live.url + "/help-now")
        page.wait_for_load_state("networkidle")
        with page.expect_request(f"**/aloud/en/{keys[0]}.wav"):
            page.get_by_role("button", name="Escuchar").press("Enter")
        expect(page.locator("[data-stop]").first).to_be_hidden()
    by = {each["words"]: each["voice"] for each in page.evaluate("window.said")}
    assert (by["Ask any worker."], by["Ayuda ahora"]) == ("On the device", "Spanish")
    context.close()


def test_to_listen_ends_no_visit(page: Page, live: Live) -> None:
    with spoken_ahead(live, QUESTION, "What is it about?"):
        page.goto(live.url + "/kiosk")
        for question in (QUESTION, "What is it about?"):
            expect(page.locator("h1")).to_have_text(question)
            assert len(listen(page)) == 1
            page.get_by_role("button", name="Next").last.press("Enter")
    expect(page.locator("h1")).to_have_text("How was it?")


def test_nothing_that_is_heard_stays_in_the_browser(live: Live) -> None:
    with spoken_ahead(live, QUESTION) as (key,):
        client = live.app.test_client()
        client.get("/kiosk")  # From then on each page of a shared screen turns the cookie.
        for address in ("/aloud/en", f"/aloud/en/{key}.wav"):
            answer = client.get(address, buffered=True)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
        part = client.get(f"/aloud/en/{key}.wav", headers={"Range": "bytes=0-3"}, buffered=True)
        assert (part.status_code, part.data) == (206, b"RIFF"), "some browsers play nothing else"


@pytest.mark.parametrize(
    "address", ["/aloud/xx", "/aloud/..", "/aloud/en/..%2f..%2fkeys.wav", "/aloud/en/0123456789abcdef.wav"]
)
def test_no_other_file_can_be_had(live: Live, address: str) -> None:
    assert live.app.test_client().get(address).status_code == 404


def test_without_scripts_no_button_is_there_that_does_nothing(page_without_scripts: Page, live: Live) -> None:
    with spoken_ahead(live, QUESTION):
        page_without_scripts.goto(live.url + "/kiosk")
        expect(page_without_scripts.locator("[data-listen]").first).to_be_hidden()
        page_without_scripts.get_by_role("button", name="Next").last.click()
        expect(page_without_scripts.locator("h1")).to_have_text("What is it about?")
