"""Many at one moment, with real threads and connections: nothing is lost, nothing is kept twice."""

from __future__ import annotations

import secrets
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import event, select

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import FollowUp, Held, Message
from governance.ledger import service as ledger
from governance.storage import database
from tests.factories import TODAY, Founded
from tests.feedback.factories import Walk
from tests.feedback.messages import LATER, all_at_once, held_count, let_out

SENDERS = 12


def sending(founded: Founded, words: str, **more: object) -> object:
    said = feedback.Submission(token=more.pop("token", None) or secrets.token_bytes(16), words=words, **more)
    return lambda session: feedback.take(session, founded.keys, said, TODAY)


def all_words(founded: Founded) -> list[str]:
    founded.session.rollback()
    reader = founded.reader("Ash")
    found, after = [], ""
    while True:
        page = feedback.inbox(founded.session, founded.keys, reader, rules.Audience.EVERYONE, after=after)
        found += [message.words for message in page.messages]
        after = page.after
        if not after:
            return found


@pytest.mark.on_both
def test_a_double_click_keeps_one_message_and_shows_one_code(founded: Founded, tables_url: str) -> None:
    token = secrets.token_bytes(16)
    code = feedback.prepare_code(founded.keys, token, "en")
    receipts = all_at_once(tables_url, [sending(founded, "once", token=token, code=code)] * 5)
    assert [type(each) for each in receipts] == [feedback.Receipt] * 5, receipts
    assert Counter(each.repeated for each in receipts) == {False: 1, True: 4}
    assert {each.code.number for each in receipts} == {code.code.number}
    assert held_count(founded.session) == 1
    assert len(founded.session.scalars(select(FollowUp.find)).all()) == 1


@pytest.mark.on_both
def test_release_and_shuffle_while_people_send_lose_nothing(founded: Founded, tables_url: str) -> None:
    said = [str(number) for number in range(SENDERS)]
    senders = [
        sending(founded, words, code=feedback.prepare_code(founded.keys, secrets.token_bytes(16), "en"))
        for words in said
    ]
    ticks = [
        lambda session: feedback.release(session, founded.keys, TODAY),
        lambda session: feedback.shuffle_held(session),
        lambda session: feedback.release_now(session, founded.keys, TODAY),
        lambda session: ledger.publish_head(session, founded.keys, "intake", TODAY),
    ]
    outcomes = all_at_once(tables_url, [*senders[:6], *ticks, *senders[6:]])
    assert not [each for each in outcomes if isinstance(each, Exception)]
    founded.session.rollback()
    let_out(founded, LATER)
    founded.session.commit()
    assert sorted(all_words(founded)) == sorted(said)
    assert len(founded.session.scalars(select(FollowUp.find)).all()) == SENDERS
    assert feedback.audit(founded.session, founded.keys, LATER) == []
    assert ledger.check(founded.session, founded.keys, "intake") == []


@pytest.mark.on_both
def test_two_releases_at_one_moment_let_each_message_out_once(founded: Founded, tables_url: str) -> None:
    for number in range(9):
        sending(founded, str(number))(founded.session)
    founded.session.commit()
    outcomes = all_at_once(tables_url, [lambda session: feedback.release(session, founded.keys, TODAY)] * 3)
    assert sorted(outcomes) == [0, 0, 9]
    assert sorted(all_words(founded)) == sorted(str(number) for number in range(9))
    assert held_count(founded.session) == 0
    assert feedback.audit(founded.session, founded.keys, TODAY) == []


@pytest.mark.on_both
def test_two_readers_passing_on_the_same_message_leave_it_in_one_place(founded: Founded, tables_url: str) -> None:
    sending(founded, "to move")(founded.session)
    let_out(founded)
    message_id = founded.session.scalars(select(Message.id)).one()
    readers = [founded.reader("Ash"), founded.reader("Kelp")]
    founded.session.commit()
    places = [rules.Audience.URGENT, rules.Audience.GRIEVANCE]
    outcomes = all_at_once(
        tables_url,
        [
            lambda session, r=r, p=p: feedback.move(session, founded.keys, r, message_id, p, LATER)
            for r, p in zip(readers, places, strict=True)
        ],
    )
    founded.session.rollback()
    row = founded.session.get_one(Message, message_id)
    assert row.audience in places
    assert None in outcomes
    ring = feedback.Keyring(founded.session, founded.keys, founded.reader("Ash"))
    opened = ring.read(message_id)
    assert opened
    assert opened.words == "to move"
    let_out(founded, LATER)
    assert feedback.audit(founded.session, founded.keys, LATER) == []
    assert founded.session.scalars(select(Held)).all() == []


@pytest.mark.on_both
@pytest.mark.usefixtures("at_noon")
def test_the_steps_take_no_lock_and_write_nothing(app: Flask, kiosk: Walk) -> None:
    sent: list[str] = []
    with app.app_context():
        engine = database.db.engine
    event.listen(engine, "before_cursor_execute", lambda c, cur, statement, *rest: sent.append(statement))
    kiosk.next(lane="thanks")
    kiosk.next(topics="wait")
    kiosk.next(words="Good soup")
    kiosk.back()
    assert sent
    assert [s for s in sent if not s.startswith(("SELECT", "BEGIN", "PRAGMA")) or "IMMEDIATE" in s] == []
