"""A tablet without a network, in a real Chromium: what it keeps, what it shows, and when it forgets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from sqlalchemy import delete, func, select

from governance import sealing
from governance.feedback.models import Held, TakenOnce
from governance.feedback.service import outbox
from governance.frame.languages import LANGUAGES
from governance.places import service as places
from governance.places.models import HelpCard, Kiosk, Programme
from tests.factories import TODAY
from tests.feedback.tablets import Network, Tablet, network, waits_until
from tests.live import Live
from tests.look.test_reach import KIOSKS, longest_language, out_of_reach
from tests.look.test_reach import said as unreached
from tests.places.aloud.listening import LOCAL, give_voices, spoken_ahead

CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const each of await cache.keys()) found[each.url] = await (await cache.match(each)).text();
  }
  return found;
}"""
LEFT = """async () => ({
  caches: await caches.keys(),
  databases: (await indexedDB.databases()).map((one) => one.name),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"caches": [], "databases": [], "workers": 0}
FILL = """async (number) => {
  const base = await new Promise((done) => {
    const opening = indexedDB.open("outbox"); opening.onsuccess = () => done(opening.result);
  });
  const writing = base.transaction("sealed", "readwrite");
  for (let at = 0; at < number; at++) writing.objectStore("sealed").add(new Uint8Array(10), `filling ${at}`);
  await new Promise((done) => { writing.oncomplete = done; });
  base.close();
}"""

HEAVY = """async () => {
  const [name] = (await caches.keys()).filter((each) => each.startsWith("sounds "));
  const drawn = Array.from({ length: 100 }, () => crypto.getRandomValues(new Uint8Array(60000)));
  await (await caches.open(name)).put("/kiosk/sounds/en/heavy.wav", new Response(new Blob(drawn)));
}"""

EMPTY = """async () => {
  const base = await new Promise((done) => {
    const opening = indexedDB.open("outbox"); opening.onsuccess = () => done(opening.result);
  });
  base.transaction("sealed", "readwrite").objectStore("sealed").clear();
  base.close();
}"""


@pytest.fixture(scope="module")
def van(live: Live) -> Iterator[Network]:
    """The network of the van."""
    with network(live.app) as made:
        yield made


@pytest.fixture(scope="module")
def enrolled(
    playwright: Playwright, live: Live, van: Network, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tablet]:
    """A tablet that was enrolled for being without a network."""
    made = Tablet(playwright, tmp_path_factory.mktemp("tablet") / "profile", van)
    made.start()
    made.enrol(live.founded)
    made.made_ready()
    yield made
    made.kill()


@pytest.fixture
def tablet(enrolled: Tablet, live: Live) -> Iterator[Tablet]:
    """The same, without a network now, and with nothing in its outbox."""
    enrolled.network.off()
    enrolled.page.goto("about:blank")
    yield enrolled
    enrolled.page.set_viewport_size({"width": 1024, "height": 768})
    enrolled.network.on()
    enrolled.visit()
    enrolled.empties()
    live.founded.session.rollback()
    live.founded.session.execute(delete(Held))
    live.founded.session.commit()


@pytest.fixture
def another(playwright: Playwright, live: Live, van: Network, tmp_path: Path) -> Iterator[Tablet]:
    """A tablet of a test's own, which it may spoil."""
    van.on()
    made = Tablet(playwright, tmp_path / "profile", van)
    made.start()
    yield made
    made.kill()


def held(live: Live) -> int:
    live.founded.session.rollback()
    number = live.founded.session.scalar(select(func.count()).select_from(Held))
    live.founded.session.rollback()
    return number or 0


def speaks(page: Page, language: str) -> None:
    """Change to another language."""
    if page.locator("html").get_attribute("lang") != LANGUAGES[language].tag:
        page.locator(".languages summary").press("Enter")
        page.locator(f"[data-language$='/{language}']").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[language].tag)


