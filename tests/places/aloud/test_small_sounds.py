"""A small sound is worked out once, is the same as one that is made anew, and takes no more room than there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance import clock
from governance.frame.said_aloud import key_of
from governance.keys.keyfolder import KeyFolder
from governance.places import service
from governance.places.aloud import made_ahead, sound
from governance.places.aloud.small_sounds import SmallSounds, small_sounds
from tests.factories import an_open_programme
from tests.page import PageClient
from tests.places.aloud.listening import a_sound

SOUNDS = [sound.made_plain(a_sound(number / 50)) for number in range(1, 7)]
ANEW = {file: sound.small(file) for file in SOUNDS}


@given(st.lists(st.sampled_from(SOUNDS)), st.integers(0, 2_000))
def test_it_is_the_same_sound_and_within_its_room(asked: list[bytes], most: int) -> None:
    there = SmallSounds(most)
    for file in asked:
        assert there.small(file) == ANEW[file]
        assert there.size <= most
        assert there.size == sum(map(len, there._found.values()))
    assert there.made <= len(asked)


def test_what_was_asked_for_last_stays() -> None:
    first, second, third = SOUNDS[3:6]
    there = SmallSounds(len(ANEW[first]) + len(ANEW[third]))
    for file in (first, second, first, third, first):
        there.small(file)
    assert there.made == 3
    there.small(second)
    assert there.made == 4


def test_several_at_once_are_given_the_same() -> None:
    there = SmallSounds()
    with ThreadPoolExecutor(8) as askers:
        found = list(askers.map(there.small, SOUNDS * 20))
    assert found == list(ANEW.values()) * 20
    assert there.size == sum(map(len, ANEW.values()))


def test_a_second_tablet_is_given_what_was_worked_out_for_the_first(
    app: Flask, session: Session, keys: KeyFolder
) -> None:
    an_open_programme(session, keys)
    key = key_of("en", "What do you want to say?")
    folder = made_ahead.folder(app.config["SETTINGS"].home, "en")
    folder.mkdir(parents=True)
    (folder / f"{key}.wav").write_bytes(sound.made_plain(a_sound(0.37)))
    answers, made, before = [], [], small_sounds.made
    for name in ("in the van", "in the other van"):
        _kiosk, typed = service.enrol_kiosk(session, service.places(session)[0], name, clock.today(), goes_without=True)
        session.commit()
        tablet = PageClient(app)
        tablet.submit("/kiosk/enrol", code=typed)
        answers.append(tablet.get("/kiosk/sounds/en?all").json)
        made.append(small_sounds.made)
    assert list(answers[0]) == [key]
    assert answers[0] == answers[1]
    assert made == [before + 1, before + 1]
    (folder / f"{key}.wav").unlink()
    assert tablet.get("/kiosk/sounds/en?all").json == {}, "what was taken away is given to nobody"
