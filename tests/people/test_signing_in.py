"""Signing in: stories of cards, wrong words, idle tablets and stolen databases."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account, ReaderKey, SignIn, WrongTries
from governance.people.rules import Device
from governance.people.service.signing_in import proof_kept
from governance.permissions.roles import Role, Who
from governance.storage import database
from tests.people.factories import NOON, TODAY, a_card, signed_in

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def try_words(session: Session, keys: KeyFolder, alias: str, words: str, now=NOON) -> people.SignedIn | None:
    return people.sign_in(session, alias, people.stretch(keys, alias, words), now)


def cookie_of(entered: people.SignedIn) -> dict[str, Any]:
    return {people.COOKIE: entered.cookie}


def test_the_card_opens_in_any_case_with_dashes_or_spaces(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys, Role.MEMBER, alias="Old Bill")
    dashed = card.passphrase.upper().replace(" ", "-")
    assert try_words(session, keys, " old  BILL ", dashed)


def test_wrong_words_and_a_name_nobody_has_look_alike(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    answers = []
    for alias in (card.alias, "Nobody At All"):
        for tried in range(6):
            stretched = people.stretch(keys, alias, "wrong words")
            assert people.sign_in(session, alias, stretched, NOON) is None
            answers.append((tried, people.seconds_to_wait(session, stretched, NOON)))
    assert answers[:6] == answers[6:]
    assert session.scalars(select(WrongTries.failures)).all() == [4, 4]


def test_a_name_nobody_has_takes_the_same_queries(session: Session, keys: KeyFolder, queries: list[str]) -> None:
    card = a_card(session, keys)
    session.flush()
    seen = []
    for alias in (card.alias, "Nobody At All"):
        queries.clear()
        try_words(session, keys, alias, "wrong words")
        seen.append(list(queries))
    assert seen[0] == seen[1] != []


def test_the_slow_work_comes_before_any_query(session: Session, keys: KeyFolder, queries: list[str]) -> None:
    queries.clear()
    people.stretch(keys, "Ash", "some words")
    assert queries == []


def test_waiting_grows_but_the_right_words_always_get_in_after_it(session: Session, keys: KeyFolder) -> None:
    card, now, waits = a_card(session, keys), NOON, []
    for _ in range(12):
        stretched = people.stretch(keys, card.alias, "wrong words")
        assert people.sign_in(session, card.alias, stretched, now) is None
        waits.append(people.seconds_to_wait(session, stretched, now))
        now += waits[-1] * SECOND
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert try_words(session, keys, card.alias, card.passphrase, now - SECOND) is None, "too soon"
    assert try_words(session, keys, card.alias, card.passphrase, now)
    assert session.scalars(select(WrongTries.failures)).all() == [12], "nobody who keeps trying sees that they are in"
    assert try_words(session, keys, card.alias, "wrong words", now + 61 * MINUTE) is None
    assert session.scalars(select(WrongTries.failures)).all() == [1], "it goes by age"


def test_a_try_that_came_too_soon_is_not_counted(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    for _ in range(40):
        try_words(session, keys, card.alias, "wrong words")
    stretched = people.stretch(keys, card.alias, card.passphrase)
    assert people.seconds_to_wait(session, stretched, NOON) == 2
    assert people.sign_in(session, card.alias, stretched, NOON + 2 * SECOND)


@pytest.mark.on_both
def test_wrong_tries_are_forgotten_after_an_hour(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    for _ in range(4):
        try_words(session, keys, card.alias, "wrong words")
    try_words(session, keys, card.alias, "wrong words", NOON + 61 * MINUTE)
    assert session.scalars(select(WrongTries.failures)).all() == [1]


@pytest.mark.on_both
def test_what_was_typed_as_a_name_is_stored_nowhere(session: Session, keys: KeyFolder) -> None:
    try_words(session, keys, "sentinel-name", "sentinel-words")
    rows = session.execute(text("SELECT * FROM wrong_tries")).all()
    assert len(rows) == 1
    assert "sentinel" not in repr(rows)


def test_the_cookie_says_who_is_asking_and_nothing_is_written(
    session: Session, keys: KeyFolder, queries: list[str]
) -> None:
    card = a_card(session, keys, Role.MEMBER, Role.TELLER)
    cookie = cookie_of(signed_in(session, keys, card))
    session.expire_all()
    queries.clear()
    who = people.who_is_asking(session, cookie, NOON + 5 * MINUTE)
    assert who
    assert (who.account_id, who.alias, who.roles) == (card.account_id, card.alias, {Role.MEMBER, Role.TELLER})
    assert [query.split()[0] for query in queries] == ["SELECT"]
    assert people.open_reader(session, who).account_id == card.account_id


def test_a_visitor_costs_no_query(session: Session, queries: list[str]) -> None:
    queries.clear()
    assert people.who_is_asking(session, {}, NOON) is None
    assert queries == []


def test_a_tablet_left_alone_is_signed_out_after_15_minutes(session: Session, keys: KeyFolder) -> None:
    cookie = cookie_of(signed_in(session, keys, a_card(session, keys)))
    now = NOON
    for _ in range(10):  # Somebody who works is never thrown out.
        now += 14 * MINUTE
        assert people.who_is_asking(session, cookie, now)
    assert people.who_is_asking(session, cookie, now + 15 * MINUTE) is None
    assert people.COOKIE not in cookie


def test_on_a_device_of_ones_own_quiet_ends_nothing_before_the_12_hours(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    stretched = people.stretch(keys, card.alias, card.passphrase)
    entered = people.sign_in(session, card.alias, stretched, NOON, Device.OWN)
    assert entered
    cookie = cookie_of(entered)
    assert people.who_is_asking(session, cookie, NOON + timedelta(hours=11))
    assert people.who_is_asking(session, cookie, NOON + timedelta(hours=12) - SECOND)
    assert people.who_is_asking(session, cookie, NOON + timedelta(hours=12)) is None


@pytest.mark.parametrize("said", [None, "", "owner", 7, ["own"], "shared"])
def test_a_cookie_that_does_not_say_own_is_one_of_a_shared_device(
    session: Session, keys: KeyFolder, said: object
) -> None:
    cookie = cookie_of(signed_in(session, keys, a_card(session, keys)))
    cookie[people.COOKIE]["device"] = said
    assert people.who_is_asking(session, cookie, NOON + 14 * MINUTE)
    assert people.who_is_asking(session, cookie, NOON + 29 * MINUTE) is None


def test_no_sign_in_lasts_longer_than_12_hours(session: Session, keys: KeyFolder) -> None:
    cookie = cookie_of(signed_in(session, keys, a_card(session, keys)))
    now = NOON
    while people.who_is_asking(session, cookie, now):
        now += 10 * MINUTE
    assert now - NOON == timedelta(hours=12)


def test_the_stamp_is_renewed_at_most_once_a_minute(session: Session, keys: KeyFolder) -> None:
    cookie = cookie_of(signed_in(session, keys, a_card(session, keys)))
    first = cookie[people.COOKIE]
    people.who_is_asking(session, cookie, NOON + 59 * SECOND)
    assert cookie[people.COOKIE] is first
    people.who_is_asking(session, cookie, NOON + MINUTE)
    assert cookie[people.COOKIE] is not first


def test_signing_out_ends_this_device_even_for_a_copy_of_its_cookie(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    here, there = (cookie_of(signed_in(session, keys, card)) for _ in range(2))
    copy = dict(here)
    people.sign_out(session, here)
    assert people.who_is_asking(session, copy, NOON) is None
    assert people.who_is_asking(session, there, NOON)


def test_signing_out_everywhere_ends_every_device(session: Session, keys: KeyFolder) -> None:
    card, other = a_card(session, keys), a_card(session, keys)
    cookies = [cookie_of(signed_in(session, keys, card)) for _ in range(3)]
    theirs = cookie_of(signed_in(session, keys, other))
    people.sign_out_everywhere(session, card.account_id)
    assert [people.who_is_asking(session, cookie, NOON) for cookie in cookies] == [None] * 3
    assert people.who_is_asking(session, theirs, NOON)
    assert signed_in(session, keys, card), "the card itself still works"


def test_a_row_put_back_after_signing_out_everywhere_opens_nothing(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    cookie = cookie_of(signed_in(session, keys, card))
    row = session.scalars(select(SignIn)).one()
    kept = {"id": row.id, "account_id": row.account_id, "sealed": row.sealed, "epoch": row.epoch, "day": row.day}
    people.sign_out_everywhere(session, card.account_id)
    session.add(SignIn(**kept))
    session.flush()
    assert people.who_is_asking(session, cookie, NOON) is None


@pytest.mark.parametrize("held", [
    "text", {}, {"secret": "zz", "since": "x", "seen": "y"}, {"secret": "00" * 32}, ["secret"],
    {"secret": "00" * 32, "since": "2026-11-23T12:00:00+00:00", "seen": "2026-11-23T12:00:00+00:00"},
    {"secret": "00" * 32, "since": "2026-11-23T12:00:00", "seen": "2026-11-23T12:00:00"},
])  # fmt: skip
def test_a_cookie_that_makes_no_sense_signs_nobody_in(session: Session, held: object) -> None:
    cookie = {people.COOKIE: held}
    assert people.who_is_asking(session, cookie, NOON) is None
    assert cookie == {}


@pytest.mark.on_both
def test_old_sign_ins_are_purged_and_new_ones_stay(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    signed_in(session, keys, card, NOON - timedelta(days=3))
    fresh = signed_in(session, keys, card)
    try_words(session, keys, "Nobody", "wrong words", NOON - timedelta(days=3))
    for piece in people.purge_sign_ins(session, TODAY, NOON):
        piece(session)
    assert len(session.scalars(select(SignIn)).all()) == 1
    assert people.who_is_asking(session, cookie_of(fresh), NOON)
    assert session.scalars(select(WrongTries)).all() == []


@pytest.mark.on_both
def test_a_try_that_was_mistyped_before_the_right_one_leaves_no_second(session: Session, keys: KeyFolder) -> None:
    """On a shared device its count stays, so that whoever keeps trying does not see it fall. Then it is gone."""
    card, at = a_card(session, keys), NOON + timedelta(minutes=7, seconds=31)
    try_words(session, keys, card.alias, "wrong words", at)
    assert try_words(session, keys, card.alias, card.passphrase, at + 9 * SECOND)
    kept = select(WrongTries.last_on, WrongTries.next_try_at)
    assert session.execute(kept).all() == [(NOON, NOON)]
    for minutes, left in ((60, 1), (61, 0)):
        for piece in people.purge_sign_ins(session, TODAY, NOON + minutes * MINUTE):
            piece(session)
        assert len(session.execute(kept).all()) == left, minutes


@pytest.mark.on_both
def test_nor_do_as_many_as_made_it_wait(session: Session, keys: KeyFolder) -> None:
    """While it waits the second is needed: the control. The right words, once it is over, take it away."""
    card, at = a_card(session, keys), NOON + timedelta(minutes=7, seconds=31)
    for _ in range(4):
        try_words(session, keys, card.alias, "wrong words", at)
    assert session.scalars(select(WrongTries.next_try_at)).all() == [at + 2 * SECOND]
    assert try_words(session, keys, card.alias, card.passphrase, at + 2 * SECOND)
    assert session.scalars(select(WrongTries.next_try_at)).all() == [NOON]


def test_a_stolen_database_opens_nothing_without_the_words(session: Session, keys: KeyFolder) -> None:
    """Everything in the database and the key folder, but neither the card nor a cookie."""
    card = a_card(session, keys, Role.BOARD_READER)
    signed_in(session, keys, card)
    account, row = session.get_one(Account, card.account_id), session.scalars(select(SignIn)).one()
    own = session.get_one(ReaderKey, card.account_id)
    secrets_found = [keys.need(name) for name in keys.names() if len(keys.need(name)) == 32]
    stored = [account.proof, row.id, own.box_public, own.sign_public, own.mac, bytes(32)]
    opened = people.stretch(keys, card.alias, card.passphrase)
    assert account.proof == proof_kept(opened) != opened.proof, "the row does not hold what signs in"
    for key in [*secrets_found, *stored]:
        who = Who(card.account_id, card.alias, frozenset({Role.BOARD_READER}), key)
        with pytest.raises(people.KeyRefused):
            people.open_reader(session, who)
        with pytest.raises(sealing.SealBroken):
            sealing.unlock(key, row.sealed, row.id)
        cookie = {people.COOKIE: {"secret": key.hex(), "since": NOON.isoformat(), "seen": NOON.isoformat()}}
        assert people.who_is_asking(session, cookie, NOON) is None
    assert people.open_reader(session, Who(card.account_id, card.alias, frozenset(), opened.unlock))


def test_secrets_do_not_show_in_a_traceback(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    entered = signed_in(session, keys, card)
    reader = people.open_reader(session, entered.who)
    shown = repr((card, entered, reader, people.stretch(keys, card.alias, card.passphrase)))
    for secret in (card.passphrase, entered.cookie["secret"], repr(reader.box_private), repr(entered.who.unlock)):
        assert secret not in shown


@pytest.mark.on_both
def test_tries_at_the_same_moment_are_all_counted(tables_url: str, session: Session, keys: KeyFolder) -> None:
    """Several guesses sent at once are looked at one after the other: none slips through before the wait begins."""
    card = a_card(session, keys)
    session.commit()
    stretched = people.stretch(keys, card.alias, "wrong words")
    start = threading.Barrier(8)
    engine = create_engine(tables_url, **database.engine_options(tables_url))
    database.prepare(engine)

    def guess() -> None:
        start.wait()
        with database.writing(), Session(engine) as own:
            assert people.sign_in(own, card.alias, stretched, NOON) is None
            own.commit()

    guesses = [threading.Thread(target=guess) for _ in range(8)]
    for thread in guesses:
        thread.start()
    for thread in guesses:
        thread.join()
    engine.dispose()
    session.rollback()
    assert session.scalars(select(WrongTries.failures)).all() == [4], "the wait began, and the rest were not looked at"