@pytest.mark.parametrize("language", sorted([longest_language(), "ar"]))
def test_whatever_can_be_tapped_can_be_seen_whole(tablet: Tablet, language: str) -> None:
    page, found = tablet.page, {}
    for lane, screens in (("urgent", ["wait", "face", "words", "when", "thanks"]), ("grievance", ["about"])):
        tablet.visit()
        speaks(page, language)
        for screen in ["start", *screens]:
            if screen == "thanks":
                page.locator("input[value=now]").press("Space")
                tablet.press("send")
            elif screen != "start":
                tablet.press("next")
            page.locator(f"[data-step={screen}]").wait_for(state="visible")
            has_help_cards = screen in ("wait", "thanks")
            found |= out_of_reach(page, screen, KIOSKS, short=not has_help_cards, both_ways=True)
            if screen == "start":
                page.locator(f"input[value={lane}]").press("Space")
    tablet.visit()
    speaks(page, language)
    for press, screen in zip(
        ("together", "next", "next", "next", "next", "alone"),
        ("together", "start", "face", "words", "read-back", "alone"),
        strict=True,
    ):
        tablet.press(press)
        page.locator(f"[data-step={screen}]").wait_for(state="visible")
        found |= out_of_reach(page, f"{screen}, with two", KIOSKS, both_ways=True)
    assert unreached(found) == []


