"""What a tablet brings from its outbox: taken once, from a tablet of ours alone, and held like any other word."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from governance import clock, sealing
from governance.feedback import service as feedback
from governance.feedback.models import FormToken, Held, Message, TakenOnce
from governance.feedback.service import outbox
from governance.places import service as places
from governance.places.models import Programme
from governance.privacy import retention
from tests.factories import NOW, TODAY, Founded
from tests.feedback.messages import LATER, let_out
from tests.page import PageClient

WORDS = "the walnut by the gate is rotten"
ADDRESS = "/kiosk/outbox"

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture(autouse=True)
def _committed(founded: Founded) -> None:
    founded.session.commit()


def seals(founded: Founded, day: date = TODAY) -> dict[str, Any]:
    told = feedback.for_tablet(founded.session, founded.keys, day)
    founded.session.rollback()
    assert told is not None
    return told


def on_a_tablet(by: dict[str, Any], words: str = WORDS, **more: Any) -> bytes:
    """Seal as a tablet does that was told *by*."""
    said = {"id": secrets.token_hex(16), "lane": "", "about": "", "face": "", "route": "", "language": "en", **more}
    reader = by["readers"][by["read_by"][said["lane"] or "other"][said["about"]]]
    inner = sealing.seal(bytes.fromhex(reader["key"]), words.encode(), bytes.fromhex(reader["info"]))
    facts = {**said, "words": b64encode(inner).decode(), "key": reader["id"], **more}
    return sealing.seal(
        bytes.fromhex(by["key"]), json.dumps(facts).ljust(by["size"]).encode(), bytes.fromhex(by["info"])
    )


def screen(app: Flask, founded: Founded, *, goes_without: bool = True) -> tuple[PageClient, str, Any]:
    """Enrol a screen; return it, the token it is told, and its kiosk."""
    session = founded.session
    kiosk, key = places.enrol_kiosk(session, places.places(session)[0], "van", clock.today(), goes_without=goes_without)
    session.commit()
    client = PageClient(app)
    client.submit("/kiosk/enrol", code=key)
    return client, client.get(ADDRESS).json["token"], kiosk


def bring(app: Flask, token: str, sealed: bytes) -> Any:
    """Bring one message, without a cookie."""
    return PageClient(app).post(ADDRESS, data={"tablet": token, "sealed": b64encode(sealed).decode()})


def rows(founded: Founded, table: Any) -> list[Any]:
    founded.session.rollback()
    found = list(founded.session.scalars(select(table)))
    founded.session.rollback()
    return found


def read(founded: Founded, alias: str, day: date = LATER) -> list[Any]:
    let_out(founded, day)
    ring = feedback.Keyring(founded.session, founded.keys, founded.reader(alias))
    return [message for box in ring.audiences for message in ring.inbox(box).messages]


def test_what_is_brought_is_held_sealed_and_read_like_any_other_word(app: Flask, founded: Founded) -> None:
    _, token, _ = screen(app, founded)
    answer = bring(app, token, on_a_tablet(seals(founded), lane="grievance", about="worker", face="bad", language="es"))
    assert (answer.status_code, answer.json) == (200, {"taken": True})
    assert "Set-Cookie" not in answer.headers
    (held,) = rows(founded, Held)
    assert (held.audience, held.day, held.route, held.consent) == ("grievance", TODAY, "later", "idea")
    (message,) = read(founded, "Kelp")
    assert (message.words, message.language, message.via, message.place) == (WORDS, "es", "kiosk", "Drop-in")


@pytest.mark.on_both
def test_the_same_one_twice_is_answered_as_taken_and_held_once(app: Flask, founded: Founded) -> None:
    _, token, _ = screen(app, founded)
    by = seals(founded)
    name = secrets.token_hex(16)
    first, again = on_a_tablet(by, id=name), on_a_tablet(by, id=name)
    for sealed in (first, first, again):
        assert bring(app, token, sealed).json == {"taken": True}
    assert len(rows(founded, Held)) == 1
    let_out(founded)
    founded.session.commit()
    assert bring(app, token, first).json == {"taken": True}
    assert rows(founded, Held) == []
    assert len(rows(founded, Message)) == 1


@pytest.mark.on_both
def test_what_the_tablet_called_it_is_nowhere_in_what_is_kept(app: Flask, founded: Founded) -> None:
    """Else whoever had copied the tablet, and has the key folder, could say which message it was."""
    _, token, _ = screen(app, founded)
    name = secrets.token_bytes(16)
    bring(app, token, on_a_tablet(seals(founded), id=name.hex()))
    (held,) = rows(founded, Held)
    from governance.feedback.service.intake import _tag_without_code

    assert held.tag != _tag_without_code(name)
    (taken,) = rows(founded, TakenOnce)
    assert (name not in taken.hash, taken.month) == (True, TODAY.replace(day=1))
    assert rows(founded, FormToken) == []


def other_key(by: dict[str, Any]) -> bytes:
    return on_a_tablet({**by, "key": sealing.new_pair().public.hex()})


BAD: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "nothing": lambda by: b"",
    "garbage": lambda by: secrets.token_bytes(outbox.SEALED_SIZE),
    "a byte too many": lambda by: on_a_tablet(by) + b"x",
    "a byte changed": lambda by: on_a_tablet(by)[:-1] + b"\0",
    "another key": other_key,
    "a smaller size": lambda by: on_a_tablet({**by, "size": 100}),
    "no name": lambda by: on_a_tablet(by, id=""),
    "a short name": lambda by: on_a_tablet(by, id="00"),
    "a name that is none": lambda by: on_a_tablet(by, id=5),
    "a lane that is none": lambda by: on_a_tablet({**by, "read_by": {"x": {"": "everyone"}}}, lane="x"),
    "a face that is none": lambda by: on_a_tablet(by, face="x"),
    "words that are not sealed": lambda by: on_a_tablet(by, words="", key="x"),
    "a list": lambda by: sealing.seal(
        bytes.fromhex(by["key"]), b"[]".ljust(outbox.SIZE), bytes.fromhex(by["info"])
    ),
    "no JSON": lambda by: sealing.seal(
        bytes.fromhex(by["key"]), b"[" * outbox.SIZE, bytes.fromhex(by["info"])
    ),
}  # fmt: skip


def test_what_no_tablet_of_ours_seals_is_refused_and_nothing_is_kept(
    app: Flask, founded: Founded, subtests: pytest.Subtests
) -> None:
    _, token, _ = screen(app, founded)
    by = seals(founded)
    for name, badly in BAD.items():
        with subtests.test(name=name):
            answer = bring(app, token, badly(by))
            assert (answer.status_code, answer.json) == (422, {"taken": False})
            assert rows(founded, Held) == rows(founded, TakenOnce) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(st.sampled_from(["id", "lane", "about", "face", "route", "language", "words", "key"]),
    st.none() | st.integers() | st.text(max_size=40) | st.lists(st.text(max_size=3), max_size=2)))  # fmt: skip
def test_whatever_stands_in_the_seal_is_taken_or_refused_and_breaks_nothing(
    founded: Founded, said: dict[str, Any]
) -> None:
    by = seals(founded)
    facts = {"id": "00" * 16, "lane": "", "about": "", "face": "", "route": "", "language": "en", **said}
    sealed = sealing.seal(
        bytes.fromhex(by["key"]), json.dumps(facts).ljust(by["size"]).encode(), bytes.fromhex(by["info"])
    )
    try:
        feedback.open_brought(founded.session, founded.keys, sealed, "Drop-in", TODAY)
    except feedback.NotFromHere:
        pass
    finally:
        founded.session.rollback()


def test_without_the_token_of_a_tablet_nothing_is_taken(app: Flask, founded: Founded) -> None:
    """No cookie, no token of a form and no old token stands in for it."""
    client, token, _ = screen(app, founded)
    sealed = b64encode(on_a_tablet(seals(founded))).decode()
    page = client.get("/kiosk").get_data(as_text=True)
    form_token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    assert form_token
    for wrong in ("", "x", token[:-4] + "AAAA", form_token):
        data = {"tablet": wrong, "sealed": sealed, "csrf_token": form_token}
        assert client.post(ADDRESS, data=data).status_code == 403
    with clock.stopped_at(NOW + retention.TOKEN_OF_NOBODY + timedelta(seconds=1)):
        assert bring(app, token, b64decode(sealed)).status_code == 403
    assert rows(founded, Held) == []


def test_who_is_no_kiosk_is_told_nothing(app: Flask, founded: Founded) -> None:
    answer = PageClient(app).get(ADDRESS)
    assert (answer.status_code, answer.json) == (404, {"on": False})
    phone = PageClient(app)
    phone.get("/kiosk")
    assert phone.get(ADDRESS).status_code == 404
    assert b"data-outbox" not in phone.get("/kiosk").data


def test_a_kiosk_that_was_not_enrolled_for_it_keeps_nothing(app: Flask, founded: Founded) -> None:
    client, _, _ = screen(app, founded, goes_without=False)
    assert client.get(ADDRESS).json["on"] is False
    for page in ("/kiosk", "/kiosk/cleared"):
        assert b"data-outbox" not in client.get(page).data
    assert '"storage"' in client.get("/kiosk/cleared").headers["Clear-Site-Data"]


def test_one_that_was_keeps_its_outbox_when_the_screen_is_cleared(app: Flask, founded: Founded) -> None:
    client, _, _ = screen(app, founded)
    for page in ("/kiosk", "/kiosk/cleared"):
        assert b"data-outbox" in client.get(page).data
    assert client.get("/kiosk/cleared").headers["Clear-Site-Data"] == '"cache"'


def test_one_whose_cookie_is_gone_keeps_its_outbox_too_for_its_worker_says_so(app: Flask, founded: Founded) -> None:
    """After 400 days, with a new key for cookies, or enrolled again without it: what lies there are words of people."""
    lost, again = PageClient(app), screen(app, founded, goes_without=False)[0]
    for client in (lost, again):
        here = {"headers": {"Outbox-Here": "1"}}
        assert client.get("/kiosk/cleared", **here).headers["Clear-Site-Data"] == '"cache"'
        for page in ("/kiosk", "/kiosk/cleared"):
            assert b"data-outbox" in client.get(page, **here).data
        assert b"data-outbox" not in client.get("/kiosk").data
    phone = PageClient(app)
    assert phone.get("/leave").status_code == 200, "the control: a phone"
    away = phone.get("/leave", headers={"Outbox-Here": "1"})
    assert (away.status_code, away.location) == (303, "/hide")
    assert phone.get("/hide").location == "/kiosk/cleared"


@pytest.mark.on_both
def test_a_revoked_tablet_is_told_so_and_brings_what_was_said_on_it_before(app: Flask, founded: Founded) -> None:
    client, _, kiosk = screen(app, founded)
    sealed = on_a_tablet(seals(founded))
    places.revoke_kiosk(founded.session, kiosk, TODAY)
    founded.session.commit()
    told = client.get(ADDRESS).json
    assert set(told) == {"on", "token"}
    assert not told["on"]
    assert bring(app, told["token"], sealed).json == {"taken": True}
    (message,) = read(founded, "Ash")
    assert (message.words, message.place) == (WORDS, "Drop-in"), "it was said there"


def test_what_the_tablet_is_told_has_the_public_halves_alone(app: Flask, founded: Founded) -> None:
    client, _, _ = screen(app, founded)
    told = client.get(ADDRESS).get_data(as_text=True)
    keys = founded.keys
    for name in set(keys.names()) - {"programme"}:  # Its name, and no secret.
        assert keys.need(name).hex() not in told, name
    assert outbox._pair(keys).private.hex() not in told
    assert outbox._pair(keys).public.hex() in told


def test_while_feedback_is_shut_it_stays_on_the_tablet(app: Flask, founded: Founded) -> None:
    _, token, _ = screen(app, founded)
    sealed = on_a_tablet(seals(founded))
    founded.session.get_one(Programme, 1).intake_open = False
    founded.session.commit()
    answer = bring(app, token, sealed)
    assert answer.status_code == 409
    assert answer.json is None or "taken" not in answer.json
    assert rows(founded, TakenOnce) == []


def test_two_hundred_from_one_tablet_are_all_taken(app: Flask, founded: Founded) -> None:
    _, token, _ = screen(app, founded)
    by = seals(founded)
    assert {bring(app, token, on_a_tablet(by, str(number))).status_code for number in range(200)} == {200}
    assert len(rows(founded, Held)) == 200
