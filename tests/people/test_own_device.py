"""Whoever keeps trying a name does not keep its owner out of a device of their own, and no page tells whose it is."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.service.own_device import is_own
from tests.page import PageClient
from tests.people.factories import NOON, a_card
from tests.people.test_pages import press


def tries(device: Any, card: people.Card, words: str) -> Any:
    return device.submit("/sign-in", alias=card.alias, passphrase=words)


def test_the_owner_gets_in_where_they_signed_in_before_while_a_stranger_keeps_trying(
    app: Flask, session: Session, keys: KeyFolder
) -> None:
    card = a_card(session, keys)
    session.commit()
    own, new, stranger = PageClient(app), PageClient(app), PageClient(app)
    with clock.stopped_at(NOON):
        assert tries(own, card, card.passphrase).status_code == 303
        assert press(own, "/account", "/sign-out").status_code == 303
        for _ in range(5):
            refused = tries(stranger, card, "wrong words")
        assert tries(new, card, card.passphrase).status_code == 422, "a device that nobody knows waits"
        wrong = tries(own, card, "wrong words")
        said = "Wait 2 seconds first."
        assert said in refused.text
        assert said in wrong.text, "whoever holds the device without the words is told what everybody is told"
        assert tries(own, card, card.passphrase).status_code == 303


def test_a_device_of_one_s_own_waits_too_after_wrong_words(session: Session, keys: KeyFolder) -> None:
    card, waits = a_card(session, keys), []
    mark = people.new_mark(keys, card.alias)
    for _ in range(5):
        stretched = people.stretch(keys, card.alias, "wrong words", mark)
        people.sign_in(session, card.alias, stretched, NOON)
        waits.append(people.seconds_to_wait(session, stretched, NOON))
    assert waits == [0, 0, 0, 2, 2]
    right = people.stretch(keys, card.alias, card.passphrase, mark)
    assert people.sign_in(session, card.alias, right, NOON) is None
    assert people.sign_in(session, card.alias, right, NOON + timedelta(seconds=2))


def test_a_mark_holds_for_one_name_and_cannot_be_made_up(keys: KeyFolder) -> None:
    mark = people.new_mark(keys, "Wren")
    assert is_own(keys, " wREN", mark)
    made_up = ["", "zz", mark[:-2], mark[2:], "0" * 48, None, 7, ["a"], mark[:-1] + ("0" if mark[-1] != "0" else "1")]
    assert not any(is_own(keys, "Wren", each) for each in made_up)
    assert not is_own(keys, "Cricket", mark)
    assert people.new_mark(keys, "Wren") != mark


def test_a_shared_screen_keeps_no_mark(app: Flask, session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    session.commit()
    screen = PageClient(app)
    with clock.stopped_at(NOON):
        with screen.session_transaction() as cookie:
            cookie["shared"] = True
        assert tries(screen, card, card.passphrase).status_code == 303
        with screen.session_transaction() as cookie:
            assert people.COOKIE in cookie
            assert people.OWN_DEVICE not in cookie