def test_two_say_it_with_a_helper_who_goes_and_comes_again(tablet: Tablet, live: Live) -> None:
    """Where someone may be hurt: six presses. The helper sees none of it once they were told to go."""
    page = tablet.page
    tablet.visit()
    page.locator("input[value=urgent]").press("Space")
    for press in ("together", "next", "next"):
        tablet.press(press)
    expect(page.get_by_text("Helper: write what they say, in their words.")).to_be_visible()
    page.fill("textarea", "the walnut")
    tablet.press("next")
    expect(page.locator(".read-back")).to_have_text("the walnut")
    tablet.press("alone")
    for language in ("es", "en"):
        speaks(page, language)
        assert "the walnut" not in page.content()
        assert (page.input_value("textarea"), page.locator("input:checked").count()) == ("", 0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Helper, please step away now.")).to_be_visible()
    tablet.press("keep")
    expect(page.locator("textarea")).to_have_value("the walnut")
    expect(page.locator("[data-go=alone]:visible")).to_have_count(0)
    for press in ("back", "back", "back", "together", "next", "next", "next"):
        tablet.press(press)
    expect(page.locator(".read-back")).to_have_text("the walnut")
    tablet.press("next")
    page.locator("input[value=now]").press("Space")
    tablet.press("send")
    expect(page.get_by_text("Nothing that was said or typed here is on this screen any more.")).to_be_visible()
    assert "the walnut" not in page.content()
    assert page.input_value("textarea") == ""
    tablet.network.on()
    tablet.visit()
    waits_until(lambda: held(live) == 1)


def test_another_language_keeps_the_screen_and_all_that_was_said(tablet: Tablet) -> None:
    """One language after another, from each to the next."""
    tablet.visit()
    page = tablet.page
    page.locator("input[value=grievance]").press("Space")
    tablet.press("next")
    page.locator("input[value=manager]").press("Space")
    tablet.press("next")
    page.locator("input[value=bad]").press("Space")
    tablet.press("next")
    page.fill("textarea", "the walnut")
    for language in sorted(set(LANGUAGES) - {"en"}):
        speaks(page, language)
        expect(page.locator("html")).to_have_attribute("dir", LANGUAGES[language].direction)
        expect(page.locator("textarea")).to_have_value("the walnut")
        assert page.get_by_text("Say it in your own words.").count() == 0
    tablet.press("back")
    expect(page.locator("input[value=bad]")).to_be_checked()
    tablet.press("back")
    expect(page.locator("input[value=manager]")).to_be_checked()
    tablet.press("send")
    page.locator("[data-step=thanks]").wait_for(state="visible")
    expect(page.locator("[data-read-by=manager]")).to_be_visible()
    assert page.locator("[data-read-by]:visible").count() == 1


def test_a_tablet_that_is_full_says_so_and_shows_help(tablet: Tablet) -> None:
    tablet.visit()
    tablet.page.locator("input[value=thanks]").press("Space")
    tablet.page.evaluate(FILL, outbox.MOST)
    tablet.press("send")
    expect(tablet.page.get_by_text("This tablet is full.")).to_be_visible()
    expect(tablet.page.locator("[data-full] .help-card").first).to_be_visible()
    assert len(tablet.sizes() or []) == outbox.MOST
    tablet.visit()
    expect(tablet.page.get_by_text("This tablet is full.")).to_be_visible()
    assert tablet.page.locator("[data-go]:visible, input:visible").count() == 0
    tablet.page.evaluate(EMPTY)


def test_what_is_too_long_is_said_and_stands_there_whole(tablet: Tablet) -> None:
    tablet.visit()
    tablet.press("next")
    tablet.press("next")
    expect(tablet.page.get_by_text("About 300 words fit.")).to_be_visible()
    for signs, said in ((2001, "This is about 1 word too long."), (2017, "This is about 3 words too long.")):
        tablet.page.fill("textarea", "🫶" * signs)
        tablet.press("send")
        expect(tablet.page.get_by_text(said)).to_be_visible()
        expect(tablet.page.locator("textarea")).to_have_value("🫶" * signs)
    assert tablet.sizes() == []
    tablet.page.fill("textarea", "🫶" * 2000)
    tablet.press("send")
    tablet.page.locator("[data-step=thanks]").wait_for(state="visible")
    assert tablet.sizes() == [outbox.SEALED_SIZE]


def test_what_cannot_be_stored_is_said_and_stands_there(tablet: Tablet) -> None:
    tablet.visit()
    tablet.press("next")
    tablet.press("next")
    tablet.page.fill("textarea", "the walnut")
    tablet.page.evaluate("() => { IDBObjectStore.prototype.add = () => { throw new Error('the disk is full'); }; }")
    tablet.press("send")
    expect(tablet.page.get_by_text("It could not be kept on this tablet.")).to_be_visible()
    expect(tablet.page.locator("textarea")).to_have_value("the walnut")


def test_two_taps_keep_it_once(tablet: Tablet) -> None:
    tablet.visit()
    tablet.page.evaluate("for (const tap of [1, 2]) document.querySelector('[data-go=send]').click()")
    tablet.page.locator("[data-step=thanks]").wait_for(state="visible")
    assert tablet.sizes() == [outbox.SEALED_SIZE]


def test_it_keeps_the_fixed_list_and_no_token(tablet: Tablet, live: Live) -> None:
    tablet.visit()
    found = {urlsplit(url).path: text for url, text in tablet.page.evaluate(CACHED).items()}
    pages = {path for path in found if path.startswith("/kiosk/offline/")}
    static = {path for path in found if path.startswith(f"{live.app.static_url_path}/")}
    assert set(found) == pages | static | {"/first-without-a-network"}
    assert {path.rpartition("/")[2] for path in pages} == set(LANGUAGES)
    assert [path for path in pages if "csrf" in found[path] or "so_far" in found[path]] == []


PLAYED = """async (from) => {
  const heard = new Audio(from);
  heard.muted = true;
  await heard.play();
  await new Promise((done) => heard.addEventListener("ended", done));
  return heard.duration;
}"""


def test_it_reads_aloud_what_the_site_has_a_sound_of(tablet: Tablet, live: Live) -> None:
    """Small, from what it keeps, and in the language that is picked. The control: of the other lines it has none."""
    page, from_kept = tablet.page, "caches.match('/kiosk/sounds/en').then((list) => list && list.json())"
    with spoken_ahead(
        live, "What do you want to say?", "Shake them.", "How was it?", "May we show it?", seconds=1
    ) as said:
        tablet.network.on()
        tablet.visit()
        waits_until(lambda: page.evaluate(from_kept) is not None)
        assert page.evaluate(from_kept) == [said[0], said[2]], "in the order of the page, and no line of another one"
        tablet.network.off()
        tablet.visit()
        speaks(page, "es")
        speaks(page, "en")
        page.wait_for_timeout(300)
        fetched: list[str] = []
        page.on("requestfinished", lambda sent: fetched.append(urlsplit(sent.url).path))
        page.get_by_role("button", name="Listen").first.press("Enter")
        expect(page.locator(".is-read", has_text="What do you want to say?")).to_be_visible()
        expect(page.locator("[data-stop]").first).to_be_hidden(timeout=10_000)
        fetched = [path for path in fetched if "/static/" not in path]
        assert fetched == [f"/kiosk/sounds/en/{said[0]}.wav"]
        assert page.evaluate(PLAYED, fetched[0]) == pytest.approx(1, abs=0.02)
        size = page.evaluate("async (from) => (await (await fetch(from)).blob()).size", fetched[0])
        assert size == pytest.approx(8_000, abs=100)
    tablet.network.on()
    tablet.visit()
    waits_until(lambda: page.evaluate(from_kept) is None)


def test_the_words_that_are_read_back_fall_silent_with_the_screen(another: Tablet, live: Live) -> None:
    """Each way off it. The control: the device is in the middle of them, and would go on by itself."""
    give_voices(another.page, LOCAL, {**LOCAL, "lang": "es-MX"}, endless=True)
    another.enrol(live.founded)
    another.made_ready()
    another.network.off()
    page = another.page
    another.visit()
    for press in ("together", "next", "next", "next"):
        another.press(press)
    page.fill("textarea", "the walnut")
    for way in ("back", "es", "alone"):
        if page.locator("[data-step=words]").is_visible():
            another.press("next")
        page.locator("[data-listen-own]:visible").press("Enter")
        page.wait_for_function("() => window.said.at(-1).words === 'the walnut'")
        stilled = page.evaluate("window.stilled")
        if way == "es":
            page.locator("[data-language$='/es']").dispatch_event("click")
            expect(page.locator("html")).to_have_attribute("lang", "es")
        else:
            another.press(way)
        assert page.evaluate("window.stilled") > stilled, way
        expect(page.locator("[data-stop]:visible")).to_have_count(0)
    another.network.on()


SOUNDS = "() => caches.keys().then((all) => all.filter((each) => each.startsWith('sounds ')))"


def test_sounds_that_do_not_come_are_not_asked_for_again_and_again(tablet: Tablet, live: Live) -> None:
    """The line breaks off each time, and nothing of them is left behind."""
    page = tablet.page
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/kiosk/sounds/en?all") else None)
    tablet.network.cut_after = lambda environ: environ["PATH_INFO"] == "/kiosk/sounds/en"
    tablet.network.on()
    with spoken_ahead(live, "How was it?"):
        for _ in range(8):
            with page.expect_response("**/kiosk/outbox"):
                tablet.visit()
            page.wait_for_timeout(200)
        assert (len(asked), page.evaluate(SOUNDS)) == (5, [])
    tablet.network.cut_after = lambda environ: False


def test_words_go_before_sounds_where_there_is_no_room_for_both(tablet: Tablet, live: Live) -> None:
    page = tablet.page
    assert tablet.context
    room = tablet.context.new_cdp_session(page)
    tablet.network.on()
    with spoken_ahead(live, "What do you want to say?", "How was it?"):
        tablet.visit()
        waits_until(lambda: len(page.evaluate(SOUNDS)) == 1)
        page.evaluate(HEAVY)
        tablet.network.off()
        used = int(page.evaluate("() => navigator.storage.estimate().then((it) => it.usage)"))
        room.send("Storage.overrideQuotaForOrigin", {"origin": tablet.network.url, "quotaSize": used - 2_000_000})
        tablet.say("the walnut")
        assert (page.evaluate(SOUNDS), tablet.sizes()) == ([], [outbox.SEALED_SIZE])
    room.send("Storage.overrideQuotaForOrigin", {"origin": tablet.network.url})


def test_with_a_network_again_a_page_that_rests_leads_back_and_brings_what_there_is(tablet: Tablet, live: Live) -> None:
    tablet.say("the walnut")
    tablet.visit()
    tablet.network.on()
    tablet.page.evaluate("dispatchEvent(new Event('online'))")
    expect(tablet.page.locator("form#step[method=post]")).to_be_visible()
    tablet.empties()
    assert held(live) == 1


def test_a_page_that_rests_brings_it_later_too_whatever_else_fails(another: Tablet, live: Live) -> None:
    """The store for pages is full each time, and feedback opens only while the start page stands there."""
    session = live.founded.session
    another.page.clock.install()
    another.enrol(live.founded)
    another.made_ready()
    another.network.off()
    another.say("the walnut")
    session.rollback()
    session.get_one(Programme, 1).intake_open = False
    session.commit()
    another.network.on()
    with another.page.expect_response(lambda got: got.request.method == "POST" and got.url.endswith("/kiosk/outbox")):
        another.visit()
    assert another.sizes() == [outbox.SEALED_SIZE]
    another.page.evaluate("() => { caches.open = () => Promise.reject(new Error('full')); }")
    session.get_one(Programme, 1).intake_open = True
    session.commit()
    waits_until(lambda: another.page.clock.fast_forward("00:21") is None and another.sizes() == [])
    assert held(live) == 1
    assert another.page.url.endswith("/kiosk")
    session.execute(delete(Held))
    session.commit()


def test_who_is_in_the_middle_of_it_is_left_alone(tablet: Tablet) -> None:
    tablet.visit()
    tablet.page.locator("input[value=thanks]").press("Space")
    tablet.press("next")
    tablet.network.on()
    tablet.page.evaluate("dispatchEvent(new Event('online'))")
    tablet.page.wait_for_timeout(300)
    expect(tablet.page.locator("[data-step=face]")).to_be_visible()


def test_a_network_that_goes_away_while_something_is_sent_says_that_nobody_can_tell(tablet: Tablet) -> None:
    tablet.network.on()
    tablet.visit()
    tablet.page.locator("input[value=thanks]").press("Space")
    tablet.network.off()
    with tablet.page.expect_navigation():
        tablet.page.locator("button[name=go][value=next]:not(.only-heard)").press("Enter")
    expect(tablet.page.get_by_text("We can't tell if your last press got through.")).to_be_visible()
    tablet.visit()
    expect(tablet.page.get_by_text("No network just now. What you say")).to_be_visible()
    assert not tablet.page.get_by_text("We can't tell").is_visible()


@pytest.mark.parametrize("status", ["500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable"])
def test_a_server_in_front_with_nothing_behind_it_is_no_network(tablet: Tablet, status: str) -> None:
    tablet.network.nothing_behind = status
    tablet.network.on()
    tablet.visit()
    expect(tablet.page.get_by_text("No network just now. What you say")).to_be_visible()
    tablet.page.evaluate("dispatchEvent(new Event('online'))")
    tablet.page.wait_for_timeout(300)
    expect(tablet.page.get_by_text("No network just now. What you say")).to_be_visible()
    tablet.network.nothing_behind = ""


def test_a_network_on_which_no_answer_comes_is_waited_for_ten_seconds(tablet: Tablet) -> None:
    tablet.network.on()
    tablet.network.hangs.set()
    tablet.visit()
    expect(tablet.page.get_by_text("No network just now. What you say")).to_be_visible()
    tablet.network.hangs.clear()


def test_the_enter_key_goes_on_as_it_does_with_a_network(tablet: Tablet) -> None:
    tablet.visit()
    tablet.page.locator("input[value=thanks]").press("Space")
    tablet.page.locator("input[value=thanks]").press("Enter")
    expect(tablet.page.locator("[data-step=face]")).to_be_visible()


def test_what_the_program_cannot_open_stays_and_holds_nothing_up(tablet: Tablet, live: Live) -> None:
    tablet.visit()
    tablet.page.evaluate(FILL, 1)
    tablet.say("the walnut")
    tablet.network.on()
    tablet.visit()
    waits_until(lambda: held(live) == 1)
    waits_until(lambda: tablet.sizes() == [10])  # It lets go of its own once it was told that it arrived.
    tablet.page.evaluate(EMPTY)


def test_a_screen_that_is_cleared_keeps_its_outbox(tablet: Tablet, live: Live) -> None:
    """Feedback is shut, so that what lies there is not brought at once."""
    session = live.founded.session
    tablet.say("the walnut")
    session.rollback()
    session.get_one(Programme, 1).intake_open = False
    session.commit()
    tablet.network.on()
    for page in ("/kiosk/cleared", "/hide", "/kiosk"):
        tablet.visit(page)
        tablet.page.wait_for_timeout(300)
    assert tablet.sizes() == [outbox.SEALED_SIZE]
    session.get_one(Programme, 1).intake_open = True
    session.commit()
    tablet.visit()
    tablet.empties()
    assert held(live) == 1


@pytest.mark.parametrize("again", ["not enrolled again", "enrolled again without it"])
def test_a_tablet_whose_cookie_is_gone_loses_no_word(another: Tablet, live: Live, again: str) -> None:
    another.enrol(live.founded)
    another.made_ready()
    another.network.off()
    another.say("the walnut")
    another.visit()
    assert another.context
    another.context.clear_cookies()
    another.network.on()
    another.page.evaluate("dispatchEvent(new Event('online'))")
    expect(another.page.locator("form#step[method=post]")).to_be_visible()
    for page in ("/say", "/leave", "/kiosk/cleared", "/hide"):
        another.visit(page)
        another.page.wait_for_timeout(300)
    assert another.sizes() == [outbox.SEALED_SIZE]
    another.enrol(live.founded, goes_without=again == "not enrolled again")
    another.visit("/kiosk/cleared")
    waits_until(lambda: held(live) == 1)
    another.empties()
    live.founded.session.execute(delete(Held))
    live.founded.session.commit()


def test_what_other_screens_are_told_would_take_the_outbox_away(another: Tablet, live: Live) -> None:
    """The control of the tests above: here no worker says that an outbox lies there."""
    another.enrol(live.founded)
    another.made_ready()
    another.page.evaluate(FILL, 1)
    another.page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration()).unregister(); }")
    assert another.context
    another.context.clear_cookies()
    another.enrol(live.founded, goes_without=False)
    another.visit("/kiosk/cleared")
    waits_until(lambda: another.page.evaluate(LEFT) == NOTHING)


