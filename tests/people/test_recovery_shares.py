"""The recovery shares go to three people, and no command and no page shows two of them to one."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.health import wanted_secrets
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.ledger.models import Leaf
from governance.people import rules as people_rules
from governance.people import service as people
from governance.people.models import RecoveryShare
from governance.people.service import recovery_shares
from governance.people.share_rules import ShareFacts, ShareState, check_may_take, is_of_board
from governance.permissions.roles import STAFF, Role
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, TODAY
from tests.hand_over import enter, make_own_words, send_back, shown_on, take_all, take_share
from tests.page import PageClient, read

Cards = dict[str, str]


def token_of(device: PageClient) -> str:
    """The token that any form of the page carries."""
    return str(read(device.get("/recovery-shares")).forms[0]["fields"]["csrf_token"])


def private_of(shares: list[str]) -> bytes:
    return sealing.join_secret([sealing.Share.from_text(share) for share in shares])


def state(session: Session, keys: KeyFolder) -> people.HandOver:
    session.rollback()
    over = people.hand_over(session, keys)
    session.rollback()
    assert over
    return over


def test_three_people_take_one_each_and_none_is_left(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    _, shares = take_all(app, cards, ("Ash", "Juniper", "Dogwood"))
    assert len(set(shares)) == 3
    for two in permutations(shares, 2):
        assert sealing.public_of(private_of(list(two))) == keys.need(RECOVERY)
    assert state(session, keys).out == 3
    assert not list(keys.names("share-")), "the secrets are destroyed"
    rows = session.scalars(select(RecoveryShare)).all()
    assert {(row.sealed, row.holder_id) for row in rows} == {(b"", None)}, "and so is who holds them"
    assert wanted_secrets.missing(session, keys, TODAY) == []
    assert keys.escrow().open(private_of(shares[:2]), ["pepper"]), "two of them open the escrow"


@pytest.mark.on_both
def test_a_copy_of_one_of_the_two_places_holds_no_share(session: Session, keys: KeyFolder, cards: Cards) -> None:
    """With both it does, until the share is taken: the page says so, and this is the control."""
    row = session.get_one(RecoveryShare, 1)
    name = next(keys.names("share-"))
    secret = keys.need(name)
    info = recovery_shares.INFO + row.public + bytes([1])
    share = sealing.Share.from_text(sealing.unlock(secret, row.sealed, info).decode())
    for content in (row.sealed, *(keys.need(each) for each in keys.names()), keys.escrow_file.read_bytes()):
        assert share.body not in content
        assert share.text.encode() not in content


def test_the_page_can_break_off_and_the_same_person_sees_the_same_share(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    device = enter(app, "Ash", cards["Ash"])
    own = make_own_words(device)
    lost = shown_on(device.submit("/recovery-shares", "/take").text)
    again = enter(app, "Ash", own)
    assert "A share was shown to you." in again.get("/recovery-shares").text
    birch = enter(app, "Birch", cards["Birch"])
    make_own_words(birch)
    assert take_share(birch).split() != lost, "nobody else sees it"
    assert take_share(again).split() == lost
    assert state(session, keys).out == 2


def test_what_is_typed_wrong_shows_it_again_and_destroys_nothing(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    device = enter(app, "Ash", cards["Ash"])
    make_own_words(device)
    shown = device.submit("/recovery-shares", "/take")
    groups = shown_on(shown.text)
    for typed in ("", "ABCD EFGH", groups[0], " ".join(groups[:2])):
        wrong = send_back(device, shown, "share", typed)
        assert (wrong.status_code, shown_on(wrong.text)) == (422, groups)
    assert state(session, keys).out == 0
    assert send_back(device, wrong, "share", " ".join(groups).lower()).status_code == 303
    assert state(session, keys).out == 1
    assert send_back(device, wrong, "share", " ".join(groups)).status_code in (400, 409), "sent twice"


def test_one_person_takes_one_share_and_two_of_staff_do_not_hold_two(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    juniper = enter(app, "Juniper", cards["Juniper"])
    make_own_words(juniper)
    take_share(juniper)
    twice = juniper.post("/recovery-shares/take", data={"csrf_token": token_of(juniper)})
    assert (twice.status_code, "You have a share already." in twice.text) == (409, True)
    larch = enter(app, "Larch", cards["Larch"])
    make_own_words(larch)
    assert "are for people of the board" in larch.get("/recovery-shares").text
    assert larch.post("/recovery-shares/take", data={"csrf_token": token_of(larch)}).status_code == 409
    assert state(session, keys).out == 1


def test_printed_words_and_a_device_left_open_take_none(app: Flask, cards: Cards) -> None:
    with clock.stopped_everywhere(NOW):
        device = enter(app, "Ash", cards["Ash"])
        assert device.get("/recovery-shares").status_code == 403
        make_own_words(device)
    with clock.stopped_everywhere(NOW + people_rules.JUST_SIGNED_IN + timedelta(minutes=1)):
        assert device.submit("/recovery-shares", "/take").status_code == 409


@pytest.mark.on_both
def test_the_ledger_tells_each_step_and_no_name(app: Flask, session: Session, keys: KeyFolder, cards: Cards) -> None:
    before = len(session.scalars(select(Leaf).where(Leaf.log == "decisions")).all())
    session.rollback()
    take_all(app, cards, ("Ash", "Birch", "Moss"))
    session.rollback()
    leaves = session.scalars(select(Leaf).where(Leaf.log == "decisions").order_by(Leaf.number)).all()[before:]
    lines = [leaf.body for leaf in leaves if '"shares"' in leaf.body]
    assert len(lines) == 3
    assert not any(name in line for line in lines for name in cards)
    assert list(accounting.differences(session, keys, clock.today())) == []
    session.execute(update(RecoveryShare).where(RecoveryShare.number == 2).values(taken_on=None))
    assert any("recovery share 2" in each for each in accounting.differences(session, keys, clock.today()))


def test_a_crash_before_the_secret_is_destroyed_is_made_good_by_the_next_round(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    name = next(keys.names("share-"))
    secret = keys.need(name)
    take_all(app, cards, ("Ash",))
    keys.write(name, secret)  # As it lay there when the power went, between the commit and this.
    session.rollback()
    people.settle(session, keys)
    assert keys.read(name) is None
    assert len(list(keys.names("share-"))) == 2, "those that wait stay"


def test_after_a_backup_came_back_nobody_is_handed_a_share_of_before(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    take_all(app, cards, ("Ash", "Birch"))
    session.rollback()
    people.hand_over_unknown(session)
    session.commit()
    people.settle(session, keys)
    assert not list(keys.names("share-"))
    assert state(session, keys).how_many(ShareState.UNKNOWN) == 1
    assert list(accounting.differences(session, keys, clock.today())) == [], "it is no change that anybody hid"


BOARD, OTHER = {Role.MEMBER}, {Role.DIRECTOR}


@pytest.mark.parametrize("roles", sorted(Role))
def test_in_any_order_any_two_who_hold_one_have_the_board_with_them(roles: Role) -> None:
    """By-law: each order in which people of the board, of the staff and others may come."""
    comers = [(1, BOARD), (2, OTHER), (3, {roles}), (4, {Role.BOARD_READER}), (5, {Role.ADMIN})]
    for order in permutations(comers):
        held: list[ShareFacts] = []
        for account, theirs in order:
            waits = [ShareFacts(ShareState.WAITS)] * (3 - len(held))
            try:
                check_may_take(account, theirs, [*held, *waits])
            except RuleRefused:
                continue
            held.append(ShareFacts(ShareState.OUT, account, is_of_board(theirs)))
        assert sum(share.of_board for share in held) >= 2
        assert len({share.holder for share in held}) == len(held) == 3


@pytest.mark.parametrize("role", sorted(STAFF))
def test_staff_who_also_have_a_board_role_are_no_half_of_the_board(role: Role) -> None:
    assert is_of_board({Role.MEMBER})
    assert not is_of_board({Role.MEMBER, role})
