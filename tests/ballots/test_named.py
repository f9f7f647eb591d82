"""Voting by name, where the charter says so: sealed until the count, and after it everyone reads who voted how."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.calling.kinds import Kind, Settings
from governance.ballots.models import Box
from governance.ballots.result.disclosure import what_it_gives_away
from governance.ballots.result.outcome import Result
from governance.board import service as board
from governance.board.charter import sentences
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, CLOSES, NOW, OPENS, VOTING, Vote, a_vote

FOOD = Settings(options=("Soup", "Tea", "Bread"))


def a_named_vote(
    session: Session, keys: KeyFolder, kind: str = "majority", seats: Sequence[int] = (), **more: Any
) -> Vote:
    """Return a vote under a charter that lets the board vote by name."""
    vote = a_vote(session, keys, seats=list(seats))
    service.cancel(session, keys, vote.ballot, "We vote by name.", NOW)
    board.adopt_charter(session, replace(board.charter(session), votes_by_name=True), NOW.date())
    from governance.proposals import service as proposals

    proposals.freeze(session, vote.proposal)
    tellers = [teller.account_id for teller in vote.tellers]
    vote.ballot = service.call_vote(
        session, keys, vote.proposal, kind=kind, opens_at=OPENS, closes_at=CLOSES, tellers=tellers, now=NOW, **more
    )
    session.commit()
    return vote


def cast(vote: Vote, *choices: Any) -> None:
    for member, choice in zip(vote.members, choices, strict=False):
        said = choice if isinstance(choice, dict) else {"choice": choice}
        service.vote_by_name(vote.session, vote.keys, vote.ballot, member, said, VOTING)


def test_everyone_reads_who_voted_how_and_counts_the_same(session: Session, keys: KeyFolder) -> None:
    vote = a_named_vote(session, keys)
    assert "everyone can read how each member voted" in str(
        what_it_gives_away(5, Kind, only_lived=False, named=True)[0]  # type: ignore[arg-type]
    )
    cast(vote, "no", "yes", "yes", "yes", "no")
    cast(vote, "yes")

    assert vote.count().result is Result.ADOPTED

    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert service.everyone_sees(bundle)
    assert check_bundle(bundle.public) == []
    by_name = {choice["by"]: choice["choice"] for _, choice in service.ballots_in(bundle.public)}
    aliases = people.aliases(session, vote.members)
    assert by_name == {aliases[m]: "no" if nth == 4 else "yes" for nth, m in enumerate(vote.members)}
    count = service.count_of(session, vote.ballot)
    assert count
    assert {side: str(each.text) for side, each in service.public_numbers(vote.ballot, count).items()} == {
        "yes": "4", "no": "1",
    }  # fmt: skip


@pytest.mark.on_both
def test_until_the_count_no_name_and_no_choice_lies_in_the_open(session: Session, keys: KeyFolder) -> None:
    vote = a_named_vote(session, keys)
    cast(vote, "yes", "no")
    lying = b"".join(session.scalars(select(Box.sealed)))
    for alias in people.aliases(session, vote.members).values():
        assert alias.encode() not in lying
    assert len(session.scalars(select(Box)).all()) == 2


def test_an_order_bears_its_name_too(session: Session, keys: KeyFolder) -> None:
    vote = a_named_vote(session, keys, Kind.RANKED, settings=FOOD)
    cast(vote, *[{"p1": "1", "p2": "0"}] * 3, *[{"p1": "0"}] * 2)
    assert vote.count().account["winners"] == ["Tea"]
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert check_bundle(bundle.public) == []


def test_there_are_no_cards_no_passes_and_no_paper(session: Session, keys: KeyFolder) -> None:
    vote = a_named_vote(session, keys)
    member, teller = vote.members[0], vote.tellers[0].account_id
    for act in (
        lambda: service.make_cards(session, keys, vote.ballot, NOW),
        lambda: service.take_pass(session, keys, vote.ballot, member, VOTING),
        lambda: service.sign_for(session, vote.ballot, member, VOTING),
        lambda: service.enter_paper(session, keys, vote.ballot, "A" * 20, {"choice": "yes"}, teller, VOTING),
    ):
        with pytest.raises(RuleRefused, match="by name"):
            act()


def test_only_a_voter_and_only_in_its_time(session: Session, keys: KeyFolder) -> None:
    vote = a_named_vote(session, keys)
    with pytest.raises(RuleRefused, match="not open yet"):
        service.vote_by_name(session, keys, vote.ballot, vote.members[0], {"choice": "yes"}, NOW)
    with pytest.raises(RuleRefused, match="has closed"):
        service.vote_by_name(session, keys, vote.ballot, vote.members[0], {"choice": "yes"}, AFTER)
    with pytest.raises(RuleRefused, match="active voting seat"):
        service.vote_by_name(session, keys, vote.ballot, vote.tellers[0].account_id, {"choice": "yes"}, VOTING)
    with pytest.raises(RuleRefused, match="Mark one"):
        service.vote_by_name(session, keys, vote.ballot, vote.members[0], {"choice": "maybe"}, VOTING)


def test_a_secret_vote_takes_no_name_and_a_vote_by_name_none_without(session: Session, keys: KeyFolder) -> None:
    secret = a_vote(session, keys)
    with pytest.raises(RuleRefused, match="is secret"):
        service.vote_by_name(session, keys, secret.ballot, secret.members[0], {"choice": "yes"}, VOTING)
    secret.cast({"choice": "yes"}, "yes", "yes")
    with pytest.raises(RuleRefused, match="cannot be counted"):
        service.drop(session, keys, secret.ballot, secret.cards.pop(), {"choice": "yes", "by": "Robin"}, VOTING)


def test_two_ballots_of_one_name_are_seen(session: Session, keys: KeyFolder) -> None:
    vote = a_named_vote(session, keys)
    cast(vote, "yes", "yes", "yes", "no")
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    read = json.loads(bundle.public)
    read["ballots"][0]["ballot"]["choice"]["by"] = read["ballots"][1]["ballot"]["choice"]["by"]
    found = check_bundle(canonical(read))
    assert any("does not hold" in problem for problem in found)
    assert "A name stands on two ballots." in found


def test_members_are_told_in_the_charter_before_they_join(session: Session, keys: KeyFolder) -> None:
    vote = a_named_vote(session, keys)
    told = [str(each) for each in sentences(board.charter_numbered(session, vote.ballot.charter_number))]
    assert "We vote by name. Everyone can read how each member voted. Know this before you take a seat." in told


def test_a_member_reads_first_that_everyone_will_see_it_and_votes_signed_in(
    session: Session, keys: KeyFolder, sign_in: Any, client: Any
) -> None:
    vote = a_named_vote(session, keys)
    with clock.stopped_at(VOTING):
        member = sign_in(Role.MEMBER)
        address = f"/board/ballots/{vote.ballot.number}"
        assert client.get(f"/vote/{vote.ballot.number}").status_code == 409
        page = member.get(f"{address}/by-name")
        assert "everyone can read how you voted" in page.text
        token = member.form(f"{address}/by-name")["fields"]["csrf_token"]
        empty = member.post(f"{address}/by-name", data={"csrf_token": token, "go": "review"})
        assert (empty.status_code, "Mark one of the rows" in empty.text) == (422, True)
        read_back = member.post(f"{address}/by-name", data={"csrf_token": token, "go": "review", "choice": "yes"})
        assert "Is this right?" in read_back.text
        no_seat = member.post(f"{address}/by-name", data={"csrf_token": token, "go": "drop", "choice": "yes"})
        assert (no_seat.status_code, "active voting seat" in no_seat.text) == (409, True)
        secret = member.get("/board/ballots/1/by-name")
        assert secret.status_code == 409


def test_a_seated_member_votes_and_the_public_reads_the_name(
    session: Session, keys: KeyFolder, sign_in: Any, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        member = sign_in(Role.MEMBER)
    vote = a_named_vote(session, keys, seats=[member.card.account_id])
    address = f"/board/ballots/{vote.ballot.number}"
    with clock.stopped_at(VOTING):
        assert "Vote by name" in member.get(address).text
        token = member.form(f"{address}/by-name")["fields"]["csrf_token"]
        for choice in ("no", "yes"):
            done = member.post(f"{address}/by-name", data={"csrf_token": token, "go": "drop", "choice": choice})
            assert done.status_code == 303
        assert "Vote again" in member.get(address).text
    session.expire_all()
    for other in vote.members[1:4]:
        service.vote_by_name(session, keys, vote.ballot, other, {"choice": "yes"}, VOTING)
    vote.count()
    session.commit()
    alias = people.aliases(session, [member.card.account_id])[member.card.account_id]
    with clock.stopped_at(AFTER):
        assert f"{alias}: Yes" in client.get(f"/ballots/{vote.ballot.number}").text
