"""`governance words speak`: a voice made ahead, and one line that says what to install where there is none."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from governance.frame.said_aloud import key_of, lines
from governance.places.aloud import made_ahead
from tests.commands.conftest import Run
from tests.factories import Founded
from tests.places.aloud.listening import a_sound

# It stands in for the voice: what it was asked to say goes into a file, and it says a hum.
VOICE = '#!/bin/sh\necho "$*" >> "$HEARD"; cat >> "$HEARD"; echo >> "$HEARD"; cat "$HUM"\n'


@pytest.fixture
def voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of the voice's name that writes down what it says."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / made_ahead.PROGRAM).write_text(VOICE)
    (folder / made_ahead.PROGRAM).chmod(0o755)
    (tmp_path / "hum.wav").write_bytes(a_sound(0.2, 22_050))
    for name, value in (("HEARD", tmp_path / "heard"), ("HUM", tmp_path / "hum.wav")):
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "heard"


@pytest.mark.server
def test_each_line_is_spoken_once_in_the_voice_of_its_language(voice: Path, tmp_path: Path) -> None:
    few = {key_of("es", line): line for line in ("Siguiente", "-w /etc/passwd")}
    assert made_ahead.speak(tmp_path, "es", few) == 2
    asked = voice.read_text()
    assert "-v es-419" in asked
    assert "-w /etc/passwd" in asked.splitlines(), "as words, not as what to do"
    with wave.open(io.BytesIO(made_ahead.read(tmp_path, "es", key_of("es", "Siguiente")) or b"")) as kept:
        assert kept.getframerate() == 16_000
    assert made_ahead.speak(tmp_path, "es", dict(list(few.items())[:1])) == 0
    assert made_ahead.keys(tmp_path, "es") == set(list(few)[:1]), "what is said no more is gone"


def test_the_command_speaks_every_language_that_is_offered(
    founded: Founded, run: Run, session: Session, voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.commands.words_aloud.lines", lambda code, _: {key_of(code, "Next"): "Next"})
    status, said = run("words", "speak")
    assert (status, made_ahead.keys(tmp_path, "en")) == (0, {key_of("en", "Next")})
    assert "English: 1 lines are new, 1 in all." in said
    assert len(lines("en", [])) > 200


def test_without_a_voice_it_says_what_to_install(founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    status, said = run("words", "speak", "en")
    assert status == 1
    assert said.endswith("As root, run: apt-get install espeak-ng")
    assert len(said.splitlines()) == 1


def test_a_language_that_is_not_there_is_named(founded: Founded, run: Run, voice: Path) -> None:
    status, said = run("words", "speak", "xx")
    assert status == 1
    assert "There is no language 'xx'" in said
