"""A browser whose device has the voices a test says, and a site with the sounds a test says."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from governance.frame.said_aloud import key_of
from governance.places.aloud import made_ahead
from tests.live import Live

LOCAL = {"name": "On the device", "lang": "en-GB", "localService": True}
REMOTE = {"name": "Far away", "lang": "en-US", "localService": False, "default": True}
# It says nothing aloud: it notes what it would have said, with which voice, and that it was told to be still.
VOICES = """
window.said = []; window.stilled = 0; window.sounds = [];
const speech = Object.assign(new EventTarget(), {
  getVoices: () => %s,
  speak: (words) => {
    window.said.push({ words: words.text, voice: words.voice && words.voice.name, volume: words.volume });
    if (!%s) setTimeout(() => words.dispatchEvent(new Event("end")));
  },
  cancel: () => { window.stilled += 1; },
});
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
const Sound = window.Audio;
window.Audio = class extends Sound { constructor() { super(); window.sounds.push(this); } };
"""


def give_voices(page: Page, *voices: dict[str, object], endless: bool = False) -> None:
    """Let the device of *page* have these voices and no others. *endless*: what one says never ends."""
    page.add_init_script(VOICES % (json.dumps(voices), json.dumps(endless)))


def a_sound(seconds: float = 0.1, rate: int = 16_000, voices: int = 1, width: int = 2) -> bytes:
    """A WAV file with a hum in it."""
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(voices)
        made.setsampwidth(width)
        made.setframerate(rate)
        made.writeframes((b"\x00" * (width - 1) + b"\x20") * voices * int(seconds * rate))
    return file.getvalue()


@contextmanager
def spoken_ahead(live: Live, *lines: str, seconds: float = 0.1) -> Iterator[list[str]]:
    """Have the site hold a sound of each of these English lines, and give their keys."""
    folder = made_ahead.folder(live.app.config["SETTINGS"].home, "en")
    folder.mkdir(parents=True, exist_ok=True)
    keys = [key_of("en", line) for line in lines]
    for key in keys:
        (folder / f"{key}.wav").write_bytes(a_sound(seconds))
    try:
        yield keys
    finally:
        for key in keys:
            (folder / f"{key}.wav").unlink()
