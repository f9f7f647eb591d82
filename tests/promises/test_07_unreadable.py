"""Promise 7: a ballot that is called unreadable is proved to be so, and whoever lies about one is named.

The proof opens the ballot it is about and no other one. That rests on a signature which the box asks for: the attack
that it stops is made here for real, and opens a copied ballot as soon as the signature is not looked at.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.ballots import service
from governance.ballots.box import unordered
from governance.ballots.bundle import left_out, recounting
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.bundle.verdict import ONLY_THE_OPENER_KNOWS, PROVED, report
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.sealing import edwards, same_key, signed_seal
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote, brought
from tests.board.factories import SMALL_BOARD
from tests.promises.box_of_five import (
    NO,
    PAIR,
    YES,
    a_card,
    boxed,
    count,
    count_again,
    five_voted,
    manifest_of,
    post,
    put_in_all_that_does_not_count,
    signed,
)


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    """A vote of twenty members, five of whom voted. Its box was made away from the server."""
    return five_voted(session, keys)


def test_each_reason_for_which_a_ballot_is_not_counted_is_proved(vote: Vote) -> None:
    reasons = put_in_all_that_does_not_count(vote)
    whole = count(vote)
    holds, said = report(whole)
    read = json.loads(whole)

    assert holds, said
    assert sorted(each["reason"] for each in read["invalid"]) == sorted(reasons)
    assert PROVED.format(number=len(reasons)) in said
    assert ONLY_THE_OPENER_KNOWS not in said
    assert (read["v"], read["manifest"]["seal"]) == (2, 2)
    for each in read["invalid"]:
        assert hashlib.sha256(base64.b64decode(each["ballot"])).hexdigest() == each["sealed"]
        assert bool(each["proof"]) is (each["reason"] != recounting.UNSIGNED)


@pytest.mark.of_one_database
def test_where_the_server_opens_the_box_it_proves_the_same(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, classes=SMALL_BOARD * 4)
    vote.cast("yes", "yes", "yes", "no")
    vote.members = vote.members[4:]
    reasons = put_in_all_that_does_not_count(vote)
    left_over = next(code for code in vote.cards)
    service.void_card(session, keys, vote.ballot, left_over, AFTER)
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    holds, said = report(bundle.whole or b"")
    assert holds, said
    assert PROVED.format(number=len(reasons)) in said
    assert check_bundle(bundle.public) == []


@pytest.mark.of_one_database
def test_of_a_ballot_that_counted_nothing_leads_to_what_was_sealed(vote: Vote) -> None:
    put_in_all_that_does_not_count(vote)
    read = json.loads(count(vote))
    rows = (*read["invalid"], *read["replaced"], *(each["twin"] for each in read["invalid"] if "twin" in each))
    shown = {each["sealed"] for each in rows}
    good = [each for each in boxed(vote) if hashlib.sha256(each).hexdigest() not in shown]
    body = count_again(vote)
    assert len(good) == 6
    for each in good:
        assert each[1:33].hex() not in body
        assert seals.prover(manifest_of(vote), PAIR.private)(each)[:32].hex() not in body


# The attack of docs/voting.md 2, and what stops it

FACTOR = 7_919


def a_multiple(vote: Vote, copied: bytes, under: Credential) -> bytes:
    """Whoever copied a ballot multiplies its key by a number of their own, and drops rubbish under the product."""
    key = edwards.encoded(edwards.times(FACTOR, edwards.decoded(copied[1:33])))
    rubbish = signed_seal._mark(under.drop_token, key) + bytes(len(copied) - 65 - 64)
    return b"\x02" + key + rubbish + copied[-64:]


def opens_the_copied_one(vote: Vote, copied: bytes, whole: bytes) -> bytes:
    """What is read of a copied ballot with what the bundle shows of its multiple."""
    (row,) = json.loads(whole)["invalid"]
    shown = edwards.decoded(bytes.fromhex(row["proof"])[:32])
    divided = edwards.encoded(edwards.times(pow(FACTOR, -1, edwards.ORDER), shown))
    info = envelope.box_info(manifest_of(vote))
    found = signed_seal.read(copied, info)
    return signed_seal._opened_by(edwards.to_montgomery(divided), found, PAIR.public, info)


@pytest.mark.of_one_database
def test_the_box_takes_no_multiple_of_a_copied_ballot_and_of_one_that_lies_in_it_nothing_is_shown(vote: Vote) -> None:
    copied, thief = boxed(vote)[0], a_card(vote)
    forged = a_multiple(vote, copied, thief)
    with pytest.raises(RuleRefused, match="not sealed by who sends it"):
        vote.drop_sealed(thief.drop_token.hex(), "[]", base64.b64encode(forged).decode())
    unordered.put(vote.session, vote.ballot.id, thief.drop_tag, forged)  # By whoever owns the database.

    def with_a_proof_all_the_same(opened: list[Any]) -> None:
        at = boxed(vote).index(forged) + 1
        assert opened[at] == ["", ""]
        opened[at][1] = same_key.prover(PAIR.private)(forged[1:33], b"whatever").hex()

    whole = count(vote, with_a_proof_all_the_same)
    (row,) = json.loads(whole)["invalid"]
    assert (row["reason"], row["proof"]) == (recounting.UNSIGNED, "")
    assert check_bundle(whole) == []


@pytest.mark.of_one_database
def test_where_the_signature_is_not_looked_at_the_multiple_opens_the_copied_ballot(
    vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the signature, and nothing else, that keeps the attack out."""

    class Anybody:
        @classmethod
        def from_public_bytes(cls, key: bytes) -> Anybody:
            return cls()

        def verify(self, signature: bytes, message: bytes) -> None:
            """Say that it holds."""

    monkeypatch.setattr(signed_seal, "Ed25519PublicKey", Anybody)
    copied, thief = boxed(vote)[0], a_card(vote)
    forged = base64.b64encode(a_multiple(vote, copied, thief)).decode()
    vote.drop_sealed(thief.drop_token.hex(), "[]", forged)
    read = opens_the_copied_one(vote, copied, count(vote))
    assert read == seals.opener(manifest_of(vote), PAIR.private)(copied)
    assert json.loads(read)["choice"] in (YES, NO)


