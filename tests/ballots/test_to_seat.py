"""What a vote among members gives: fixed beforehand, hidden from the public, and to nobody but whom it chose."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from governance.ballots import service
from governance.ballots.calling.kinds import ForSeats, Kind, Settings
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from tests.ballots.elections import FROM, NEW, an_election, ranked
from tests.ballots.factories import CLOSES, NOW, OPENS


def test_who_is_chosen_takes_the_seat_it_was_for(session: Session, keys: KeyFolder) -> None:
    vote, accounts, seats = an_election(session, keys)
    assert service.to_seat(session, vote.ballot) == [], "nobody is chosen before the count"
    vote.cast(*[ranked(vote.ballot, "Moss", "Teal")] * 3, *[ranked(vote.ballot, "Fern")] * 2)
    vote.count()
    assert service.to_seat(session, vote.ballot) == [
        service.ToSeat(seats[0], accounts["Moss"], FROM, OPENS.date()),
    ]  # fmt: skip


def test_as_many_win_as_there_are_seats_and_each_has_one(session: Session, keys: KeyFolder) -> None:
    vote, accounts, seats = an_election(session, keys, seats=2)
    assert (vote.ballot.manifest or {})["rule"]["seats"] == 2
    vote.cast(*[ranked(vote.ballot, "Moss")] * 3, *[ranked(vote.ballot, "Fern")] * 2)
    vote.count()
    given = {each.seat_id: each.account_id for each in service.to_seat(session, vote.ballot)}
    assert given.keys() == set(seats)
    assert set(given.values()) == {accounts["Moss"], accounts["Fern"]}


def test_where_a_lot_decides_it_gives_the_seat_to_whom_the_lot_fell(session: Session, keys: KeyFolder) -> None:
    vote, accounts, _ = an_election(session, keys)
    papers = [ranked(vote.ballot, "Moss"), ranked(vote.ballot, "Fern")] * 2
    vote.cast(*papers)
    count = vote.count()
    (won,) = count.account["winners"]
    assert service.lot_decided(count)
    given = [each.account_id for each in service.to_seat(session, vote.ballot)]
    assert given == [accounts[vote.ballot.who_stands[won]]]


def test_without_a_quorum_it_gives_nothing(session: Session, keys: KeyFolder) -> None:
    vote, *_ = an_election(session, keys)
    vote.cast(ranked(vote.ballot, "Moss"))
    vote.count()
    assert service.to_seat(session, vote.ballot) == []


def test_a_name_without_an_account_can_be_chosen_and_gets_no_seat_by_it(session: Session, keys: KeyFolder) -> None:
    vote, *_ = an_election(session, keys, options=("Juniper", "Moss"))
    gives = service.gives_of(session, vote.ballot)
    assert gives
    letters = {name: letter for letter, name in vote.ballot.who_stands.items()}
    assert gives.accounts == {letters["Moss"]}
    vote.cast(*[ranked(vote.ballot, "Juniper")] * 4)
    vote.count()
    people.new_account(session, keys, alias="Juniper", roles=frozenset({Role.MEMBER}))
    assert service.to_seat(session, vote.ballot) == []


def test_the_public_reads_neither_names_nor_seats_nor_accounts(session: Session, keys: KeyFolder) -> None:
    vote, *_ = an_election(session, keys, seats=2)
    public = [json.dumps(vote.ballot.manifest), *(json.dumps(each.body) for each in session.scalars(select(Leaf)))]
    assert [each for each in public for name in (*NEW, "Stool") if name in each] == []
    assert "gives" not in (vote.ballot.manifest or {})


def test_what_it_gives_cannot_be_changed_unseen_once_it_is_called(session: Session, keys: KeyFolder) -> None:
    vote, accounts, _ = an_election(session, keys)
    before = set(accounting.differences(session, keys, NOW.date()))
    standing = vote.ballot.standing
    assert standing
    standing["gives"]["accounts"] = dict.fromkeys(standing["gives"]["accounts"], accounts["Fern"])
    flag_modified(vote.ballot, "standing")
    session.commit()
    (new,) = set(accounting.differences(session, keys, NOW.date())) - before
    assert "Vote 1" in new
    assert "standing" in new


NO_MEMBERS = Settings(options=("Soup", "Tea"), for_seats=ForSeats((1,), FROM))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            {"kind": Kind.RANKED, "settings": NO_MEMBERS},
            "choose this kind of vote",
        ),
        ({"binding": False}, "gives no seat"),
        ({"begins": CLOSES.date() - timedelta(days=1)}, "not over by then"),
        ({"seats": 2, "options": ("Moss", "Teal")}, "more options than can win"),
    ],
)
def test_a_vote_that_cannot_give_a_seat_is_not_called(
    session: Session, keys: KeyFolder, more: dict[str, object], says: str
) -> None:
    with pytest.raises(RuleRefused, match=says):
        an_election(session, keys, **more)  # type: ignore[arg-type]


def test_a_member_who_got_a_seat_meanwhile_gets_no_second_one(session: Session, keys: KeyFolder) -> None:
    vote, accounts, _ = an_election(session, keys)
    vote.cast(*[ranked(vote.ballot, "Moss")] * 4)
    vote.count()
    (given,) = service.to_seat(session, vote.ballot)
    other = next(seat for seat in board.seats_on(session, FROM) if seat.open and seat.seat_id != given.seat_id)
    board.seat_member(session, other.seat_id, accounts["Moss"], CLOSES.date())
    with pytest.raises(RuleRefused, match="has a seat already"):
        board.seat_chosen(session, given.seat_id, given.account_id, given.since, given.begins)