@pytest.mark.parametrize("ended", ["revoked", "switched off"])
def test_a_tablet_that_may_not_any_more_brings_what_it_has_and_forgets_the_rest(
    another: Tablet, live: Live, ended: str
) -> None:
    made = another.enrol(live.founded)
    another.made_ready()
    another.network.off()
    another.say("the walnut")
    session = live.founded.session
    kiosk = session.get_one(Kiosk, made.id)
    if ended == "revoked":
        places.revoke_kiosk(session, kiosk, TODAY)
    else:
        places.let_keep_nothing(session, kiosk)
    session.commit()
    another.network.on()
    another.visit()
    waits_until(lambda: another.page.evaluate(LEFT) == NOTHING)
    assert held(live) == 1
    session.execute(delete(Held))
    session.commit()


def test_what_the_program_could_not_open_is_not_thrown_away_when_the_rest_is_forgotten(
    another: Tablet, live: Live
) -> None:
    made = another.enrol(live.founded)
    another.made_ready()
    another.page.evaluate(FILL, 1)
    session = live.founded.session
    places.let_keep_nothing(session, session.get_one(Kiosk, made.id))
    session.commit()
    another.visit()
    waits_until(lambda: another.page.evaluate(LEFT) == {**NOTHING, "databases": ["outbox"]})
    assert another.sizes() == [10]


