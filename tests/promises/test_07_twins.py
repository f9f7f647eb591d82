"""Promise 7: a ballot that another one of the same card replaced is shown with its twin, and nothing passes for one."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.ballots.bundle import recounting
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import NOT_A_BUNDLE, check_bundle
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import Vote, brought
from tests.mutations.unnoticed import in_bundles
from tests.promises.box_of_five import (
    NO,
    NOT_PROVED,
    PAIR,
    a_card,
    boxed,
    count,
    five_voted,
    manifest_of,
    post,
    proof_of,
    put_in_all_that_does_not_count,
    sealed_as,
    signed,
)


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    """A vote of twenty members, five of whom voted. Its box was made away from the server."""
    return five_voted(session, keys)


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
