"""Passes that the member's own device makes: signed blind, dropped with by nobody, checked by everybody."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.models import Box, Roll
from governance.ballots.papers import envelope
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.sealing import blind
from tests.ballots.factories import AFTER, NOW, OPENS, VOTING, OwnPass, Vote, a_vote, some_issuers


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    return a_vote(session, keys, issuers=some_issuers())


def drop(vote: Vote, mine: OwnPass, choice: str, seq: int = 0) -> None:
    vote.drop_sealed(*mine.sealed(vote.ballot, {"choice": choice}, seq))


def counted(vote: Vote) -> dict[str, Any]:
    vote.count()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == check_bundle(bundle.public) == []
    read: dict[str, Any] = json.loads(bundle.whole)
    return read


def test_passes_cards_and_typed_passes_are_counted_alike_and_checked(vote: Vote) -> None:
    by_device, typed = vote.own_pass(3), vote.own_pass(4)
    vote.cast("yes", "yes", "no")
    drop(vote, by_device, "no")
    drop(vote, by_device, "yes", seq=1)
    service.drop(vote.session, vote.keys, vote.ballot, typed.text, {"choice": "no"}, VOTING)
    read = counted(vote)

    assert read["counts"] == {"yes": 3, "no": 2, "abstain": 0}
    assert read["invalid"] == read["superseded"] == []
    trackers = {row["tracker"] for row in read["ballots"]}
    assert {by_device.credential.tracker, typed.credential.tracker} <= trackers
    issuer, by_server = read["manifest"]["issuers"]
    assert (issuer["kind"], issuer["variant"]) == ("rfc9474", "RSABSSA-SHA384-PSSZERO-Randomized")
    assert by_server["kind"] == "by-server"
    assert len(read["roll"]["issued"]) == 5


def test_each_forgery_of_a_blind_ballot_is_named(vote: Vote) -> None:
    mine = vote.own_pass(3)
    other = vote.own_pass(4)
    vote.cast("yes", "yes", "yes")
    drop(vote, mine, "yes")
    drop(vote, other, "no")
    read = counted(vote)
    (at,) = [n for n, row in enumerate(read["ballots"]) if row["tracker"] == mine.credential.tracker]

    def problems(change: Any) -> list[str]:
        again = json.loads(canonical(read))
        change(again)
        return check_bundle(canonical(again))

    def strip(each: Any) -> None:
        each["ballots"][at]["ballot"]["grants"] = other.grants["ballot"]

    def choose(each: Any) -> None:
        each["ballots"][at]["ballot"]["choice"] = {"choice": "no"}

    def another_key(each: Any) -> None:
        issuers = each["manifest"]["issuers"]
        issuers[0]["key"] = base64.b64encode(blind.new_issuer(blind.LEAST_BITS).public).decode()

    def insert(each: Any) -> None:
        stranger = OwnPass.begun(vote.ballot)
        stranger.grants = mine.grants
        made = envelope.signed(stranger.credential, stranger.election, {"choice": "yes"}, grants=mine.grants["ballot"])
        each["ballots"][at] = {"tracker": stranger.credential.tracker, "ballot": json.loads(made)}

    assert "does not hold" in problems(strip)[0]
    assert "does not hold" in problems(choose)[0]
    assert "The manifest is not the one in the ledger" in problems(another_key)[0]
    assert any("should not be counted" in each for each in problems(insert))
    assert "do not add up" in problems(lambda each: each["ballots"].pop(at))[0]
    assert any("handed out" in each for each in problems(lambda each: each["roll"]["issued"].pop()))
    assert any("ledger" in each for each in problems(lambda each: each.update(issued_root="00" * 32)))


def test_nobody_gets_two_passes_and_a_lost_answer_is_given_again(vote: Vote) -> None:
    mine = OwnPass.begun(vote.ballot)
    answer = service.sign_blinded(vote.keys, vote.ballot.number, mine.sent)
    service.mark_blind(vote.session, vote.ballot, vote.members[0], mine.sent, NOW)
    service.mark_blind(vote.session, vote.ballot, vote.members[0], mine.sent, VOTING)
    assert service.sign_blinded(vote.keys, vote.ballot.number, mine.sent) == answer

    with pytest.raises(RuleRefused, match="already"):
        vote.own_pass(0)
    with pytest.raises(RuleRefused, match="already"):
        service.take_pass(vote.session, vote.keys, vote.ballot, vote.members[0], VOTING)
    with pytest.raises(RuleRefused, match="active voting seat"):
        service.mark_blind(vote.session, vote.ballot, vote.tellers[0].account_id, mine.sent, NOW)
    with pytest.raises(RuleRefused, match="already"):
        service.mark_blind(vote.session, vote.ballot, vote.members[0], OwnPass.begun(vote.ballot).sent, NOW)


def test_the_time_for_it_is_over_when_the_vote_opens(vote: Vote) -> None:
    vote.own_pass(0, OPENS - timedelta(seconds=1))
    with pytest.raises(RuleRefused, match="Draw a card"):
        vote.own_pass(1, OPENS)
    with pytest.raises(RuleRefused, match="closed"):
        vote.own_pass(1, AFTER)


def test_on_the_roll_a_card_and_a_pass_look_alike(vote: Vote) -> None:
    vote.own_pass(0)
    service.sign_for(vote.session, vote.ballot, vote.members[1], VOTING)
    rows = {row.account_id: row for row in vote.session.scalars(select(Roll))}
    taken = [rows[member].issued for member in vote.members[:2]]
    assert [len(each or b"") for each in taken] == [32, 32]
    assert rows[vote.members[2]].issued is None


@pytest.mark.parametrize(
    "sent", ["", "[]", "{}", "nothing", '{"drop": [], "ballot": []}', '{"drop": ["?"], "ballot": ["?"]}',
    '{"drop": ["AAAA"], "ballot": [7]}', '{"drop": "A", "ballot": "A"}', "[" * 2000],
)  # fmt: skip
def test_what_is_no_blinded_message_is_refused_in_a_sentence(keys: KeyFolder, session: Session, sent: str) -> None:
    vote = a_vote(session, keys, issuers=some_issuers())
    with pytest.raises(RuleRefused, match="no pass"):
        service.sign_blinded(keys, vote.ballot.number, sent)


def test_the_box_takes_nothing_that_is_let_in_by_nobody(vote: Vote) -> None:
    mine, other = vote.own_pass(0), vote.own_pass(1)
    token, grants, sealed = mine.sealed(vote.ballot, {"choice": "yes"})
    strange = OwnPass.begun(vote.ballot).credential.drop_token.hex()
    wrong = (
        (token, "[]", sealed), (token, json.dumps(other.grants["drop"]), sealed), (strange, grants, sealed),
        (token, json.dumps(mine.grants["ballot"]), sealed), ("zz", grants, sealed), (token[:-2], grants, sealed),
        (token, "{}", sealed), (token, "[7]", sealed), (token, grants, sealed[:-8]), (token, grants, "?"), ("", "", ""),
    )  # fmt: skip
    for each in wrong:
        with pytest.raises(RuleRefused, match=r"no card or pass|no sealed ballot|not sealed by who sends it"):
            vote.drop_sealed(*each)
    assert vote.session.scalars(select(Box)).all() == []
    for now, why in ((NOW, "not open yet"), (AFTER, "has closed")):
        with pytest.raises(RuleRefused, match=why):
            vote.drop_sealed(token, grants, sealed, now)


def test_a_pass_of_one_vote_is_none_of_another(vote: Vote, session: Session, keys: KeyFolder) -> None:
    mine = vote.own_pass(0)
    assert service.ticket(session, keys, vote.ballot, mine.text)
    mine.election = "another/ballot-1"
    assert service.ticket(session, keys, vote.ballot, mine.text) is None
    mine.election = (vote.ballot.manifest or {})["election"]
    mine.grants["drop"] = mine.grants["ballot"]
    assert service.ticket(session, keys, vote.ballot, mine.text) is None
    for broken in ("RVPASS1", "RVPASS1 ?", "RVPASS1 e30=", "RVPASS1 W10="):
        assert service.ticket(session, keys, vote.ballot, broken) is None


def test_the_issuers_keys_go_with_the_ballots(vote: Vote) -> None:
    mine = vote.own_pass(0)
    for member in vote.members[1:]:
        service.sign_for(vote.session, vote.ballot, member, VOTING)
        service.drop(vote.session, vote.keys, vote.ballot, vote.cards.pop(), {"choice": "yes"}, VOTING)
    drop(vote, mine, "yes")
    counted(vote)
    assert len(list(vote.keys.names("ballot-1."))) == 4  # Three keys, and the sums of the roll.
    service.keep_only_totals(vote.session, vote.keys, vote.proposal.id)
    vote.session.commit()
    assert list(vote.keys.names("ballot-1.")) == []


@pytest.mark.on_both
def test_the_pages_sign_blind_and_take_a_sealed_ballot_from_nobody(
    session: Session, keys: KeyFolder, sign_in: Any, client: Any
) -> None:
    with clock.stopped_at(NOW):
        member = sign_in(Role.MEMBER)
        vote = a_vote(session, keys, issuers=some_issuers(), seats=[member.card.account_id])
        page = member.get("/board/ballots/1").text
        assert vote.ballot.manifest["issuers"][0]["drop"] in page  # type: ignore[index]
        mine = OwnPass.begun(vote.ballot)
        token = member.form("/board/ballots/1")["fields"]["csrf_token"]
        answer = member.post("/board/ballots/1/pass", data={"csrf_token": token, "blinded": mine.sent})
        mine.finish(answer.json)
        again = OwnPass.begun(vote.ballot).sent
        refused = member.post("/board/ballots/1/pass", data={"csrf_token": token, "blinded": again})
        assert (refused.status_code, "already" in refused.json["said"]) == (409, True)
        broken = member.post("/board/ballots/1/pass", data={"csrf_token": token, "blinded": "x"})
        assert (broken.status_code, "no pass" in broken.json["said"]) == (409, True)
        assert "data-taken" in member.get("/board/ballots/1").text
    with clock.stopped_at(VOTING):
        sent = mine.sealed(vote.ballot, {"choice": "yes"})
        fields = dict(zip(("drop_token", "drop_grants", "sealed"), sent, strict=True))
        page = client.get("/vote/1")
        assert "data-cast" in page.text
        token = client.form("/vote/1")["fields"]["csrf_token"]
        no = client.post("/vote/1", data={**fields, "drop_grants": "[]"})
        assert (no.status_code, "no card or pass" in no.json["said"]) == (409, True)
        assert (
            client.post("/vote", data={**fields, "pass": mine.text, "go": "drop", "choice": "yes"}).status_code == 404
        )
        assert client.application.test_client().post("/vote/1", data=fields).status_code == 204, (
            "no cookie, and no form token"
        )
        session.expire_all()
        assert session.scalars(select(Box.drop_tag)).all() == [mine.credential.drop_tag]
        session.rollback()
        typed = client.post("/vote/1", data={"csrf_token": token, "pass": mine.text, "go": "pass"})
        assert "Read it back to me" in typed.text
