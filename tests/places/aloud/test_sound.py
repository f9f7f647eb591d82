"""Of a file that comes in only the samples are kept."""

from __future__ import annotations

import io
import random
import wave
from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from governance.places import rules
from governance.places.aloud import made_ahead, sound
from governance.ruling.errors import RuleRefused
from tests.live import Live
from tests.places.aloud.listening import a_sound, spoken_ahead

WHO = b"Maria on the red phone"
DURATION = """at => new Promise((done, no) => {
  const heard = new Audio(at);
  heard.addEventListener("ended", () => done(heard.currentTime));
  heard.addEventListener("error", no);
  heard.muted = true;
  heard.playbackRate = 8;
  heard.play().catch(no);
})"""


def with_a_name(file: bytes) -> bytes:
    """The same WAV file with a LIST/INFO chunk before its sound, as a recorder writes it, and an ID3 tag behind it."""
    said = b"INFOIART" + len(WHO).to_bytes(4, "little") + WHO
    chunk = b"LIST" + len(said).to_bytes(4, "little") + said
    tag = b"id3 " + len(WHO).to_bytes(4, "little") + WHO
    whole = file[12:36] + chunk + file[36:] + tag
    return b"RIFF" + (len(whole) + 4).to_bytes(4, "little") + b"WAVE" + whole


def test_who_spoke_with_what_does_not_get_through() -> None:
    given = with_a_name(a_sound())
    assert given.count(WHO) == 2
    kept = sound.made_plain(given)
    assert WHO not in kept
    assert b"LIST" not in kept
    assert kept == sound.made_plain(a_sound()), "what is heard is all there is"
    assert len(kept) == 44 + 2 * 1600


def test_every_kept_sound_has_one_voice_and_one_rate() -> None:
    for rate in (8_000, 22_050, 48_000):
        for voices in (1, 2):
            with wave.open(io.BytesIO(sound.made_plain(a_sound(0.5, rate, voices)))) as kept:
                assert (kept.getnchannels(), kept.getframerate(), kept.getsampwidth()) == (1, 16_000, 2)
                assert abs(kept.getnframes() - 8_000) <= 1


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"RIFF",
        b"ID3 an mp3",
        b"RIFF\x04\x00\x00\x00WAVE",
        a_sound(0),
        a_sound(rate=4_000),
        a_sound(width=1),
        a_sound(width=3),
        a_sound(voices=6),
        a_sound().replace(b"\x00\x20", b"\x00\x00"),
        a_sound()[:45],
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00" + b"\xff" * 60,
    ],
)
def test_what_is_no_sound_is_refused_in_plain_words(file: bytes) -> None:
    with pytest.raises(RuleRefused, match="We could not hear anything"):
        sound.made_plain(file)


def test_a_long_talk_is_refused() -> None:
    sound.made_plain(a_sound(rules.RECORDING_SECONDS))
    for rate in (8_000, 16_000, 48_000):
        with pytest.raises(RuleRefused, match="too long"):
            sound.made_plain(a_sound(rules.RECORDING_SECONDS + 0.5, rate))


@given(st.integers(1, rules.RECORDING_SECONDS * sound.RATE))
def test_as_it_is_sent_a_sound_has_one_of_four_lengths_and_every_sample(samples: int) -> None:
    kept = sound.made_plain(a_sound(samples / sound.RATE))
    sent = sound.padded(kept)
    assert len(sent) in {52 + seconds * 32_000 for seconds in (4, 8, 16, 30)}
    assert int.from_bytes(sent[4:8], "little") == len(sent) - 8
    with wave.open(io.BytesIO(kept)) as before, wave.open(io.BytesIO(sent)) as after:
        assert after.getparams() == before.getparams()
        assert after.readframes(samples + 1) == before.readframes(samples + 1)
    assert sound.made_plain(sent) == kept


def unlawed(code: int) -> int:
    """What a player makes of one byte, by G.711: written from its table, and not from what writes the byte."""
    sign, eighth, step = code >> 7, (~code >> 4) & 7, ~code & 15
    size = ((step * 2 + 33) << eighth) - 33 << 2
    return size if sign else -size


def samples_of(small: bytes) -> list[int]:
    assert small[20:22] == b"\x07\x00", "as a WAV file says mu-law"
    start = small.index(b"data") + 8
    assert int.from_bytes(small[4:8], "little") == len(small) - 8
    assert int.from_bytes(small[start - 4 : start], "little") == len(small) - start
    return [unlawed(code) for code in small[start:]]


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=200))
def test_a_small_sound_is_the_same_sound_to_a_few_parts_in_a_hundred(loud: Sequence[int]) -> None:
    twice = array("h", (each for each in loud for _ in range(2)))
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setparams((1, 2, sound.RATE, 0, "NONE", ""))
        made.writeframes(twice.tobytes())
    heard = samples_of(sound.small(file.getvalue()))[: len(loud)]
    assert len(heard) == len(loud)
    assert [(was, now) for was, now in zip(loud, heard, strict=True) if abs(was - now) > abs(was) / 32 + 5] == []


def test_the_longest_sound_gets_a_quarter_of_its_room() -> None:
    noise = array("h", random.Random(1).choices(range(-9_000, 9_000), k=rules.RECORDING_SECONDS * sound.RATE))
    long = sound.made_plain(a_sound())[: sound.HEAD] + noise.tobytes()
    assert len(sound.small(long)) == 58 + rules.RECORDING_SECONDS * 8_000


def test_on_the_wire_two_lines_of_another_length_are_alike_and_a_browser_hears_each_to_its_end(
    page: Page, live: Live
) -> None:
    """Whoever sees the line sees lengths. The control: the files themselves tell one line from another."""
    seconds = {"Thanks": 0.4, "Next": 1.7, "Back": 3.9, "Send": 6.2}
    on_the_wire, on_the_disk, heard = set(), set(), {}
    page.goto(live.url + "/help-now")
    for line, long in seconds.items():
        with spoken_ahead(live, line, seconds=long) as (key,):
            folder = made_ahead.folder(live.app.config["SETTINGS"].home, "en")
            on_the_disk.add((folder / f"{key}.wav").stat().st_size)
            on_the_wire.add(page.evaluate("async at => (await (await fetch(at)).blob()).size", f"/aloud/en/{key}.wav"))
            heard[line] = page.evaluate(DURATION, f"/aloud/en/{key}.wav")
    assert len(on_the_disk) == len(seconds)
    assert on_the_wire == {52 + 4 * 32_000, 52 + 8 * 32_000}
    assert heard == pytest.approx(seconds, abs=0.02)