@pytest.mark.of_one_database
def test_nobody_drops_a_copied_ballot_under_a_token_of_their_own(vote: Vote) -> None:
    thief = a_card(vote)
    with pytest.raises(RuleRefused, match="not sealed by who sends it"):
        vote.drop_sealed(thief.drop_token.hex(), "[]", base64.b64encode(boxed(vote)[0]).decode())


@pytest.mark.of_one_database
def test_a_copy_in_another_form_is_no_ballot_and_keeps_nobody_from_counting(vote: Vote) -> None:
    """Put past the box, and opened as a plain seal by who brings it: the voter's own ballot, there twice."""
    copied, info = boxed(vote)[0], envelope.box_info(manifest_of(vote))
    other_form = in_plain_form(copied)
    unordered.put(vote.session, vote.ballot.id, a_card(vote).drop_tag, other_form)
    plain = sealing.open_sealed(PAIR.private, other_form, info)
    assert plain.ljust(envelope.BALLOT_BYTES) == seals.opener(manifest_of(vote), PAIR.private)(copied)

    def opened_as_a_plain_one(opened: list[Any]) -> None:
        opened[boxed(vote).index(other_form) + 1] = [base64.b64encode(plain).decode(), ""]

    whole = count(vote, opened_as_a_plain_one)
    read = json.loads(whole)
    assert [(each["reason"], each["proof"]) for each in read["invalid"]] == [(recounting.UNSIGNED, "")]
    assert len(read["ballots"]) == 5
    assert check_bundle(whole) == []


def in_plain_form(copied: bytes) -> bytes:
    """A signed seal in the form of a plain one: its key as X25519 sends it, and what is sealed."""
    return b"\x01" + edwards.to_montgomery(copied[1:33]) + copied[65:-64]


