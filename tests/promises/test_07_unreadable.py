"""Promise 7: a ballot that is called unreadable is proved to be so, and whoever lies about one is named.

The proof opens the ballot it is about and no other one. That rests on a signature which the box asks for: the attack
that it stops is made here for real, and opens a copied ballot as soon as the signature is not looked at.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.ballots import service
from governance.ballots.box import unordered
from governance.ballots.bundle import left_out, recounting
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import NOT_A_BUNDLE, check_bundle
from governance.ballots.bundle.verdict import HANDED_BACK, ONLY_THE_OPENER_KNOWS, PROVED, report
from governance.ballots.models import Box, VoidedCard
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential, from_code, new_code
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.sealing import edwards, same_key, signed_seal
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote, brought
from tests.board.factories import SMALL_BOARD
from tests.laid_out import laid_out
from tests.mutations.unnoticed import in_bundles

PAIR, STRANGE = sealing.new_pair(), sealing.new_pair()
YES, NO = {"choice": "yes"}, {"choice": "no"}
Lie = Callable[[Any, str], Any]


def manifest_of(vote: Vote) -> Any:
    return vote.ballot.manifest


def a_card(vote: Vote) -> Credential:
    """A card that somebody drew."""
    service.sign_for(vote.session, vote.ballot, vote.members.pop(), VOTING)
    return from_code(vote.cards.pop(), manifest_of(vote)["election"])


def signed(vote: Vote, by: Credential, choice: Any = YES, seq: int = 0) -> bytes:
    return envelope.signed(by, manifest_of(vote)["election"], choice, seq=seq)


def post(vote: Vote, plain: bytes, under: Credential, to: bytes = b"") -> bytes:
    """Let a device seal something, to the key of the box or to another one, and send it. Return what was sent."""
    manifest = {**manifest_of(vote), "counting_key": to.hex()} if to else manifest_of(vote)
    sealed = seals.seal(manifest, plain, under.drop_token)
    vote.drop_sealed(under.drop_token.hex(), "[]", base64.b64encode(sealed).decode())
    return sealed


@laid_out
def five_voted(session: Session, keys: KeyFolder) -> Vote:
    """Let five of twenty members vote."""
    vote = a_vote(session, keys, classes=SMALL_BOARD * 4, counting_key=PAIR.public)
    for choice in (YES, YES, YES, NO, NO):
        mine = a_card(vote)
        post(vote, signed(vote, mine, choice), mine)
    return vote


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    """A vote of twenty members, five of whom voted. Its box was made away from the server."""
    return five_voted(session, keys)


def boxed(vote: Vote) -> list[bytes]:
    return list(vote.session.scalars(select(Box.sealed).where(Box.ballot_id == vote.ballot.id).order_by(Box.drop_tag)))


def count(vote: Vote, change: Callable[[list[Any]], None] = lambda opened: None) -> bytes:
    """Open the box elsewhere, *change* what was in it, bring it back, count it, and return the bundle."""
    _, opened = vote.opened_apart(PAIR.private)
    change(opened)
    sent, teller = io.BytesIO(json.dumps(opened).encode()), vote.tellers[0].account_id
    service.count_opened(vote.session, vote.keys, vote.ballot, teller, sent, AFTER)
    vote.session.commit()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    assert bundle.whole
    return bundle.whole


def put_in_all_that_does_not_count(vote: Vote) -> list[str]:
    """Put in one ballot for each reason there is, and return the reasons."""
    election = manifest_of(vote)["election"]
    mine, spare, voided = a_card(vote), a_card(vote), a_card(vote)
    nobody = from_code(new_code(), election)
    post(vote, signed(vote, mine), mine)
    post(vote, signed(vote, mine), spare, to=STRANGE.public)
    unordered.put(vote.session, vote.ballot, b"\1" * 32, b"not sealed at all")
    plain = signed(vote, nobody, NO)
    changed, odd = plain.replace(b'"no"', b'"yes"')[: len(plain)], signed(vote, mine, {"choice": "?"})
    for at, each in enumerate((b"yes please", plain, changed, odd)):
        under = Credential(bytes([at]) * 32, mine.seed)
        sealed = seals.seal(manifest_of(vote), each, under.drop_token)
        unordered.put(vote.session, vote.ballot, under.drop_tag, sealed)
    post(vote, signed(vote, voided), voided)
    for member in vote.members:  # A name for each ballot that is put in by hand: else the box stays shut.
        service.sign_for(vote.session, vote.ballot, member, VOTING)
    twice = signed(vote, mine, NO, seq=1)
    for at in (4, 5, 6):
        under = Credential(bytes([at]) * 32, mine.seed)
        unordered.put(vote.session, vote.ballot, under.drop_tag, seals.seal(manifest_of(vote), twice, under.drop_token))
    return [
        recounting.NO_SEAL, recounting.UNSIGNED, envelope.NOT_WRITTEN, recounting.NOT_LET_IN, envelope.NOT_SIGNED,
        recounting.NO_CHOICE, recounting.SAME_AGAIN, recounting.SAME_AGAIN,
    ]  # fmt: skip


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


def count_again(vote: Vote) -> str:
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    return (bundle.whole or b"").decode()


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
    unordered.put(vote.session, vote.ballot, thief.drop_tag, forged)  # By whoever owns the database.

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
    unordered.put(vote.session, vote.ballot, a_card(vote).drop_tag, other_form)
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
    unordered.put(vote.session, vote.ballot, mine.drop_tag, unsigned)

    def all_the_same(opened: list[Any]) -> None:
        opened[boxed(vote).index(unsigned) + 1] = [base64.b64encode(plain).decode(), ""]

    read = json.loads(count(vote, all_the_same))
    assert ([each["reason"] for each in read["invalid"]], len(read["ballots"])) == ([recounting.UNSIGNED], 5)


# Whoever lies is named


def a_false_word(vote: Vote, monkeypatch: pytest.MonkeyPatch, lie: Lie) -> list[str]:
    """Let the opener and the server lie together about the first ballot, and return what a check says of the bundle."""
    first = hashlib.sha256(boxed(vote)[0]).hexdigest()
    with monkeypatch.context() as hostile:
        hostile.setattr("governance.ballots.box.shown.left_out.problems", lambda *of: iter(()))
        hostile.setattr(
            "governance.ballots.box.opening._read",
            lambda manifest, sealed, plain: (
                recounting.NO_SEAL
                if hashlib.sha256(sealed).hexdigest() == first
                else envelope.read(plain, manifest["election"])
            ),
        )
        hostile.setattr(left_out, "inside", lambda manifest, sealed, proof: recounting.NO_SEAL)
        hostile.setattr("governance.ballots.box.shown._row", lambda each, found, shown: lie(vote, each["sealed"]))
        whole = count(vote)
    return check_bundle(whole)


def sealed_as(vote: Vote, digest: str) -> bytes:
    return next(each for each in boxed(vote) if hashlib.sha256(each).hexdigest() == digest)


def row(vote: Vote, digest: str, proof: str, reason: str = recounting.NO_SEAL, **more: Any) -> Any:
    ballot = base64.b64encode(sealed_as(vote, digest)).decode()
    return {"sealed": digest, "reason": reason, "ballot": ballot, "proof": proof, **more}


def proof_of(vote: Vote, sealed: bytes, private: bytes = PAIR.private) -> str:
    return seals.prover(manifest_of(vote), private)(sealed).hex()


def the_true_proof(vote: Vote, digest: str) -> Any:
    return row(vote, digest, proof_of(vote, sealed_as(vote, digest)))


def of_another_key(vote: Vote, digest: str) -> Any:
    return row(vote, digest, proof_of(vote, sealed_as(vote, digest), STRANGE.private))


def of_another_ballot(vote: Vote, digest: str) -> Any:
    return row(vote, digest, proof_of(vote, boxed(vote)[1]))


def with_another_result(vote: Vote, digest: str) -> Any:
    shown = edwards.encoded(edwards.times(12345, edwards.EIGHT_TIMES_BASE)).hex()
    return row(vote, digest, shown + proof_of(vote, sealed_as(vote, digest))[64:])


def with_no_proof(vote: Vote, digest: str) -> Any:
    return row(vote, digest, "")


def with_another_ballot(vote: Vote, digest: str) -> Any:
    other = boxed(vote)[1]
    return {**row(vote, digest, proof_of(vote, other)), "ballot": base64.b64encode(other).decode()}


def as_if_it_were_not_signed(vote: Vote, digest: str) -> Any:
    return row(vote, digest, "", recounting.UNSIGNED)


def as_if_it_were_voided(vote: Vote, digest: str) -> Any:
    return {**the_true_proof(vote, digest), "reason": recounting.VOIDED}


def as_if_it_were_there_twice(vote: Vote, digest: str) -> Any:
    return {**the_true_proof(vote, digest), "reason": recounting.SAME_AGAIN}


def as_if_it_were_its_own_twin(vote: Vote, digest: str) -> Any:
    shown = the_true_proof(vote, digest)
    twin = {name: shown[name] for name in ("sealed", "ballot", "proof")}
    return {**shown, "reason": recounting.SAME_AGAIN, "twin": twin}


def as_if_another_were_its_twin(vote: Vote, digest: str) -> Any:
    other = boxed(vote)[1]
    twin = {
        "sealed": hashlib.sha256(other).hexdigest(), "ballot": base64.b64encode(other).decode(),
        "proof": proof_of(vote, other),
    }  # fmt: skip
    return {**the_true_proof(vote, digest), "reason": recounting.SAME_AGAIN, "twin": twin}


def sealed_once_more_as_its_twin(vote: Vote, digest: str) -> Any:
    """By whoever opened it and so can seal what was in it again: that one lies in no box."""
    plain = seals.opener(manifest_of(vote), PAIR.private)(sealed_as(vote, digest))
    again = seals.seal(manifest_of(vote), plain, bytes(32))
    twin = {
        "sealed": hashlib.sha256(again).hexdigest(), "ballot": base64.b64encode(again).decode(),
        "proof": proof_of(vote, again),
    }  # fmt: skip
    return {**the_true_proof(vote, digest), "reason": recounting.SAME_AGAIN, "twin": twin}


OPENS, NOT_PROVED = "opens and can be counted, and was left out", "was left out is not proved"
LIES: list[tuple[Lie, str]] = [
    (the_true_proof, OPENS),
    (of_another_key, NOT_PROVED),
    (of_another_ballot, NOT_PROVED),
    (with_another_result, NOT_PROVED),
    (with_no_proof, NOT_PROVED),
    (with_another_ballot, NOT_PROVED),
    (as_if_it_were_not_signed, NOT_PROVED),
    (as_if_it_were_voided, OPENS),
    (as_if_it_were_there_twice, OPENS),
    (as_if_it_were_its_own_twin, OPENS),
    (as_if_another_were_its_twin, OPENS),
    (sealed_once_more_as_its_twin, "A ballot opens and was left out"),
]


@pytest.mark.of_one_database
@pytest.mark.parametrize(("lie", "named"), LIES)
def test_a_lie_about_a_ballot_that_opens_is_named_and_it_alone(
    vote: Vote, monkeypatch: pytest.MonkeyPatch, lie: Lie, named: str
) -> None:
    """Opener and server lie together, and sign what they made: nothing else in the bundle is wrong."""
    told = a_false_word(vote, monkeypatch, lie)
    assert [named in each for each in told] == [True]


@pytest.mark.of_one_database
def test_where_proofs_are_not_looked_at_the_lie_would_pass(vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same bundles hold in everything else."""
    assert a_false_word(vote, monkeypatch, the_true_proof) != []
    whole = count_again(vote).encode()
    monkeypatch.setattr("governance.ballots.bundle.checking.left_out.problems", lambda *of: iter(()))
    assert check_bundle(whole) == []


