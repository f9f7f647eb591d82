"""Two programmes sign each pass: neither can make one alone, and the partner learns nothing of whose it is."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import service
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.models import Box, CoSigned
from governance.ballots.papers import envelope
from governance.ballots.passes import voucher
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ruling.errors import RuleRefused
from governance.sealing import blind
from governance.storage import database
from tests.ballots.factories import CLOSES, NOW, VOTING, OwnPass, Vote, a_vote, some_issuers
from tests.ballots.seen_by_issuer import SeenByIssuer
from tests.databases import Engine

PAIRS = {purpose: blind.new_issuer(blind.LEAST_BITS) for purpose in voucher.PURPOSES}
HOME, ADDRESS = "https://home.example", "https://partner.example"


@dataclass
class Partner:
    """The other organisation: a database and a key folder of its own."""

    session: Session
    keys: KeyFolder
    environ: dict[str, str]

    def signs(self, asked: str, now: Any = NOW) -> dict[str, list[str]]:
        """Answer what a device asks, as the page does."""
        signature = service.co_sign(self.keys, asked, now)
        service.note_signed(self.session, signature)
        self.session.commit()
        assert signature.back == f"{HOME}/board/ballots/1#{signature.text}"
        said = json.loads(base64.b64decode(signature.text.removeprefix("RVSIGN1:")))
        return {purpose: [said[purpose]] for purpose in voucher.PURPOSES}


@pytest.fixture
def partner(engine_of_databases: Engine, tmp_path: Path) -> Iterator[Partner]:
    url, home = engine_of_databases.fresh(), tmp_path / "partner"
    keys = KeyFolder(home / "keys", home / "escrow")
    keys.write("programme", b"the-partner")
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    environ = {
        "GOVERNANCE_MODE": "development", "GOVERNANCE_HOME": str(home), "GOVERNANCE_DATABASE": url,
        "GOVERNANCE_SECRET": "Wd7xQ-only-a-test-9kT2vR8mZ4pL6cJ1hN3bY5",
    }  # fmt: skip
    with database.writing(), Session(engine, expire_on_commit=False) as session:
        yield Partner(session, keys, environ)
    engine.dispose()


@pytest.fixture
def vote(session: Session, keys: KeyFolder, partner: Partner) -> Vote:
    """A vote with a partner, in its collecting time."""
    vote = a_vote(session, keys, issuers=some_issuers())
    service.add_partner(session, keys, vote.ballot, entry(partner), NOW)
    session.commit()
    taken_on(vote, partner)
    return vote


def taken_on(vote: Vote, partner: Partner, address: str = HOME, **changed: Any) -> None:
    """Let the partner take the file of a vote on, with other facts in its manifest."""
    file = service.vote_for_partner(vote.session, vote.ballot, HOME)
    service.take_vote(partner.keys, {**file["manifest"], **changed}, address, file["roll"])


def entry(partner: Partner) -> dict[str, str]:
    return service.new_partner_keys(partner.keys, PAIRS, "The Other Place", ADDRESS)


def half_a_pass(vote: Vote, seat: int, now: Any = NOW) -> tuple[OwnPass, dict[str, list[str]], str]:
    """Let a member's device get the first signature; return it, and what is asked of the partner."""
    mine = OwnPass.begun(vote.ballot)
    answer = service.sign_blinded(vote.keys, vote.ballot.number, mine.sent)
    service.mark_blind(vote.session, vote.ballot, vote.members[seat], mine.sent, now)
    given = service.voucher_for(vote.session, vote.keys, vote.ballot, vote.members[seat], mine.sent)
    assert given
    return mine, answer, mine.ask(given)


def a_pass(vote: Vote, partner: Partner, seat: int) -> OwnPass:
    mine, answer, asked = half_a_pass(vote, seat)
    mine.finish(answer, partner.signs(asked))
    return mine


def drop(vote: Vote, mine: OwnPass, choice: str) -> None:
    vote.drop_sealed(*mine.sealed(vote.ballot, {"choice": choice}))


def test_a_pass_that_both_signed_is_let_in_counted_and_checked(vote: Vote, partner: Partner) -> None:
    one, other = a_pass(vote, partner, 0), a_pass(vote, partner, 1)
    vote.members = vote.members[2:]
    vote.cast("yes", "no")
    drop(vote, one, "yes")
    service.drop(vote.session, vote.keys, vote.ballot, other.text, {"choice": "yes"}, VOTING)
    vote.count()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == check_bundle(bundle.public) == []
    read = json.loads(bundle.whole)
    assert (read["counts"], read["invalid"]) == ({"yes": 3, "no": 1, "abstain": 0}, [])
    assert [each.get("name") for each in read["manifest"]["issuers"]] == [None, "The Other Place"]
    assert service.votes_signed_for(partner.session, partner.keys) == [("test-programme/ballot-1", 2, 5)]


