"""A new recording waits for a second yes: who asks, who listens, who agrees, and what people hear in the meantime."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance.frame.said_aloud import key_of
from governance.keys.keyfolder import KeyFolder
from governance.people.models import Asked
from governance.permissions.roles import Role
from governance.places.aloud import recordings, sound
from governance.places.models import WaitingRecording
from tests.factories import an_open_programme
from tests.places.aloud.listening import a_sound
from tests.second_yes import agree, waiting

SignIn = Callable[..., Any]
LINE, OTHER = key_of("en", "What do you want to say?"), key_of("en", "Say something")
LIST, TO_HEAR = "/places/recordings/en", "/new-recordings/en"
OLD, NEW, NEWER = a_sound(0.1), a_sound(0.2), a_sound(0.4)


@pytest.fixture(autouse=True)
def _founded(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    session.commit()


def record(person: Any, file: bytes, line: str = LINE) -> None:
    answer = person.submit(f"{LIST}/{line}", file=(io.BytesIO(file), "a.wav"))
    assert answer.status_code == 303


def ask(person: Any) -> Any:
    return person.submit(LIST, "/ask")


def heard(app: Flask, line: str = LINE) -> bytes | None:
    """What a participant hears, or None where no sound is offered."""
    answer = app.test_client().get(f"/aloud/en/{line}.wav", buffered=True)
    return answer.data if answer.status_code == 200 else None


def plain(file: bytes) -> bytes:
    return sound.padded(sound.made_plain(file))


@pytest.fixture
def played(session: Session) -> None:
    """A recording that people hear already."""
    recordings.put_in(session, "en", LINE, OLD)
    recordings.put_up(session, "en", recordings.waiting(session, "en"))
    session.commit()


@pytest.mark.on_both
@pytest.mark.usefixtures("played")
def test_people_hear_the_former_voice_until_somebody_of_the_board_agrees(app: Flask, sign_in: SignIn) -> None:
    admin, member = sign_in(Role.ADMIN), sign_in(Role.MEMBER, sits=True)
    record(admin, NEW)
    assert heard(app) == plain(OLD)
    assert ask(admin).status_code == 303
    assert heard(app) == plain(OLD)
    assert "Until then people hear this one" in admin.get(f"{LIST}/{LINE}").text
    assert agree(member).status_code == 303
    assert heard(app) == plain(NEW)
    assert "New recordings that people hear in English: 1." in member.get("/second-yes").text, "members are told"


def test_it_takes_another_person_with_another_role(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    record(admin, NEW)
    ask(admin)
    member = sign_in(Role.MEMBER, sits=True)
    (form,) = waiting(member)
    for nobody in (admin, sign_in(Role.ADMIN), sign_in(Role.STAFF_READER)):
        assert waiting(nobody) == []
        token = nobody.form("/language")["fields"]["csrf_token"]
        nobody.post(form["action"], data={**form["fields"], "csrf_token": token})
        assert heard(app) is None
    assert agree(member).status_code == 303
    assert heard(app) == plain(NEW)


def test_the_second_one_listens_before_to_just_what_is_asked_for(app: Flask, sign_in: SignIn) -> None:
    admin, member = sign_in(Role.ADMIN), sign_in(Role.MEMBER, sits=True)
    record(admin, NEW)
    assert "What do you want to say?" in admin.get(TO_HEAR).text
    ask(admin)
    record(admin, NEWER, OTHER)
    assert TO_HEAR in member.get("/second-yes").text
    page = member.get(TO_HEAR).text
    assert f"{TO_HEAR}/{LINE}.wav" in page
    assert f"{TO_HEAR}/{OTHER}.wav" not in page
    answer = member.get(f"{TO_HEAR}/{LINE}.wav", buffered=True)
    assert (answer.data, answer.headers["Cache-Control"]) == (sound.made_plain(NEW), "no-store")
    agree(member)
    assert (heard(app), heard(app, OTHER)) == (plain(NEW), None), "the other one needs a yes of its own"


@pytest.mark.on_both
def test_one_that_is_recorded_anew_needs_another_yes(app: Flask, sign_in: SignIn) -> None:
    admin, member = sign_in(Role.ADMIN), sign_in(Role.MEMBER, sits=True)
    record(admin, NEW)
    ask(admin)
    (form,) = waiting(member)
    record(admin, NEWER)
    assert waiting(member) == []
    assert member.post(form["action"], data=form["fields"]).status_code == 409
    assert heard(app) is None
    ask(admin)
    agree(member)
    assert heard(app) == plain(NEWER)


@pytest.mark.on_both
@pytest.mark.parametrize("change", ["another sound", "none"])
def test_what_was_put_in_its_place_by_hand_is_not_what_was_agreed_to(
    session: Session, app: Flask, sign_in: SignIn, change: str
) -> None:
    admin, member = sign_in(Role.ADMIN), sign_in(Role.MEMBER, sits=True)
    record(admin, NEW)
    ask(admin)
    by_hand = update(WaitingRecording).values(wav=sound.made_plain(NEWER))
    session.execute(by_hand if change == "another sound" else delete(WaitingRecording))
    session.commit()
    answer = agree(member)
    assert answer.status_code == 409
    assert "another one by now" in answer.text
    assert heard(app) is None


@pytest.mark.on_both
@pytest.mark.usefixtures("played")
def test_one_that_waits_is_taken_back_and_one_that_plays_is_taken_away(
    session: Session, app: Flask, sign_in: SignIn
) -> None:
    admin, member = sign_in(Role.ADMIN), sign_in(Role.MEMBER, sits=True)
    record(admin, NEW)
    ask(admin)
    assert admin.submit(f"{LIST}/{LINE}", "take-back").status_code == 303
    assert (waiting(member), heard(app)) == ([], plain(OLD))
    record(admin, NEWER)
    assert admin.submit(f"{LIST}/{LINE}", "remove").status_code == 303
    assert heard(app) is None
    assert list(recordings.waiting(session, "en")) == [LINE], "it waits as before"


@pytest.mark.on_both
def test_the_request_is_taken_back_and_the_recordings_wait_as_before(
    session: Session, app: Flask, sign_in: SignIn
) -> None:
    admin, member = sign_in(Role.ADMIN), sign_in(Role.MEMBER, sits=True)
    record(admin, NEW)
    ask(admin)
    assert "/recordings/en/ask" not in admin.get(LIST).text, "it is asked for already"
    assert admin.submit("/second-yes", "take-back").status_code == 303
    assert waiting(member) == []
    assert session.query(Asked).count() == 0
    assert list(recordings.waiting(session, "en")) == [LINE]
    session.rollback()
    assert ask(admin).status_code == 303
    assert member.post(waiting(member)[0]["action"].replace("agree", "refuse"), data=waiting(member)[0]["fields"])
    assert heard(app) is None


def test_what_waits_is_heard_by_nobody_else(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    record(admin, NEW)
    for address in (TO_HEAR, f"{TO_HEAR}/{LINE}.wav"):
        assert app.test_client().get(address).status_code == 401
        assert sign_in(Role.STAFF_READER).get(address).status_code == 403
        assert admin.get(address).status_code == 200
    assert app.test_client().get("/aloud/en").json == []
    for address in (f"/new-recordings/fr/{LINE}.wav", "/new-recordings/xx", f"{TO_HEAR}/{OTHER}.wav"):
        assert admin.get(address).status_code == 404, address


def test_nothing_is_asked_for_where_nothing_waits(sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    token = admin.form("/language")["fields"]["csrf_token"]
    for address in ("/places/recordings/en/ask", f"/places/recordings/en/{LINE}/take-back"):
        assert admin.post(address, data={"csrf_token": token}).status_code == 404, address
