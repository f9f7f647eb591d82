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

from governance import clock, privacy, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import FormToken, Held, Message, TakenOnce
from governance.feedback.service import outbox
from governance.frame.said_aloud import key_of
from governance.people import service as people
from governance.people.models import IntakeKey
from governance.places import service as places
from governance.places.aloud import made_ahead
from governance.places.models import HelpCard, Programme
from governance.privacy import retention
from tests.factories import NOW, TODAY, Founded
from tests.feedback.messages import LATER, let_out
from tests.page import PageClient
from tests.places.aloud.listening import a_sound

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


# A week later, and later still


def later_than(founded: Founded, day: date) -> None:
    people.ensure_intake_keys(founded.session, founded.keys, feedback.periods_around(day))
    founded.session.commit()


@pytest.mark.parametrize("lane", ["urgent", "suggestion"])
def test_words_of_the_period_before_are_read(app: Flask, founded: Founded, lane: str) -> None:
    """Those of the urgent ones are a week: it is over when a van comes back."""
    sealed = on_a_tablet(seals(founded), lane=lane)
    back = TODAY + timedelta(days=14)
    later_than(founded, back)
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", back)
    assert feedback.keep_brought(founded.session, brought, back)
    assert [message.words for message in read(founded, "Ash", back + timedelta(days=4))] == [WORDS]


def test_words_sealed_before_a_reader_was_taken_away_are_read_by_the_others(app: Flask, founded: Founded) -> None:
    sealed = on_a_tablet(seals(founded))
    people.rotate(founded.session, founded.keys, [rules.Audience.EVERYONE], TODAY)
    founded.session.commit()
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", TODAY)
    feedback.keep_brought(founded.session, brought, TODAY)
    assert [message.words for message in read(founded, "Ash")] == [WORDS]


@pytest.mark.parametrize("days", [34, 36, 60])
def test_words_whose_time_is_over_or_soon_will_be_come_as_words_that_nobody_can_open(
    app: Flask, founded: Founded, days: int
) -> None:
    """That something came is told to the readers; nothing is sealed to a key that goes while it waits."""
    sealed = on_a_tablet(seals(founded), lane="urgent")
    back = TODAY + timedelta(days=days)
    later_than(founded, back)
    feedback.retire(founded.session, founded.keys, back)
    founded.session.commit()
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", back)
    feedback.keep_brought(founded.session, brought, back)
    founded.session.commit()
    let_out(founded, back + timedelta(days=4))
    feedback.retire(founded.session, founded.keys, back + timedelta(days=4))
    (message,) = read(founded, "Ash", back + timedelta(days=4))
    assert (message.unreadable, message.place) == (True, "Van")


@pytest.mark.parametrize(("lane", "route", "before"), [("urgent", "now", 1), ("urgent", "", 7), ("suggestion", "", 7)])
def test_words_are_opened_to_the_last_day_on_which_they_can_be(
    app: Flask, founded: Founded, lane: str, route: str, before: int
) -> None:
    """What goes at once loses no day. What waits ends six days sooner: its key would go meanwhile."""
    sealed = on_a_tablet(seals(founded), lane=lane, route=route)
    audience = rules.audience_for(rules.Lane(lane), rules.About.NOBODY)
    ends = privacy.expires_on(privacy.period_of(TODAY, audience), audience)
    for back, opens in ((ends - timedelta(days=before), True), (ends - timedelta(days=before - 1), False)):
        later_than(founded, back)
        brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", back)
        key = founded.session.get_one(IntakeKey, brought.held["intake_key_id"])
        assert (key.period == privacy.period_of(TODAY, audience)) is opens, back


def test_words_sealed_for_other_readers_reach_neither(app: Flask, founded: Founded) -> None:
    """A tablet that somebody has changed could seal a complaint about the manager for the whole team."""
    by = seals(founded)
    wrong = {**by, "read_by": {"grievance": {"manager": "everyone"}}}
    sealed = on_a_tablet(wrong, lane="grievance", about="manager")
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "", TODAY)
    assert brought.held["audience"] == rules.Audience.MANAGER
    feedback.keep_brought(founded.session, brought, TODAY)
    assert [message.unreadable for message in read(founded, "Ash")] == [True]
    assert read(founded, "Juniper") == []


def test_that_it_was_taken_is_remembered_as_long_as_a_tablet_could_bring_it_again(founded: Founded) -> None:
    sealed = on_a_tablet(seals(founded))
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "", TODAY)
    feedback.keep_brought(founded.session, brought, TODAY)
    founded.session.commit()
    for days, left in ((360, 1), (retention.ENROLLED.days, 1), (retention.TAKEN_FROM_TABLETS.days, 0)):
        feedback.retire(founded.session, founded.keys, TODAY + timedelta(days=days))
        founded.session.commit()
        assert len(rows(founded, TakenOnce)) == left, days


def test_the_longest_words_fit_in_any_script(founded: Founded) -> None:
    sealed = on_a_tablet(seals(founded), "🏳" * rules.LONGEST_WORDS)
    assert len(sealed) == outbox.SEALED_SIZE
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "", TODAY)
    feedback.keep_brought(founded.session, brought, TODAY)
    assert [message.words for message in read(founded, "Ash")] == ["🏳" * rules.LONGEST_WORDS]


@pytest.mark.on_both
def test_the_sounds_are_kept_under_a_mark_of_these_sounds_alone(app: Flask, founded: Founded) -> None:
    """Another one of the same length is another one within the hour. A card that was checked changes the pages only."""
    client, _token, _kiosk = screen(app, founded)
    folder = made_ahead.folder(app.config["SETTINGS"].home, "en")
    folder.mkdir(parents=True)
    on_the_page, elsewhere = (folder / f"{key_of('en', line)}.wav" for line in ("How was it?", "No page says this."))
    on_the_page.write_bytes(a_sound())
    before = client.get(ADDRESS).json
    (kept,) = before["sounds"]
    assert kept["bytes"] == len(a_sound()) // 4
    card = founded.session.scalars(select(HelpCard).where(HelpCard.language == "en")).first()
    assert card
    card.checked_on = TODAY - timedelta(days=3)
    founded.session.commit()
    elsewhere.write_bytes(a_sound())
    after = client.get(ADDRESS).json
    assert after["mark"] != before["mark"]
    assert after["sounds"] == before["sounds"]
    on_the_page.write_bytes(a_sound()[:-2] + b"\x10\x10")
    with clock.stopped_at(NOW + timedelta(hours=1)):
        (another,) = client.get(ADDRESS).json["sounds"]
    assert (another["mark"] != kept["mark"], another["bytes"]) == (True, kept["bytes"])


def test_sounds_are_given_to_what_keeps_them_alone(app: Flask, founded: Founded) -> None:
    """The page itself, which asks for a list, is not sent megabytes."""
    client, _token, _kiosk = screen(app, founded)
    folder = made_ahead.folder(app.config["SETTINGS"].home, "en")
    folder.mkdir(parents=True)
    (folder / f"{key_of('en', 'How was it?')}.wav").write_bytes(a_sound())
    assert list(client.get("/kiosk/sounds/en?all").json) == [key_of("en", "How was it?")]
    assert client.get("/kiosk/sounds/en").json == []
