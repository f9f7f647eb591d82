"""A sound as it is kept: what was heard and nothing else, one voice at 16,000 samples of 16 bits a second.

A file that comes in is taken apart to its samples and put together anew. Whatever else it said (who made it, with what,
where and when) does not get through. As it is sent it has one of a few lengths, so that none of them names a line.
"""

from __future__ import annotations

import io
import wave
from array import array

from governance.places import rules
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

RATE = 16_000  # Samples a second: enough for speech.
RATES = range(8_000, 48_001)
# Seconds. Most lines fit the first two; with one size for all, each would bring a megabyte on a bad line.
LENGTHS = (4, 8, 16, rules.RECORDING_SECONDS)
HEAD = 44  # Bytes before the samples of a file that says nothing else.
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