@pytest.mark.of_one_database
def test_the_verifier_in_one_file_names_the_lie(vote: Vote, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    a_false_word(vote, monkeypatch, the_true_proof)
    alone, bundle = tmp_path / "verifier.py", tmp_path / "bundle.json"
    alone.write_text(service.verifier(), encoding="utf-8")
    bundle.write_bytes(count_again(vote).encode())
    asked = [sys.executable, "-I", str(alone), str(bundle)]
    told = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (told.returncode, told.stdout) == (1, "")
    assert OPENS in told.stderr


# Cards that were handed back


def with_a_voted_card_called_unused(vote: Vote, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let who printed the cards put the code of one that was voted with among the voided. Return its tracker."""
    code = vote.cards[-1]
    mine = a_card(vote)
    post(vote, signed(vote, mine, NO), mine)
    with pytest.raises(RuleRefused, match="Someone voted with this card"):
        service.void_card(vote.session, vote.keys, vote.ballot, code, AFTER)
    vote.session.add(VoidedCard(ballot_id=vote.ballot.id, code=code))
    vote.session.flush()
    with pytest.raises(RuleRefused, match="does not prove why"):
        count(vote)
    with monkeypatch.context() as hostile:
        hostile.setattr("governance.ballots.box.shown.left_out.problems", lambda *of: iter(()))
        count(vote)
    return recounting.tracker({"key": mine.public.hex()})


@pytest.mark.of_one_database
def test_a_ballot_whose_card_is_called_unused_and_lay_in_the_box_is_named(
    vote: Vote, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who printed the cards knows each code: with the server they could leave out whom they do not like."""
    named = left_out.VOTED_WITH.format(with_a_voted_card_called_unused(vote, monkeypatch))
    whole = count_again(vote).encode()
    assert [each["reason"] for each in json.loads(whole)["invalid"]] == [recounting.VOIDED]
    assert check_bundle(whole) == [named]
    alone, bundle = tmp_path / "verifier.py", tmp_path / "bundle.json"
    alone.write_text(service.verifier(), encoding="utf-8")
    bundle.write_bytes(whole)
    asked = [sys.executable, "-I", str(alone), str(bundle)]
    told = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (told.returncode, told.stdout) == (1, "")
    assert named in told.stderr
    monkeypatch.setattr(signed_seal.SignedSeal, "is_under", lambda seal, token: False)
    assert check_bundle(whole) == [], "the control: nothing else in it is wrong"


@pytest.mark.of_one_database
def test_a_card_that_was_left_over_is_voided_and_not_called_proved(vote: Vote) -> None:
    """Its ballot lay under the token of another card: that both were one person's is more than a check can tell."""
    left_over, spare = vote.cards.pop(), a_card(vote)
    odd = Credential(spare.drop_token, from_code(left_over, manifest_of(vote)["election"]).seed)
    post(vote, signed(vote, odd), odd)
    post(vote, b"yes please".ljust(envelope.BALLOT_BYTES), a_card(vote))
    service.void_card(vote.session, vote.keys, vote.ballot, left_over, AFTER)
    whole = count(vote)
    holds, said = report(whole)
    assert holds, said
    assert recounting.VOIDED in {each["reason"] for each in json.loads(whole)["invalid"]}
    assert PROVED.format(number=1) in said
    assert HANDED_BACK.format(number=1) in said


@pytest.mark.of_one_database
def test_proofs_of_two_that_are_exchanged_and_reasons_that_are_not_theirs_are_named(vote: Vote) -> None:
    put_in_all_that_does_not_count(vote)
    whole = count(vote)
    rows = {each["reason"]: at for at, each in enumerate(json.loads(whole)["invalid"])}
    one, other = rows[recounting.NO_SEAL], rows[envelope.NOT_WRITTEN]

    def told(change: Callable[[Any], None]) -> list[str]:
        read = json.loads(whole)
        change(read["invalid"])
        return check_bundle(canonical(read))

    def exchange(invalid: Any) -> None:
        invalid[one]["proof"], invalid[other]["proof"] = invalid[other]["proof"], invalid[one]["proof"]

    assert [NOT_PROVED in each for each in told(exchange)] == [True, True]
    for reason in sorted(recounting.REASONS - {recounting.NO_SEAL}):
        lied = told(lambda all_, reason=reason: all_[one].update(reason=reason))  # type: ignore[misc]
        assert ["for another reason" in each for each in lied] == [True]
    unsigned = rows[recounting.UNSIGNED]
    assert NOT_PROVED in told(lambda all_: all_[unsigned].update(proof=all_[one]["proof"]))[0]
    same = [at for at, each in enumerate(json.loads(whole)["invalid"]) if each["reason"] == recounting.SAME_AGAIN]

    def each_the_other_s_twin(invalid: Any) -> None:
        for at, twin in (same, same[::-1]):
            invalid[at]["twin"] = {name: invalid[twin][name] for name in ("sealed", "ballot", "proof")}

    assert ["and was not counted" in each for each in told(each_the_other_s_twin)] == [True, True]
    assert told(lambda all_: all_[one].update(more=1)) == told(lambda all_: all_[one].pop("proof")) != []


@pytest.mark.of_one_database
def test_a_twin_holds_what_it_must_and_nothing_more(vote: Vote) -> None:
    """What nobody reads anybody could write in, and the digest would be of another file."""
    put_in_all_that_does_not_count(vote)
    whole = count(vote)
    at = next(n for n, each in enumerate(json.loads(whole)["invalid"]) if "twin" in each)

    def told(change: Callable[[Any], None]) -> list[str]:
        read = json.loads(whole)
        change(read["invalid"][at])
        return check_bundle(canonical(read))

    more: list[Callable[[Any], None]] = [
        lambda each: each["twin"].update(reason="x"),
        lambda each: each["twin"].update(twin=dict(each["twin"])),
        lambda each: each["twin"].update(reason=each["reason"], twin={}),
        lambda each: each.update(twin=None),
    ]
    assert told(lambda each: None) == []
    assert [told(change) for change in more] == [[NOT_A_BUNDLE]] * len(more)


def two_of_one_card(vote: Vote) -> Credential:
    """Put in a ballot, and a newer one of the same card under another token, which no honest device does."""
    mine, spare = a_card(vote), a_card(vote)
    post(vote, signed(vote, mine), mine)
    post(vote, signed(vote, mine, NO, seq=1), spare)
    return mine


def shown_of(vote: Vote, sealed: bytes) -> Any:
    ballot, proof = base64.b64encode(sealed).decode(), proof_of(vote, sealed)
    return {"sealed": hashlib.sha256(sealed).hexdigest(), "ballot": ballot, "proof": proof}


@pytest.mark.of_one_database
def test_a_ballot_that_was_replaced_is_shown_to_have_lain_in_the_box(vote: Vote) -> None:
    mine = two_of_one_card(vote)
    whole = count(vote)
    read = json.loads(whole)
    assert (check_bundle(whole), len(read["replaced"]), len(read["superseded"])) == ([], 1, 1)

    def told(*replaced: Any) -> list[str]:
        return check_bundle(canonical({**read, "replaced": list(replaced)}))

    (shown,) = read["replaced"]
    counted = next(each for each in boxed(vote) if hashlib.sha256(each).hexdigest() != shown["sealed"])
    older = json.loads(base64.b64decode(brought(vote.ballot, PAIR.private, sealed_as(vote, shown["sealed"]))[0]))
    again = seals.seal(manifest_of(vote), canonical(older).ljust(envelope.BALLOT_BYTES), mine.drop_token)
    assert "not shown that it lay in the box" in told()[0]
    assert NOT_PROVED in told({**shown, "proof": proof_of(vote, counted)})[0]
    both = sorted((shown_of(vote, counted), shown), key=lambda each: str(each["sealed"]))
    assert ["none of those that were replaced" in each for each in told(*both)] == [True]
    assert "replaced seals is not in order" in told(*both[::-1])[0]
    assert "replaced seals is not in order, or one stands there twice" in told(shown, shown)[0]
    assert "none of those that were replaced" in told(shown, shown)[1]
    assert "which is not in the box" in told(shown_of(vote, again))[0]
    assert told({**shown, "more": 1}) == check_bundle(canonical({**read, "replaced": {}})) != []


@pytest.mark.of_one_database
def test_a_ballot_that_lay_in_no_box_takes_the_place_of_none(vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    """A voter helps: they sign an older ballot for the opener, who lists it as replaced and leaves another one out."""
    mine = a_card(vote)
    post(vote, signed(vote, mine, NO, seq=1), mine)
    older = base64.b64encode(signed(vote, mine)).decode()

    def another_in_its_place(opened: list[Any]) -> None:
        at = next(n for n, each in enumerate(opened[1:], 1) if b'"yes"' in base64.b64decode(each[0]))
        opened[at][0] = older

    with pytest.raises(RuleRefused, match="does not prove why"):
        count(vote, another_in_its_place)
    monkeypatch.setattr("governance.ballots.box.shown.left_out.problems", lambda *of: iter(()))
    forged = count(vote, another_in_its_place)
    assert check_bundle(forged) == [], "the control: nothing else in it is wrong"
    monkeypatch.undo()
    assert "none of those that were replaced" in check_bundle(forged)[0]


@pytest.mark.of_one_database
def test_no_change_of_a_result_with_proofs_in_it_passes(vote: Vote) -> None:
    """Bytes flipped, lost, added, digits and lines exchanged, as `make test-mutations` does it."""
    put_in_all_that_does_not_count(vote)
    whole = count(vote)
    assert check_bundle(whole) == []
    assert list(in_bundles(random.Random(7), [whole], 60)) == []


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
