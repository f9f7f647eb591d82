"""Promise 7: whoever lies about a ballot that was left out, or about a card, is named by the check."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.bundle import left_out, recounting
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.bundle.verdict import HANDED_BACK, PROVED, report
from governance.ballots.models import VoidedCard
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential, from_code
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.sealing import edwards, signed_seal
from tests.ballots.factories import AFTER, Vote
from tests.promises.box_of_five import (
    NO,
    NOT_PROVED,
    PAIR,
    STRANGE,
    Lie,
    a_card,
    boxed,
    count,
    count_again,
    five_voted,
    manifest_of,
    post,
    proof_of,
    sealed_as,
    signed,
)


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    """A vote of twenty members, five of whom voted. Its box was made away from the server."""
    return five_voted(session, keys)


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


def row(vote: Vote, digest: str, proof: str, reason: str = recounting.NO_SEAL, **more: Any) -> Any:
    ballot = base64.b64encode(sealed_as(vote, digest)).decode()
    return {"sealed": digest, "reason": reason, "ballot": ballot, "proof": proof, **more}


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


OPENS = "opens and can be counted, and was left out"
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