def test_a_newer_file_cannot_lead_members_to_another_address(vote: Vote, partner: Partner) -> None:
    with pytest.raises(RuleRefused, match="another address"):
        taken_on(vote, partner, "https://elsewhere.example")
    taken_on(vote, partner)
    assert partner.signs(half_a_pass(vote, 0)[2])  # It goes back to where the vote was taken on from.


def test_a_pass_of_one_alone_is_refused_at_the_box_and_by_the_verifier(vote: Vote, partner: Partner) -> None:
    whole, other = a_pass(vote, partner, 0), a_pass(vote, partner, 1)
    token, grants, sealed = whole.sealed(vote.ballot, {"choice": "yes"})
    first, second = json.loads(grants)
    for some in ([first], [second], [first, first], [second, second], [second, first], []):
        with pytest.raises(RuleRefused, match="no card or pass"):
            vote.drop_sealed(token, json.dumps(some), sealed)
    assert vote.session.scalars(select(Box)).all() == []

    own, theirs = whole.grants["ballot"]
    halves = iter([[own], [theirs], [own, own]])
    for mine in (whole, other):  # The box cannot look inside; whoever counts does.
        mine.grants["ballot"] = next(halves)
        drop(vote, mine, "yes")
    vote.members = vote.members[2:]
    vote.cast("yes", "no", "no")
    vote.count()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    read = json.loads(bundle.whole or b"")
    assert (read["counts"], len(read["invalid"])) == ({"yes": 1, "no": 2, "abstain": 0}, 2)
    assert "no issuer signed for it" in read["invalid"][0]["reason"]

    made = envelope.signed(whole.credential, whole.election, {"choice": "yes"}, grants=next(halves))
    read["ballots"][0] = {"tracker": whole.credential.tracker, "ballot": json.loads(made)}
    read["ballots"].sort(key=lambda row: row["tracker"])
    assert any("no issuer signed for it" in each for each in check_bundle(canonical(read)))


def test_the_server_makes_no_pass_alone_in_such_a_vote(vote: Vote) -> None:
    with pytest.raises(RuleRefused, match="Two organisations sign each pass"):
        service.take_pass(vote.session, vote.keys, vote.ballot, vote.members[0], NOW)
    alone = OwnPass.begun(vote.ballot)
    sent = {purpose: each[:1] for purpose, each in json.loads(alone.sent).items()}
    with pytest.raises(RuleRefused, match="no pass"):
        service.mark_blind(vote.session, vote.ballot, vote.members[0], json.dumps(sent), NOW)
    assert [each["kind"] for each in (vote.ballot.manifest or {})["issuers"]] == ["rfc9474", "rfc9474"]


def test_the_partner_signs_once_for_a_line_and_learns_no_name(vote: Vote, partner: Partner) -> None:
    mine, answer, asked = half_a_pass(vote, 0)
    first = partner.signs(asked)
    assert partner.signs(asked, VOTING) == first, "a lost answer is given again, and while the vote is open"
    mine.finish(answer, first)
    again = OwnPass.begun(vote.ballot)
    given = service.voucher_for(vote.session, vote.keys, vote.ballot, vote.members[0], again.sent)
    with pytest.raises(RuleRefused, match="already, from another device"):
        partner.signs(again.ask(given or {}))

    rows = {member: service.roll_row(vote.session, vote.ballot, member) for member in vote.members[:2]}
    line, of_who_took_none = (service.own_line(vote.keys, vote.ballot, row) for row in rows.values() if row)
    assert service.signed_for(partner.session, line)
    assert not service.signed_for(partner.session, of_who_took_none)
    (row,) = partner.session.scalars(select(CoSigned)).all()
    assert row.leaf.hex() == line
    manifest = json.dumps(vote.ballot.manifest)
    assert all(str(member) not in json.loads(base64.b64decode(asked[7:]))["voucher"] for member in vote.members)
    assert line not in manifest


def test_what_both_keep_together_fits_every_member_and_tells_no_order(vote: Vote, partner: Partner) -> None:
    """For any member's blinded message and any pass that is shown there is a blind: nothing joins the two."""
    seen = SeenByIssuer(base64.b64decode(entry(partner)["drop"]), at=1)
    for seat in range(3):
        mine, answer, asked = half_a_pass(vote, seat)
        answered = partner.signs(asked)
        mine.finish(answer, answered)
        seen.keep(mine, answered)
    seen.joins_nothing()
    if partner.session.get_bind().dialect.name == "postgresql":
        assert partner.session.scalar(text("SELECT count(DISTINCT xmin::text) FROM co_signed")) == 1


