"""Sounds that a voice on this machine made ahead: one file a line, in the folder `aloud` of the home folder.

They can be made again at any time, so that no backup holds them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from governance.places.aloud import sound
from governance.ruling.errors import NotReady, RuleRefused

FOLDER = "aloud"
PROGRAM = "espeak-ng"
# Its voices, by our codes. Both ways to write Chinese are spoken the same.
VOICES = {
    "en": "en-us", "es": "es-419", "fr": "fr-fr", "pt": "pt-br", "ht": "ht", "zh_Hans": "cmn", "zh_Hant": "cmn",
    "vi": "vi", "pa": "pa", "ar": "ar",
}  # fmt: skip
WORDS_A_MINUTE = "140"  # Slower than its own 175: for tired ears.
LONGEST_WAIT = 60  # Seconds for one line, which takes a tenth of one.


def folder(home: Path, language: str) -> Path:
    """Return where the sounds of a *language* lie."""
    return home / FOLDER / language


def keys(home: Path, language: str) -> set[str]:
    """Return the keys of the lines that were spoken ahead."""
    return {path.stem for path in folder(home, language).glob("*.wav")}


def sizes(home: Path, language: str) -> dict[str, int]:
    """Return how many bytes each line has that was spoken ahead, by its key."""
    return {path.stem: path.stat().st_size for path in folder(home, language).glob("*.wav")}


def read(home: Path, language: str, key: str) -> bytes | None:
    """Return the sound of one line, or None."""
    path = folder(home, language) / f"{key}.wav"
    return path.read_bytes() if path.is_file() else None


def check_there_is_a_voice(language: str) -> None:
    """Raises NotReady, which says what to install, where this machine cannot speak the *language*."""
    if not shutil.which(PROGRAM):
        raise NotReady(f"No voice is installed here. As root, run: apt-get install {PROGRAM}")
    if language not in VOICES:
        raise NotReady(f"{PROGRAM} has no voice for {language!r}. Choose from {', '.join(VOICES)}.")


def speak(home: Path, language: str, lines: dict[str, str]) -> int:
    """Make the sound of each of *lines* that has none yet, and take away those of no line. Return how many are new.

    Lines too long for one sound have none: a device's own voice says them. Raises NotReady when the program fails.
    """
    here = folder(home, language)
    here.mkdir(parents=True, exist_ok=True)
    there = keys(home, language)
    for key in there - set(lines):
        (here / f"{key}.wav").unlink(missing_ok=True)
    made = 0
    for key in sorted(set(lines) - there):
        try:
            heard = sound.made_plain(_spoken(language, lines[key]))
        except RuleRefused:
            continue
        draft = here / f"{key}.{os.getpid()}"
        draft.write_bytes(heard)
        draft.replace(here / f"{key}.wav")
        made += 1
    return made


def _spoken(language: str, words: str) -> bytes:
    """Have the program say *words*. They come to it on its input: they are never taken for an option."""
    done = subprocess.run(  # noqa: S603 - the program is ours to name, and the words are no argument.
        [PROGRAM, "--stdin", "--stdout", "-b", "1", "-s", WORDS_A_MINUTE, "-v", VOICES[language]],
        input=words.encode(),
        capture_output=True,
        timeout=LONGEST_WAIT,
        check=False,
    )
    if done.returncode:
        raise NotReady(f"{PROGRAM} did not speak: {done.stderr.decode(errors='replace').strip()[:200]}")
    return done.stdout
