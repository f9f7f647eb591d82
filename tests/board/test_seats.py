"""Seats through the life of a member: resting, coming back, stepping out, alternates, ends of terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.charter import Charter
from governance.board.rules import Tie
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY, FAMILY, HEALTH, LIVED, a_board, a_member

MATTER = "proposal:1"


def test_everyone_seated_votes_and_the_roll_names_the_class_of_each_seat(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)

    roll = service.voting_roll(session, DAY, MATTER)

    assert dict(roll) == dict(zip(members, (LIVED, LIVED, LIVED, FAMILY, HEALTH), strict=True))
    assert [account for account, _ in service.voting_roll(session, DAY, MATTER, only_lived=True)] == members[:3]


def test_nobody_votes_before_their_term_begins(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys)

    assert service.voting_roll(session, DAY - timedelta(days=1), MATTER) == []


def test_a_seat_rests_is_kept_and_starts_again_by_itself(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    seat = service.seat_of(session, members[0], DAY)
    assert seat

    service.pause(session, seat.seat_id, DAY, DAY + timedelta(days=60))

    resting = service.seat_of(session, members[0], DAY)
    assert resting
    assert resting.paused
    assert resting.account_id == members[0]
    assert members[0] not in dict(service.voting_roll(session, DAY + timedelta(days=59), MATTER))
    assert members[0] in dict(service.voting_roll(session, DAY + timedelta(days=60), MATTER))


@pytest.mark.on_both
def test_somebody_who_comes_home_early_is_back_at_once(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    seat = service.seat_of(session, members[0], DAY)
    assert seat
    service.pause(session, seat.seat_id, DAY, DAY + timedelta(days=90))

    service.resume(session, seat.seat_id, DAY + timedelta(days=9))

    assert members[0] in dict(service.voting_roll(session, DAY + timedelta(days=9), MATTER))
    assert members[0] not in dict(service.voting_roll(session, DAY + timedelta(days=8), MATTER))
    with pytest.raises(RuleRefused, match="does not rest"):
        service.resume(session, seat.seat_id, DAY + timedelta(days=9))


def test_a_pause_longer_than_the_charter_allows_is_refused(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    seat = service.seat_of(session, members[0], DAY)
    assert seat

    with pytest.raises(RuleRefused, match="up to 6 months"):
        service.pause(session, seat.seat_id, DAY, DAY + timedelta(days=300))


def test_the_board_says_in_words_that_it_may_not_decide_when_outsiders_outnumber(
    session: Session, keys: KeyFolder
) -> None:
    members = a_board(session, keys)
    assert service.composition(session, DAY) == []
    for member in members[:2]:
        seat = service.seat_of(session, member, DAY)
        assert seat
        service.end_term(session, seat.seat_id, DAY)

    assert ["1 of 3 active seats" in str(said) for said in service.composition(session, DAY)] == [True]


def test_a_board_without_a_charter_says_so(session: Session) -> None:
    assert ["no charter yet" in str(said) for said in service.composition(session, DAY)] == [True]


def test_staff_never_get_a_seat(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys)
    seat = service.add_seat(session, "Seat 9", LIVED)
    manager = a_member(session, keys, "Boss", Role.MANAGER)

    with pytest.raises(RuleRefused, match="Staff never hold a vote"):
        service.seat_member(session, seat.id, manager, DAY)


def test_one_person_holds_one_seat_and_one_seat_holds_one_person(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    empty = service.add_seat(session, "Seat 9", LIVED)
    taken = service.seat_of(session, members[0], DAY)
    assert taken

    with pytest.raises(RuleRefused, match="has a seat already"):
        service.seat_member(session, empty.id, members[0], DAY)
    with pytest.raises(RuleRefused, match="Somebody sits in this seat"):
        service.seat_member(session, taken.seat_id, a_member(session, keys, "Newcomer"), DAY)


def test_after_three_terms_in_a_row_someone_else_has_a_turn(session: Session, keys: KeyFolder) -> None:
    service.adopt_charter(session, Charter(), DAY)
    seat = service.add_seat(session, "Seat 1", LIVED)
    member, day = a_member(session, keys, "Lasting"), DAY
    for _ in range(3):
        service.seat_member(session, seat.id, member, day)
        day += timedelta(days=365)
        service.end_term(session, seat.id, day)

    with pytest.raises(RuleRefused, match="3 terms in a row"):
        service.seat_member(session, seat.id, member, day)
    service.seat_member(session, seat.id, member, day + timedelta(days=365))


def test_a_term_that_runs_out_is_pointed_out_and_takes_nobodys_seat(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    late = date(2027, 3, 20)

    assert len(service.terms_running_out(session, late)) == 5
    assert members[0] in dict(service.voting_roll(session, late, MATTER))
    assert service.terms_running_out(session, DAY) == []


@pytest.mark.on_both
def test_who_steps_out_leaves_the_roll_of_that_matter_alone(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)

    service.step_out(session, members[0], MATTER, Tie.MONEY_OR_JOB)
    service.step_out(session, members[0], MATTER, Tie.OUTSIDE_ASKER)

    assert members[0] not in dict(service.voting_roll(session, DAY, MATTER))
    assert members[0] in dict(service.voting_roll(session, DAY, "proposal:2"))
    assert [each.tie for each in service.recusals(session, MATTER)] == [Tie.OUTSIDE_ASKER]


def test_stepping_out_of_one_part_leaves_the_vote_on_the_others(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)

    service.step_out(session, members[0], MATTER, Tie.OWN_CASE, part="B")

    assert members[0] in dict(service.voting_roll(session, DAY, MATTER, part="A"))
    assert members[0] not in dict(service.voting_roll(session, DAY, MATTER, part="B"))


@pytest.mark.on_both
def test_an_alternate_votes_only_when_called_in_for_an_empty_chair(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, alternates=1)
    spare = service.seat_of(session, members[5], DAY)
    assert spare
    assert spare.alternate
    assert members[5] not in dict(service.voting_roll(session, DAY, MATTER))
    with pytest.raises(RuleRefused, match="empty chair"):
        service.call_in(session, spare.seat_id, MATTER, DAY)

    service.step_out(session, members[0], MATTER, Tie.CLOSE_PERSON)
    service.call_in(session, spare.seat_id, MATTER, DAY)

    assert dict(service.voting_roll(session, DAY, MATTER)).keys() == {*members[1:]}


def test_after_the_record_the_kind_of_tie_stays_and_the_person_is_forgotten(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    service.step_out(session, members[0], MATTER, Tie.OWN_CASE)

    service.forget_who_stepped_out(session, MATTER)
    session.expire_all()

    assert [(each.tie, each.account_id) for each in service.recusals(session, MATTER)] == [(Tie.OWN_CASE, None)]


def test_a_changed_charter_is_a_new_version_in_the_ledger_and_the_old_one_stays(session: Session) -> None:
    from governance.ledger import service as ledger

    service.adopt_charter(session, Charter(), DAY)
    service.adopt_charter(session, replace(Charter(), least_yes=4), DAY)

    assert service.charter(session).least_yes == 4
    assert [version.number for version in service.charter_versions(session)] == [2, 1]
    assert service.from_settings(service.charter_versions(session)[1].settings) == Charter()
    assert "charter" in str(ledger.leaf(session, "decisions", 1).body)


def test_a_charter_out_of_its_range_or_without_a_change_is_refused(session: Session) -> None:
    service.adopt_charter(session, Charter(), DAY)

    with pytest.raises(RuleRefused, match="Longest pause"):
        service.adopt_charter(session, replace(Charter(), pause_months=40), DAY)
    with pytest.raises(RuleRefused, match="Nothing is different"):
        service.adopt_charter(session, Charter(), DAY)