@pytest.mark.of_one_database
def test_a_ballot_without_its_signature_is_not_counted_whoever_brings_it(vote: Vote) -> None:
    mine = a_card(vote)
    plain = signed(vote, mine)
    unsigned = sealing.seal(PAIR.public, plain, envelope.box_info(manifest_of(vote)))
    unordered.put(vote.session, vote.ballot.id, mine.drop_tag, unsigned)

    def all_the_same(opened: list[Any]) -> None:
        opened[boxed(vote).index(unsigned) + 1] = [base64.b64encode(plain).decode(), ""]

    read = json.loads(count(vote, all_the_same))
    assert ([each["reason"] for each in read["invalid"]], len(read["ballots"])) == ([recounting.UNSIGNED], 5)


# A vote that an older version called keeps its seals


def test_a_vote_with_plain_seals_goes_on_as_it_was_and_says_whom_it_believes(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, classes=SMALL_BOARD * 4).of_an_older_version()
    vote.cast("yes", "yes", "yes", "no")
    vote.members = vote.members[4:]
    mine = a_card(vote)
    post(vote, b"yes please".ljust(envelope.BALLOT_BYTES), mine)
    assert {len(each) for each in boxed(vote)} == {seals.SEALED_BYTES[envelope.PLAIN_SEAL]}
    with_new = {**manifest_of(vote), "seal": envelope.SIGNED_SEAL}
    newer = base64.b64encode(seals.seal(with_new, signed(vote, mine), mine.drop_token)).decode()
    with pytest.raises(RuleRefused, match="no sealed ballot"):
        vote.drop_sealed(mine.drop_token.hex(), "[]", newer)
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    holds, said = report(bundle.whole or b"")
    assert holds, said
    assert ONLY_THE_OPENER_KNOWS in said
    read = json.loads(bundle.whole or b"")
    assert (read["v"], [set(each) for each in read["invalid"]]) == (1, [{"sealed", "reason"}])


@pytest.mark.of_one_database
@pytest.mark.parametrize("older", [False, True])
def test_the_page_seals_as_its_vote_was_called(session: Session, keys: KeyFolder, client: Any, older: bool) -> None:
    vote = a_vote(session, keys)
    vote = vote.of_an_older_version() if older else vote
    with clock.stopped_at(VOTING):
        page = client.get("/vote/1").text
    assert f'data-seal="{1 if older else 2}"' in page
    assert f'data-info="{envelope.box_info(manifest_of(vote)).hex()}"' in page


@pytest.mark.of_one_database
def test_the_seal_stands_in_the_manifest_and_nobody_changes_it_afterwards(vote: Vote) -> None:
    older = {**manifest_of(vote), "seal": envelope.PLAIN_SEAL}
    mine = a_card(vote)
    plain = base64.b64encode(seals.seal(older, signed(vote, mine), mine.drop_token)).decode()
    with pytest.raises(RuleRefused, match="no sealed ballot"):
        vote.drop_sealed(mine.drop_token.hex(), "[]", plain)
    put_in_all_that_does_not_count(vote)
    read = json.loads(count(vote))
    for version, seal in ((1, 2), (2, 1), (1, 1), (3, 3), (1, True)):
        assert check_bundle(canonical({**read, "v": version, "manifest": {**read["manifest"], "seal": seal}}))
    read["v"] = 1
    read["manifest"]["seal"] = 1
    del read["replaced"], read["voided"]
    read["invalid"] = [{name: each[name] for name in ("sealed", "reason")} for each in read["invalid"]]
    assert "not the one in the ledger" in check_bundle(canonical(read))[0]


@pytest.mark.of_one_database
def test_what_tellers_bring_is_what_the_command_and_the_browser_make(vote: Vote) -> None:
    first = boxed(vote)[0]
    plain, proof = brought(vote.ballot, PAIR.private, first)
    assert left_out.inside(manifest_of(vote), first, bytes.fromhex(proof)) == json.loads(base64.b64decode(plain))
