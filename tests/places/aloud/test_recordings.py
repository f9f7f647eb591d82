"""Recordings by people: made by whoever keeps the site's words, heard before any machine, taken away again."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from governance.frame.said_aloud import key_of
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places.aloud import made_ahead, recordings, sound
from tests.factories import an_open_programme
from tests.places.aloud.listening import a_sound
from tests.places.aloud.test_sound import WHO, with_a_name
from tests.second_yes import agree

SignIn = Callable[..., Any]
LINE = key_of("en", "What do you want to say?")
PAGE = f"/places/recordings/en/{LINE}"


@pytest.fixture(autouse=True)
def _founded(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    session.commit()


def send(person: Any, file: bytes) -> Any:
    return send_to(person, PAGE, file)


def send_to(person: Any, page: str, file: bytes) -> Any:
    return person.submit(page, file=(io.BytesIO(file), "a.wav"))


def test_a_recording_is_heard_before_the_machine_and_without_a_name(
    session: Session, app: Flask, sign_in: SignIn, tmp_path: Path
) -> None:
    admin, anybody = sign_in(Role.ADMIN), app.test_client()
    folder = made_ahead.folder(tmp_path, "en")
    folder.mkdir(parents=True)
    (folder / f"{LINE}.wav").write_bytes(a_sound(0.3))
    assert anybody.get(f"/aloud/en/{LINE}.wav", buffered=True).data == sound.padded(a_sound(0.3))
    assert send(admin, with_a_name(a_sound(0.2, 48_000, 2))).status_code == 303
    assert anybody.get(f"/aloud/en/{LINE}.wav", buffered=True).data == sound.padded(a_sound(0.3)), "nobody agreed yet"
    assert admin.submit("/places/recordings/en", "/ask").status_code == 303
    assert (
        agree(sign_in(Role.MEMBER, sits=True), about="New recordings that people hear in English: 1.").status_code
        == 303
    )
    heard = anybody.get(f"/aloud/en/{LINE}.wav", buffered=True)
    assert (heard.mimetype, heard.data) == ("audio/wav", sound.padded(sound.made_plain(a_sound(0.2, 48_000, 2))))
    assert WHO not in (recordings.read(session, LINE) or b"")
    session.rollback()
    assert anybody.get("/aloud/en").json == [LINE]
    assert "Recorded" in admin.get("/places/recordings/en").text

    assert admin.submit(PAGE, "remove").status_code == 303
    assert recordings.read(session, LINE) is None
    session.rollback()
    assert anybody.get(f"/aloud/en/{LINE}.wav", buffered=True).data == sound.padded(a_sound(0.3))


@pytest.mark.parametrize("file", [b"", b"no sound", a_sound(30.5, 8_000)])
def test_what_cannot_be_kept_is_refused_on_the_page(session: Session, sign_in: SignIn, file: bytes) -> None:
    answer = send(sign_in(Role.ADMIN), file)
    assert answer.status_code == 409
    assert "What do you want to say?" in answer.text
    assert recordings.keys(session, "en") == set()


def test_no_one_else_may_and_nothing_else_can_be_recorded(sign_in: SignIn, app: Flask) -> None:
    for role in (Role.MEMBER, Role.MANAGER, Role.STAFF_READER):
        assert sign_in(role).get(PAGE).status_code == 403
    assert app.test_client().get(PAGE).status_code == 401
    admin = sign_in(Role.ADMIN)
    for address in ("/places/recordings/xx", "/places/recordings/en/0123456789abcdef", PAGE.replace("/en/", "/fr/")):
        assert admin.get(address).status_code == 404, address


def test_only_the_page_that_records_may_ask_for_the_microphone(sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    assert "microphone=(self)" in admin.get(PAGE).headers["Permissions-Policy"]
    for address in ("/places/recordings/en", "/places", "/kiosk"):
        assert "microphone=()" in admin.get(address).headers["Permissions-Policy"], address


def test_while_the_database_is_silent_the_machine_reads(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise OperationalError("", {}, Exception("no database"))

    folder = made_ahead.folder(tmp_path, "en")
    folder.mkdir(parents=True)
    (folder / f"{LINE}.wav").write_bytes(a_sound())
    monkeypatch.setattr(recordings, "keys", silent)
    monkeypatch.setattr(recordings, "read", silent)
    assert app.test_client().get("/aloud/en").json == [LINE]
    assert app.test_client().get(f"/aloud/en/{LINE}.wav", buffered=True).data == sound.padded(a_sound())


@pytest.mark.on_both
def test_the_list_is_folded_by_screen_and_says_how_many_lines_of_each_are_recorded(
    session: Session, sign_in: SignIn
) -> None:
    line = key_of("en", "How was it?")
    recordings.put_in(session, "en", line, a_sound())
    recordings.put_up(session, "en", recordings.waiting(session, "en"))
    session.commit()
    admin, every = sign_in(Role.ADMIN), "/places/recordings/en"
    closed = admin.get(every).text
    assert " ".join(re.findall(r"\d+ of \d+ recorded", closed)).count("1 of") == 1
    assert "<details open" not in closed
    back = send_to(admin, f"{every}/{line}", a_sound()).location
    assert back == f"{every}?screen=say#{line}"
    opened = re.findall(r"<details open.*?</details>", admin.get(back).text, re.DOTALL)
    assert [f'id="{line}"' in fold for fold in opened] == [True], "whoever comes back finds the line that they left"
    found = admin.get(f"{every}?q=feel").text
    assert "<details open" in found
    assert "<details>" not in found, "what is looked for is seen at once"
