"""Of a file that comes in only the samples are kept."""

from __future__ import annotations

import io
import wave

import pytest

from governance.errors import RuleRefused
from governance.places import rules
from governance.places.aloud import sound
from tests.places.aloud.listening import a_sound

WHO = b"Maria on the red phone"


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
