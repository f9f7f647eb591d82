"""Nobody sees a second recovery share: not by a form that fails, and not by writing into the database."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.keys import escrow
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.people import rules as people_rules
from governance.people import service as people
from governance.people.models import Account, RecoveryShare
from governance.people.service import share_holders
from governance.people.share_rules import ShareState
from governance.places import service as places
from tests.factories import NOW, TODAY
from tests.hand_over import enter, make_own_words, shown_on, take_all, take_share
from tests.page import PageClient, read

Cards = dict[str, str]
TYPED = ("", "A", "A" * 401, "ABCD EFGH")


def own_device(app: Flask, cards: Cards, alias: str) -> PageClient:
    device = enter(app, alias, cards[alias])
    make_own_words(device)
    return device


def post(device: PageClient, to: str, **typed: str) -> tuple[int, str]:
    token = str(read(device.get("/recovery-shares")).forms[0]["fields"]["csrf_token"])
    answer = device.post(f"/recovery-shares/{to}", data={"csrf_token": token, **typed})
    return answer.status_code, answer.text


def holders(session: Session) -> list[int | None]:
    session.rollback()
    found = list(session.scalars(select(RecoveryShare.holder_id).order_by(RecoveryShare.number)))
    session.rollback()
    return found


def account_of(session: Session, alias: str) -> int:
    found = session.scalars(select(Account.id).where(Account.alias == alias)).one()
    session.rollback()
    return found


def write(session: Session, number: int, **values: object) -> None:
    session.execute(update(RecoveryShare).where(RecoveryShare.number == number).values(**values))
    session.commit()


def test_what_is_typed_before_a_share_was_shown_shows_none(
    app: Flask, session: Session, cards: Cards, subtests: pytest.Subtests
) -> None:
    device = own_device(app, cards, "Ash")
    for typed in TYPED:
        with subtests.test(typed=typed):
            status, page = post(device, "have", share=typed)
            assert (status, "code-words" in page) == (409, False)
            assert "Ask for one first." in page
            assert holders(session) == [None, None, None]


def test_what_is_typed_wrong_shows_the_share_that_is_kept_as_mine_alone(
    app: Flask, session: Session, cards: Cards, subtests: pytest.Subtests
) -> None:
    ash, birch = own_device(app, cards, "Ash"), own_device(app, cards, "Birch")
    _, page = post(ash, "take")
    mine = (account_of(session, "Ash"), None, None)
    assert tuple(holders(session)) == mine
    for typed in TYPED:
        with subtests.test(typed=typed):
            assert post(birch, "have", share=typed)[0] == 409, "another's share is not drawn either"
            status, again = post(ash, "have", share=typed)
            assert (status, shown_on(again)) == (422, shown_on(page))
            assert tuple(holders(session)) == mine, "a refused form takes nothing back"


def test_an_hour_after_sign_in_no_form_shows_it_again(app: Flask, cards: Cards, subtests: pytest.Subtests) -> None:
    with clock.stopped_everywhere(NOW):
        device = own_device(app, cards, "Ash")
        assert post(device, "take")[0] == 200
    later = NOW + people_rules.JUST_SIGNED_IN + timedelta(minutes=1)
    with clock.stopped_everywhere(later):
        for typed, to in product(TYPED, ("have", "take")):
            with subtests.test(typed=typed, to=to):
                status, page = post(device, to, share=typed)
                assert (status, "code-words" in page) == (409, False)


@pytest.mark.on_both
def test_who_writes_themselves_in_as_the_holder_of_a_second_one_sees_none(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    """The owner of the database with one card: before and after they have their own, undone afterwards or not."""
    ash, birch = own_device(app, cards, "Ash"), own_device(app, cards, "Birch")
    first = take_share(ash).split()
    me = account_of(session, "Ash")
    write(session, 2, holder_id=me)
    for to in ("take", "have"):
        status, page = post(ash, to)
        assert (status, "code-words" in page) == (409, False)
    write(session, 1, holder_id=None)  # Not even with their own row emptied.
    assert post(ash, "take")[0] == 409
    write(session, 1, holder_id=me)
    write(session, 2, holder_id=None)
    second = shown_on(post(birch, "take")[1])
    assert second != first
    write(session, 2, holder_id=me)  # What another was shown.
    assert "code-words" not in post(ash, "take")[1]
    moss = own_device(app, cards, "Moss")
    write(session, 2, holder_id=account_of(session, "Moss"))
    assert shown_on(post(moss, "take")[1]) != second, "somebody with none gets the one that waits"


@pytest.mark.on_both
def test_of_the_board_is_what_the_key_folder_noted(app: Flask, session: Session, cards: Cards) -> None:
    take_share(own_device(app, cards, "Juniper"))
    write(session, 1, of_board=True)
    larch = own_device(app, cards, "Larch")
    status, page = post(larch, "take")
    assert (status, "are for people of the board" in page) == (409, True)


@pytest.mark.on_both
def test_a_crash_between_the_note_and_the_commit_leaves_the_share_to_the_same_person(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    ash, birch = own_device(app, cards, "Ash"), own_device(app, cards, "Birch")
    shown = shown_on(post(ash, "take")[1])
    write(session, 1, holder_id=None, of_board=False)
    assert shown_on(post(birch, "take")[1]) != shown
    assert shown_on(post(ash, "take")[1]) == shown


def test_the_note_names_nobody_and_goes_with_the_last_share(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    take_all(app, cards, ("Ash", "Birch"))
    (of_key,) = keys.noted(share_holders.NOTE).values()
    assert sorted(of_key) == ["1", "2"]
    assert all(len(entry["who"]) == 64 for entry in of_key.values())
    take_all(app, cards, ("Moss",))
    assert not keys.noted(share_holders.NOTE)


def test_no_share_that_waits_is_in_the_escrow(session: Session, keys: KeyFolder, cards: Cards) -> None:
    """Else two old papers and one backup made while new ones wait give the new key."""
    people.renew_shares(session, keys)
    session.commit()
    keys.mend_escrow()
    assert len(list(keys.names("share-"))) >= 3
    kept = keys.escrow()
    assert kept.recovery == keys.need(RECOVERY)
    assert "pepper" in kept.sealed, "the control"
    assert not [name for name in kept.sealed if name.startswith("share-")]
    keys.destroy(min(people.wanted_share_secrets(session)))
    assert keys.lost() == []
    assert people.unopenable_shares(session, keys)
    session.rollback()


def test_an_escrow_of_an_older_program_brings_no_share_back(session: Session, keys: KeyFolder, cards: Cards) -> None:
    pair = sealing.new_pair()
    keys.write(RECOVERY, pair.public)
    name, pepper = next(keys.names("share-")), keys.need("pepper")
    older = escrow.sealed_to(pair.public, {each: keys.need(each) for each in keys.names()})
    assert name in older.sealed
    keys.destroy(name)
    (keys.path / "pepper").unlink()
    keys.escrow_file.write_bytes(older.content)
    assert keys.restore(pair.private) == ["pepper"], "the control: what was lost is back"
    assert (keys.read(name), keys.need("pepper")) == (None, pepper)
    assert not [each for each in keys.escrow().sealed if each.startswith("share-")]


def test_the_share_of_an_account_that_ended_is_handed_to_nobody(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    dogwood, birch = own_device(app, cards, "Dogwood"), own_device(app, cards, "Birch")
    post(dogwood, "take")
    assert "If that person cannot come back, ask for new shares." in birch.get("/recovery-shares").text
    account = account_of(session, "Dogwood")
    people.end_account(session, keys, account, TODAY)
    session.commit()
    people.settle(session, keys)
    session.rollback()
    over = people.hand_over(session, keys)
    assert over
    assert [share.state for share in over.shares] == [ShareState.UNKNOWN, ShareState.WAITS, ShareState.WAITS]
    assert len(list(keys.names("share-"))) == 2
    session.rollback()
    assert "who saw a share has left" in birch.get("/recovery-shares").text
    take_share(birch)
    assert any(holders(session)), "the control: one waits still"
    take_all(app, cards, ("Ash",))
    assert holders(session) == [None, None, None], "no third one is handed over that would have them forgotten"


def test_no_number_falls_when_a_holder_leaves_for_the_paper_is_still_out(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    """Else the number would name the holder to whoever looks on that day. The page says what to do instead."""

    def out() -> tuple[int, int | None, bool]:
        session.rollback()
        over = people.hand_over(session, keys)
        session.rollback()
        assert over
        return over.out, over.old_out, over.could_mend

    own, _ = take_all(app, cards, ("Dogwood", "Ash"))
    assert out() == (2, 0, True)
    people.renew_shares(session, keys)
    session.commit()
    take_share(enter(app, "Dogwood", own["Dogwood"]))
    assert out() == (1, 2, True)
    people.end_account(session, keys, account_of(session, "Dogwood"), TODAY)
    session.commit()
    people.settle(session, keys)
    assert out() == (1, 2, True)
    assert "do not fall when somebody leaves" in enter(app, "Ash", own["Ash"]).get("/recovery-shares").text


@pytest.mark.on_both
def test_after_a_backup_came_back_nobody_is_known_as_a_holder(app: Flask, session: Session, cards: Cards) -> None:
    take_all(app, cards, ("Ash", "Birch"))
    assert any(holders(session))
    people.hand_over_unknown(session)
    session.commit()
    assert holders(session) == [None, None, None]


def test_feedback_waits_for_two_shares(app: Flask, session: Session, keys: KeyFolder, cards: Cards) -> None:
    def said() -> str:
        session.rollback()
        told = " ".join(str(each) for each in places.missing_before_opening(session, keys, TODAY))
        session.rollback()
        return told

    take_all(app, cards, ("Ash",))
    assert "recovery share first" in said()
    take_all(app, cards, ("Birch",))
    assert "recovery share first" not in said()
