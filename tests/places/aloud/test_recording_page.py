"""The page on which a line is recorded, in a real browser: with a microphone, out of a file, and without scripts."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from governance.frame.said_aloud import key_of
from governance.places.aloud import recordings
from governance.storage.database import db
from tests.live import Live
from tests.places.aloud.listening import a_sound

LINE = "What do you want to say?"
KEY = key_of("en", LINE)
PAGE = f"/places/recordings/en/{KEY}"
# Somebody who hums, in place of the machine's microphone.
HUMMING = """navigator.mediaDevices.getUserMedia = async () => {
  const air = new AudioContext();
  const hum = new OscillatorNode(air);
  const out = new MediaStreamAudioDestinationNode(air);
  hum.connect(out);
  hum.start();
  return out.stream;
};"""


def signed_in(context: BrowserContext, live: Live) -> Page:
    """A page of whoever keeps the words of the site."""
    page = context.new_page()
    page.goto(live.url + "/sign-in")
    page.locator("[name=alias]").fill("Moss")
    page.locator("[name=passphrase]").fill(live.founded.cards["Moss"].passphrase)
    page.locator("main").get_by_role("button", name="Sign in").press("Enter")
    expect(page.locator("[name=passphrase]")).to_have_count(0)
    return page


@pytest.fixture(autouse=True)
def _nothing_recorded(live: Live) -> Iterator[None]:
    yield
    with live.app.app_context():
        recordings.remove(db.session, KEY)
        db.session.commit()


def choose(page: Page, name: str, content: bytes) -> None:
    """Pick a file as a person does."""
    page.get_by_label("The recording").set_input_files([{"name": name, "mimeType": "audio/wav", "buffer": content}])


def kept(live: Live) -> tuple[int, float]:
    """The voices of the recording, and its length in seconds."""
    with live.app.app_context():
        session: Session = db.session  # type: ignore[assignment]
        with wave.open(BytesIO(recordings.read_waiting(session, "en", KEY) or b"")) as file:
            return file.getnchannels(), file.getnframes() / file.getframerate()


def test_it_is_recorded_with_the_microphone(context: BrowserContext, live: Live) -> None:
    page = signed_in(context, live)
    page.add_init_script(HUMMING)
    page.goto(live.url + PAGE)
    page.get_by_role("button", name="Record now").click()
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Hear it")).to_be_visible()
    page.get_by_role("button", name="Keep this recording").click()
    expect(page.get_by_text("Kept. People hear this voice once")).to_be_visible()
    voices, seconds = kept(live)
    assert voices == 1
    assert 0.3 < seconds < 3


def test_any_sound_that_the_browser_knows_is_made_plain_before_it_is_sent(context: BrowserContext, live: Live) -> None:
    page = signed_in(context, live)
    page.goto(live.url + PAGE)
    eight_bit = a_sound(0.5, 44_100, 2, width=3)  # The server alone would refuse it.
    page.get_by_label("The recording").set_input_files(
        [{"name": "a.wav", "mimeType": "audio/wav", "buffer": eight_bit}]
    )
    expect(page.get_by_role("button", name="Hear it")).to_be_visible()
    page.get_by_role("button", name="Keep this recording").click()
    expect(page.get_by_text("Kept. People hear this voice once")).to_be_visible()
    assert kept(live) == (1, pytest.approx(0.5, abs=0.01))


def test_what_is_no_sound_is_said_at_once(context: BrowserContext, live: Live) -> None:
    page = signed_in(context, live)
    page.goto(live.url + PAGE)
    page.get_by_label("The recording").set_input_files(
        [{"name": "a.mp3", "mimeType": "audio/mpeg", "buffer": b"words"}]
    )
    expect(page.get_by_text("The browser could not hear anything.")).to_be_visible()


def test_without_scripts_a_plain_file_can_be_sent(browser: Browser, live: Live) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = signed_in(context, live)
    page.goto(live.url + PAGE)
    expect(page.get_by_role("button", name="Record now")).to_be_hidden()
    choose(page, "a.wav", a_sound())
    page.get_by_role("button", name="Keep this recording").click()
    expect(page.get_by_text("Kept. People hear this voice once")).to_be_visible()
    assert kept(live)[0] == 1
    context.close()