def test_the_partner_signs_for_nobody_without_a_voucher_of_that_vote(vote: Vote, partner: Partner) -> None:
    _mine, _answer, asked = half_a_pass(vote, 0)
    _other, _, asked_by_another = half_a_pass(vote, 1)
    said, theirs = (json.loads(base64.b64decode(each[7:])) for each in (asked, asked_by_another))

    def asks(**changed: Any) -> str:
        return "RVASK1:" + base64.b64encode(canonical({**said, **changed})).decode()

    def voucher_with(**changed: Any) -> str:
        return asks(voucher={**said["voucher"], **changed})

    forged = voucher.write(
        bytes(32), said["voucher"]["election"], said["voucher"]["partner"], [bytes(32)], bytes(32), "00" * 32
    )
    wrong = (
        "", "nothing", "RVASK1:", "RVASK1:W10=", "RVASK1:" + base64.b64encode(b"[" * 9000).decode(), asks(v=2),
        asks(blinded=theirs["blinded"]), asks(blinded={}), asks(blinded={"drop": "?", "ballot": "?"}), asks(voucher=7),
        voucher_with(leaf=theirs["voucher"]["leaf"]), voucher_with(number=9), voucher_with(signature="00" * 64),
        voucher_with(election="another/ballot-1"), voucher_with(proof=[]), voucher_with(partner="../programme"),
        asks(voucher={**forged, "asked": said["voucher"]["asked"]}), voucher_with(number="0"), voucher_with(proof="x"),
    )  # fmt: skip
    for each in wrong:
        with pytest.raises(RuleRefused, match="not the text from your vote"):
            service.co_sign(partner.keys, each, NOW)
    with pytest.raises(RuleRefused, match="sign no passes for this vote"):
        service.co_sign(partner.keys, voucher_with(partner="00" * 8), NOW)
    with pytest.raises(RuleRefused, match="sign no passes for this vote"):
        service.co_sign(partner.keys, asked, CLOSES)
    service.co_sign(partner.keys, asked, NOW)


def test_a_partner_comes_in_before_the_first_card_and_only_one(
    session: Session, keys: KeyFolder, partner: Partner
) -> None:
    vote = a_vote(session, keys, issuers=some_issuers())
    theirs = entry(partner)
    (own, _by_server) = (vote.ballot.manifest or {})["issuers"]
    broken: tuple[Any, ...] = (
        {}, [], {**theirs, "kind": "by-server"}, {**theirs, "drop": "AAAA"}, {**theirs, "drop": theirs["key"]},
        {**theirs, "address": "javascript:alert(1)"}, {**theirs, "address": f"{ADDRESS}/"}, {**theirs, "name": 7},
        {**theirs, "drop": base64.b64encode(sealing.new_pair().public).decode()}, {**theirs, "more": "x"},
    )  # fmt: skip
    for each in broken:
        with pytest.raises(RuleRefused, match="no file of a partner"):
            service.add_partner(session, keys, vote.ballot, each, NOW)
    with pytest.raises(RuleRefused, match="your own"):
        service.add_partner(session, keys, vote.ballot, {**theirs, "drop": own["drop"]}, NOW)
    with pytest.raises(RuleRefused, match="too late for a partner"):
        service.add_partner(session, keys, vote.ballot, theirs, VOTING)
    service.add_partner(session, keys, vote.ballot, theirs, NOW)
    leaf = ledger.leaf(session, "decisions", vote.ballot.manifest_leaf or 0)
    assert leaf
    assert json.loads(leaf.body)["issuers"][1] == theirs, "the keys are announced before anybody takes a pass"
    with pytest.raises(RuleRefused, match="a partner already"):
        service.add_partner(session, keys, vote.ballot, theirs, NOW)
    vote.print_cards()
    assert (vote.ballot.manifest or {})["issuers"][1] == theirs
    service.sign_for(session, vote.ballot, vote.members[0], NOW)
    with pytest.raises(RuleRefused, match="too late for a partner"):
        service.add_partner(session, keys, vote.ballot, theirs, NOW)


def test_a_vote_without_blind_passes_takes_no_partner(session: Session, keys: KeyFolder, partner: Partner) -> None:
    vote = a_vote(session, keys)
    with pytest.raises(RuleRefused, match="no passes that are signed blind"):
        service.add_partner(session, keys, vote.ballot, entry(partner), NOW)
