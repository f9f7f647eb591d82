"""A sound as it is kept: what was heard and nothing else, one voice at 16,000 samples of 16 bits a second.

A file that comes in is taken apart to its samples and put together anew. Whatever else it said (who made it, with what,
where and when) does not get through. As it is sent it has one of a few lengths, so that none of them names a line.
A tablet that keeps sounds for a time without a network is given them in a quarter of the room.
"""

from __future__ import annotations

import io
import struct
import wave
from array import array
from functools import cache

from governance.places import rules
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

RATE = 16_000  # Samples a second: enough for speech.
RATES = range(8_000, 48_001)
# Seconds. Most lines fit the first two; with one size for all, each would bring a megabyte on a bad line.
LENGTHS = (4, 8, 16, rules.RECORDING_SECONDS)
HEAD = 44  # Bytes before the samples of a file that says nothing else.
SMALL_RATE = RATE // 2
SMALLER = 4  # How many times less room a small one takes.
MU_LAW = 7  # What a WAV file calls it.
LOUDEST, BIAS = 32_635, 132  # Of the law: what is louder is as loud as this, and what is added to every size.
NO_SOUND = N_("We could not hear anything in this file. Please make it a WAV file with 16 bits, or record it again.")
TOO_LONG = N_("This is too long. Thirty seconds is the most. Please say this line alone.")


def made_plain(file: bytes) -> bytes:
    """Return the sound in *file*, a WAV file of 16 bits, as one that says nothing but its samples.

    Raises RuleRefused where it is no such file, is silent or too long.
    """
    try:
        with wave.open(io.BytesIO(file)) as given:
            rate, voices, width = given.getframerate(), given.getnchannels(), given.getsampwidth()
            heard = array("h", given.readframes(RATES[-1] * (rules.RECORDING_SECONDS + 1)))
    except (wave.Error, EOFError, ValueError, ZeroDivisionError):  # ValueError: half a sample at the end.
        raise RuleRefused(NO_SOUND, field="file") from None
    if width != 2 or voices not in (1, 2) or rate not in RATES or not any(heard):
        raise RuleRefused(NO_SOUND, field="file")
    if len(heard) // voices > rate * rules.RECORDING_SECONDS:
        raise RuleRefused(TOO_LONG, field="file")
    if voices == 2:
        heard = array("h", ((left + right) // 2 for left, right in zip(heard[::2], heard[1::2], strict=False)))
    return _file_of(_at_our_rate(heard, rate))


def padded(file: bytes) -> bytes:
    """Return *file*, a sound as it is kept, filled up to one of a few lengths with a part that no player plays.

    A RIFF file may end in chunks that whoever reads it does not know (Microsoft and IBM, "Multimedia Programming
    Interface and Data Specifications 1.0", 1991); "JUNK" is the one that says nothing.
    """
    sizes = (HEAD + seconds * RATE * 2 + 8 for seconds in LENGTHS)
    size = next(size for size in sizes if len(file) + 8 <= size)
    nothing = bytes(size - len(file) - 8)
    whole = file[8:] + b"JUNK" + len(nothing).to_bytes(4, "little") + nothing
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def small(file: bytes) -> bytes:
    """Return *file*, a sound as it is kept, in a quarter of its room: 8,000 samples of 8 bits, as a telephone sends it.

    By the law of ITU-T recommendation G.711 (1988), mu-law, which browsers of any age play.
    """
    heard = array("h", file[HEAD : len(file) - len(file) % 2])
    halved = (left + right >> 1 for left, right in zip(heard[::2], heard[1::2], strict=False))
    law = _mu_law()
    samples = bytes(law[each & 0xFFFF] for each in halved)
    samples += bytes([law[0]]) * (len(samples) % 2)  # A part of such a file has an even length.
    says = struct.pack("<4sIHHIIHHH", b"fmt ", 18, MU_LAW, 1, SMALL_RATE, SMALL_RATE, 1, 8, 0)
    says += struct.pack("<4sII", b"fact", 4, len(samples)) + struct.pack("<4sI", b"data", len(samples))
    return struct.pack("<4sI4s", b"RIFF", 4 + len(says) + len(samples), b"WAVE") + says + samples


@cache
def _mu_law() -> bytes:
    """Return what each sample of 16 bits is by the law, in the order of its two bytes taken as a number."""
    return bytes(_by_law(each if each < 1 << 15 else each - (1 << 16)) for each in range(1 << 16))


def _by_law(sample: int) -> int:
    size = min(abs(sample), LOUDEST) + BIAS
    eighth = size.bit_length() - 8
    return ~(0x80 * (sample < 0) | eighth << 4 | size >> (eighth + 3) & 0x0F) & 0xFF


def _at_our_rate(heard: array[int], rate: int) -> array[int]:
    if rate == RATE:
        return heard
    last = len(heard) - 1
    made = array("h")
    for number in range(len(heard) * RATE // rate):
        at, between = divmod(number * rate, RATE)
        here, there = heard[at], heard[min(at + 1, last)]
        made.append(here + (there - here) * between // RATE)
    return made


def _file_of(samples: array[int]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(samples.tobytes())
    return file.getvalue()
