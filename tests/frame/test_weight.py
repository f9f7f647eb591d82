"""What a first visit costs on a bad line, and that nothing which could tell of somebody is made smaller."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from governance.keys.keyfolder import KeyFolder
from tests.factories import an_open_programme

# Its pages alone, and how large they are.

MOST = 60_000  # Bytes, headers and all, without sound.
NAMED = re.compile(r'<(?:link|script|div)[^>]+(?:href|src|data-script)="([^"]+)"')
IN_STYLE = re.compile(r'url\("([^"]+)"\)')
SMALLER = {"Accept-Encoding": "gzip"}


@pytest.fixture(autouse=True)
def _founded(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    session.commit()


def bytes_of(answer: TestResponse) -> int:
    return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers)


def text_of(answer: TestResponse) -> str:
    whole = answer.data
    return (gzip.decompress(whole) if answer.headers.get("Content-Encoding") == "gzip" else whole).decode()


def weight(client: FlaskClient, address: str) -> dict[str, int]:
    """The bytes of a page and of all that it names, and of what that names, the first time somebody comes."""
    page = client.get(address, headers=SMALLER, buffered=True)
    sizes, ahead = {address: bytes_of(page)}, NAMED.findall(text_of(page))
    while ahead:
        name = ahead.pop()
        if name.startswith("/static/") and name not in sizes:
            file = client.get(name, headers=SMALLER, buffered=True)
            assert file.status_code == 200, name
            sizes[name] = bytes_of(file)
            if name.endswith(".css"):
                ahead += [urljoin(name, each) for each in IN_STYLE.findall(text_of(file))]
            if name.endswith(".js"):
                ahead += [urljoin(name, each) for each in re.findall(r'^import .* from "(.+)";$', text_of(file), re.M)]
    return sizes


@pytest.mark.parametrize("address", ["/kiosk", "/say", "/vote", "/code", "/help-now"])
def test_a_first_page_weighs_less_than_sixty_kilobytes(app: Flask, address: str) -> None:
    sizes = weight(app.test_client(), address)
    assert {"aloud.js", "atkinson-hyperlegible-next.woff2"} <= {name.rpartition("/")[2] for name in sizes}
    assert sum(sizes.values()) < MOST, sizes


def test_without_making_it_smaller_it_would_weigh_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SMALLER, "Accept-Encoding", "identity")
    assert sum(weight(app.test_client(), "/kiosk").values()) > MOST


def test_only_the_page_of_somebody_who_brings_nothing_is_made_smaller(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/say", headers=SMALLER, buffered=True)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/say", headers=SMALLER, buffered=True)
    assert "Content-Encoding" not in again.headers, "its size would tell what was picked"
    assert "<h1>" in again.text
    assert "Content-Encoding" not in app.test_client().post("/kiosk", headers=SMALLER, buffered=True).headers


def test_a_file_is_the_same_whichever_way_it_comes(app: Flask) -> None:
    client, address = app.test_client(), f"{app.static_url_path}/site.css"
    small, whole = client.get(address, headers=SMALLER, buffered=True), client.get(address, buffered=True)
    assert gzip.decompress(small.data) == whole.data
    assert "Accept-Encoding" in small.headers["Vary"]
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert "ETag" not in small.headers


def test_the_letters_are_kept_for_good_and_have_their_licence_beside_them(app: Flask) -> None:
    client, folder = app.test_client(), f"{app.static_url_path}/frame/letters"
    letters = client.get(f"{folder}/atkinson-hyperlegible-next.woff2", buffered=True)
    assert (letters.mimetype, letters.data[:4]) == ("font/woff2", b"wOF2")
    assert "immutable" in letters.headers["Cache-Control"]
    assert "SIL OPEN FONT LICENSE" in client.get(f"{folder}/OFL.txt", buffered=True).text
