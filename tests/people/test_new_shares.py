"""New recovery shares: they hold once two are out, the old ones until then, and nobody asks for them alone."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.health import key_folder
from governance.health.found import AtHand
from governance.health.found import State as Told
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.people import service as people
from governance.people.models import RecoveryShare
from governance.programme import accounting
from tests.hand_over import enter, make_own_words, take_all, take_share
from tests.people.test_recovery_shares import Cards, private_of, state


def test_new_shares_hold_once_two_are_out_and_the_old_ones_until_then(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    own, old = take_all(app, cards, ("Ash", "Birch", "Moss"))
    own["Dogwood"] = make_own_words(enter(app, "Dogwood", cards["Dogwood"]))
    moss = enter(app, "Moss", own["Moss"])
    assert moss.submit("/recovery-shares", "/new").status_code == 303
    first = keys.need(RECOVERY)
    birch = enter(app, "Birch", own["Birch"])
    assert birch.submit("/second-yes", "/agree").status_code == 303
    assert state(session, keys).is_new_key
    session.rollback()
    people.settle(session, keys)
    session.rollback()
    assert keys.need(RECOVERY) == first
    new = [take_share(birch)]
    assert keys.need(RECOVERY) == first, "one of the new ones brings nothing back, so the old ones hold"
    new.append(take_share(enter(app, "Dogwood", own["Dogwood"])))
    assert keys.need(RECOVERY) == sealing.public_of(private_of(new)) != first
    assert people.was_recovery_key(keys, first)
    assert not people.was_recovery_key(keys, keys.need(RECOVERY))
    assert keys.escrow().open(private_of(new), ["pepper"])
    assert not state(session, keys).is_new_key
    assert list(accounting.differences(session, keys, clock.today())) == []
    with pytest.raises(ValueError, match="do not bring back"):
        private_of([old[0], new[1]])


def told_by_the_doctor(app: Flask, session: Session, keys: KeyFolder) -> tuple[str, str]:
    (found,) = key_folder.recovery_shares(AtHand(session, keys, app.config["SETTINGS"]))
    session.rollback()
    return found.state, found.words


@pytest.mark.parametrize(("old", "new"), [(3, 1), (2, 0), (1, 0), (1, 1), (0, 1)])
def test_while_new_shares_are_handed_over_it_is_said_what_a_loss_today_would_mean(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards, old: int, new: int
) -> None:
    """With fewer than two old ones out neither the page nor the doctor says that the old ones hold."""
    own, _ = take_all(app, cards, ("Ash", "Birch", "Dogwood")[:old])
    people.renew_shares(session, keys)
    session.commit()
    for alias in ("Ash", "Birch", "Dogwood")[:new]:
        words = own.get(alias) or make_own_words(enter(app, alias, cards[alias]))
        own[alias] = words
        take_share(enter(app, alias, words))
    moss = enter(app, "Moss", cards["Moss"])
    make_own_words(moss)
    page = moss.get("/recovery-shares").text
    assert f"These are new shares: {new} of 3 are out. Of the old ones {old} of 3 are known to be out." in page
    holds = old >= 2
    assert ("Fewer than two are known to be out." in page) is not holds
    status, said = told_by_the_doctor(app, session, keys)
    assert status == (Told.NOTE if holds else Told.MEND)
    assert ("The old ones hold" in said) is holds
    assert ("maybe nobody can bring back" in said) is not holds
    over = state(session, keys)
    assert (over.old_out, over.out, over.could_mend) == (old, new, holds)


def test_asked_for_anew_the_shares_of_the_key_in_use_are_still_known(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    take_all(app, cards, ("Ash", "Birch"))
    for _ in range(2):  # The first new ones were never taken.
        people.renew_shares(session, keys)
        session.commit()
        assert state(session, keys).old_out == 2
    assert state(session, keys).could_mend


def test_of_shares_that_an_older_program_printed_nobody_says_that_they_are_out(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    """Maybe they still lie where they were printed: no page and no doctor counts them as held."""
    session.execute(delete(RecoveryShare))
    people.renew_shares(session, keys)
    people.renew_shares(session, keys)
    session.commit()
    over = state(session, keys)
    assert (over.old_out, over.could_mend) == (None, False)
    moss = enter(app, "Moss", cards["Moss"])
    make_own_words(moss)
    page = moss.get("/recovery-shares").text
    assert "The old ones were printed when the programme began." in page
    assert "known to be out. Old ones" not in page
    status, said = told_by_the_doctor(app, session, keys)
    assert status == Told.MEND
    assert "Who has the old ones, printed long ago, is not known." in said


def test_a_share_that_is_handed_over_vouches_for_no_other(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards
) -> None:
    """A row that somebody wrote by SQL is found before and after the next hand-over."""
    take_all(app, cards, ("Ash",))
    session.execute(update(RecoveryShare).where(RecoveryShare.number == 3).values(taken_on=clock.today()))
    session.commit()
    named = [each for each in accounting.differences(session, keys, clock.today()) if "recovery share 3" in each]
    assert named
    session.commit()
    take_all(app, cards, ("Birch",))
    assert named == list(accounting.differences(session, keys, clock.today()))


@pytest.mark.parametrize("out", [0, 1, 2])
def test_shares_that_nobody_knows_of_are_something_to_mend_unless_two_are_out(
    app: Flask, session: Session, keys: KeyFolder, cards: Cards, out: int
) -> None:
    take_all(app, cards, ("Ash", "Birch")[:out])
    session.rollback()
    people.hand_over_unknown(session)
    session.commit()
    people.settle(session, keys)
    session.rollback()
    status, said = told_by_the_doctor(app, session, keys)
    assert status == (Told.NOTE if out == 2 else Told.MEND), said
    dogwood = enter(app, "Dogwood", cards["Dogwood"])
    make_own_words(dogwood)
    assert ("Fewer than two are known to be out." in dogwood.get("/recovery-shares").text) is (out < 2)


def test_whoever_asked_for_new_shares_does_not_agree_alone(app: Flask, cards: Cards) -> None:
    moss = enter(app, "Moss", cards["Moss"])
    make_own_words(moss)
    moss.submit("/recovery-shares", "/new")
    assert "/agree" not in moss.get("/second-yes").text


@pytest.mark.on_both
def test_new_shares_that_were_cut_short_leave_the_old_ones(session: Session, keys: KeyFolder, cards: Cards) -> None:
    """The power goes before the rows stand: the next round touches neither the key nor what waits."""
    first, waiting = keys.need(RECOVERY), set(keys.names("share-"))
    people.renew_shares(session, keys)
    session.rollback()
    people.settle(session, keys)
    assert keys.need(RECOVERY) == first
    assert waiting <= set(keys.names("share-"))
    over = people.hand_over(session, keys)
    assert over
    assert not over.is_new_key
    assert not over.is_other_key