def test_another_key_of_the_outbox_than_the_one_it_was_made_with_is_refused(another: Tablet, live: Live) -> None:
    another.enrol(live.founded)
    another.made_ready()
    before = another.page.evaluate(CACHED)
    other = sealing.new_pair().public.hex()
    another.page.route("**/kiosk/outbox", lambda route: route.fulfill(
        json={"on": True, "token": "x", "seals": {"key": other}, "mark": "other", "pages": {}, "files": [], "first": ""}
    ))  # fmt: skip
    another.visit()
    another.page.wait_for_timeout(500)
    assert another.page.evaluate(CACHED) == before
    another.network.off()
    another.visit()  # What is said here might be opened by nobody: it takes nothing, and shows help.
    expect(another.page.get_by_text("No network just now. Please tell any worker")).to_be_visible()
    expect(another.page.locator("[data-not-here] .help-card").first).to_be_visible()
    assert another.page.locator("[data-go]:visible").count() == 0
    another.page.unroute_all()
    another.network.on()
    with another.page.expect_response("**/kiosk/outbox"):
        another.visit()
    another.page.wait_for_timeout(300)
    another.network.off()
    another.say("the walnut")
    another.network.on()
    another.visit()
    waits_until(lambda: held(live) == 1)


def test_what_it_keeps_is_made_new_with_each_word_of_it(another: Tablet, live: Live) -> None:
    another.enrol(live.founded)
    another.made_ready()
    session = live.founded.session
    card = session.scalars(select(HelpCard)).first()
    assert card
    before, card.phone = card.phone, "555-0199"
    session.commit()
    another.visit()
    waits_until(lambda: any("555-0199" in text for text in another.page.evaluate(CACHED).values()))
    waits_until(lambda: len(another.page.evaluate("() => caches.keys()")) == 1)
    another.network.off()
    another.visit()
    another.page.locator("input[value=urgent]").press("Space")
    another.press("next")
    expect(another.page.locator("[data-step=wait]").get_by_text("555-0199")).to_be_visible()
    card.phone = before
    session.commit()


@pytest.mark.parametrize("device", ["a phone", "a screen that nobody enrolled", "a kiosk"])
def test_no_other_device_keeps_anything(another: Tablet, live: Live, device: str) -> None:
    if device == "a kiosk":
        another.enrol(live.founded, goes_without=False)
    for page in ("/say",) if device == "a phone" else ("/kiosk", "/kiosk/cleared", "/kiosk"):
        another.visit(page)
    another.visit("/kiosk/offline/en")
    expect(another.page.get_by_text("No network just now. Please tell any worker")).to_be_visible()
    assert another.page.locator("[data-go]:visible").count() == 0
    left = another.page.evaluate(LEFT)
    assert (left["caches"], left["workers"]) == ([], 0)
    assert another.sizes() in (None, [])


def test_on_a_page_without_scripts_nothing_is_registered(browser: Browser, live: Live, van: Network) -> None:
    session = live.founded.session
    session.rollback()
    taken = session.scalar(select(func.count()).select_from(TakenOnce))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live.url}/kiosk/offline/en")
    assert page.locator("form[method=post]").count() == 0
    context.close()
    assert session.scalar(select(func.count()).select_from(TakenOnce)) == taken
    session.rollback()
