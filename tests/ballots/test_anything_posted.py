"""Whatever a voter posts at the box, what comes out is a bundle that the verifier takes: no voter makes a forgery.

Each seed lets every holder of a card post many things, true and untrue, and send others' sealed ballots again.
"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.box import opening, root
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.calling.kinds import Kind, Settings
from governance.ballots.models import Ballot, Box
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential, from_code, new_code
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import VOTING, Vote, a_vote, some_issuers

DEEP = '{"a":' * 3000
CHOICES: list[Any] = [
    {"choice": "yes"}, {"choice": "no"}, {"choice": "perhaps"}, {"choice": True}, {"choice": {"choice": "yes"}}, {},
    {"choice": "yes", "by": "Teal"}, {"p1": "Ann"}, {"ranks": "0" * 64}, {"choice": "block", "ground": "", "named": 7},
    {"1": None}, {"choice": ["yes"]}, {"choice": "y\u0065\u0301s"}, {"Ann": "1", "Ben": "9999999999999999999999"},
]  # fmt: skip
FIELDS: list[tuple[str, Any]] = [
    ("v", True), ("v", 2), ("seq", 2**53 - 1), ("seq", True), ("seq", -1), ("key", "A" * 64), ("nonce", "g" * 32),
    ("nonce", "0" * 32), ("election", "another/1"), ("grants", [""]), ("grants", ["x" * 200] * 9), ("grants", [[]]),
    ("more", 1), ("signature", ""), ("choice", []), ("ranks", []), ("ranks", ["0" * 64]),
]  # fmt: skip
RUBBISH = [b"", b"yes please", b"[]", b"null", DEEP.encode(), b'{"v":1,"v":1}', b'{"seq":NaN}', b"\xff" * 4096]


@dataclass(frozen=True)
class Holder:
    """Who holds a card, or a pass made on their own device: with that, what its issuers signed."""

    credential: Credential
    drop: str = "[]"
    grants: tuple[str, ...] = ()


def made(dice: random.Random, holder: Holder, election: str) -> bytes:
    """Return what somebody seals: a ballot, one with a field or a choice that is none, or rubbish."""
    if dice.random() < 0.15:
        return dice.choice(RUBBISH)
    mine = holder.credential
    choice = dice.choice(CHOICES[:2] if dice.random() < 0.5 else CHOICES)
    ballot: dict[str, Any] = {
        "v": 1, "election": election, "key": mine.public.hex(), "grants": list(holder.grants), "seq": dice.randrange(3),
        "choice": choice, "nonce": dice.choice(["0" * 32, dice.randbytes(16).hex()]),
    }  # fmt: skip
    ballot |= dict([dice.choice(FIELDS)]) if dice.random() < 0.4 else {}
    unsigned = {name: value for name, value in ballot.items() if name not in envelope.UNSIGNED}
    ballot = {"signature": base64.b64encode(mine.sign(canonical(unsigned))).decode(), **ballot}
    return canonical(ballot).ljust(envelope.BALLOT_BYTES)


def holders(vote: Vote, passes: int) -> list[Holder]:
    """Give the first members a pass of their own device, and the others a card."""
    election = (vote.ballot.manifest or {})["election"]
    own = [vote.own_pass(seat) for seat in range(passes)]
    for member in vote.members[passes:]:
        service.sign_for(vote.session, vote.ballot, member, VOTING)
    made_apart = [
        Holder(each.credential, json.dumps(each.grants["drop"]), tuple(each.grants["ballot"])) for each in own
    ]
    return [*made_apart, *(Holder(from_code(vote.cards.pop(), election)) for _ in vote.members[passes:])]


def post_anything(dice: random.Random, vote: Vote, passes: int = 0) -> None:
    """Let five people with a card or a pass each, and one who has seen all that was sent, post sixty things."""
    manifest = vote.ballot.manifest or {}
    election, is_older = manifest["election"], envelope.seal_of(manifest) == envelope.PLAIN_SEAL
    cards, nobody = holders(vote, passes), Holder(from_code(new_code(), election))
    sent: list[str] = []
    whose: dict[str, Holder] = {}
    for _ in range(60):
        mine, key = dice.choice([*cards, nobody]), dice.choice([*cards, nobody])
        plain = made(dice, mine if dice.random() < 0.7 else key, election)
        own = base64.b64encode(seals.seal(manifest, plain, mine.credential.drop_token)).decode()
        sent.append(dice.choice([*sent, own]) if dice.random() < 0.3 else own)
        whose.setdefault(sent[-1], mine)
        try:
            vote.drop_sealed(mine.credential.drop_token.hex(), mine.drop, sent[-1])
            assert whose[sent[-1]] is mine or is_older
        except RuleRefused:
            is_long = len(base64.b64decode(sent[-1])) != seals.SEALED_BYTES[envelope.seal_of(manifest)]
            assert mine is nobody or is_long or (not is_older and whose[sent[-1]] is not mine)


def what_the_verifier_says(vote: Vote) -> list[str]:
    vote.count()
    vote.session.commit()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    assert bundle.whole
    return check_bundle(bundle.whole)


@pytest.mark.on_both
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", [Kind.MAJORITY, Kind.RANKED])
@pytest.mark.parametrize("older", [False, True], ids=["signed seals", "plain seals"])
def test_nothing_that_is_posted_makes_a_bundle_the_verifier_refuses(
    session: Session, keys: KeyFolder, kind: Kind, seed: int, older: bool
) -> None:
    more = {"settings": Settings(options=("Ann", "Ben"))} if kind is Kind.RANKED else {}
    vote = a_vote(session, keys, kind, **more)
    vote = vote.of_an_older_version() if older else vote
    post_anything(random.Random(seed), vote)

    assert what_the_verifier_says(vote) == []


OTHER_KINDS: list[tuple[Kind, dict[str, Any]]] = [
    (Kind.CONSENT, {}), (Kind.CHOOSE_SEVERAL, {"options": ("Ann", "Ben")}), (Kind.SCORE, {"options": ("Ann", "Ben")}),
    (Kind.DOTS, {"options": ("Ann", "Ben"), "dots": 3}),
    (Kind.BUDGET, {"options": ("Ann", "Ben"), "prices": (3, 4), "budget": 7}),
    (Kind.ELECT, {"options": ("Ann", "Ben", "Cas"), "seats": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "asked"), OTHER_KINDS, ids=[str(kind) for kind, _ in OTHER_KINDS])
def test_nor_in_a_vote_of_another_kind_or_with_passes_of_ones_own(
    session: Session, keys: KeyFolder, kind: Kind, asked: dict[str, Any]
) -> None:
    vote = a_vote(session, keys, kind, settings=Settings(**asked), issuers=some_issuers())
    post_anything(random.Random(kind), vote, passes=2)

    assert what_the_verifier_says(vote) == []


@pytest.mark.on_both
@pytest.mark.parametrize("with_the_rule", [True, False])
def test_the_same_sealed_ballot_under_two_cards_lies_in_the_box_once(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch, with_the_rule: bool
) -> None:
    """Two members, or one with a spare card, could make any vote look forged; without the rule they do."""
    if not with_the_rule:
        monkeypatch.setattr(root, "hashes_in", lambda *of: root.hashes_of(as_it_lies(*of)))
        monkeypatch.setattr(opening, "sealed_in", as_it_lies)
    vote = a_vote(session, keys).of_an_older_version()  # A signed seal is refused under another token.
    vote.cast("yes", "yes", "no", "yes")
    again = session.scalars(select(Box.sealed).where(Box.ballot_id == vote.ballot.id)).first() or b""
    service.sign_for(session, vote.ballot, vote.members[4], VOTING)
    spare = from_code(vote.cards.pop(), (vote.ballot.manifest or {})["election"])
    vote.drop_sealed(spare.drop_token.hex(), "[]", base64.b64encode(again).decode())
    told = what_the_verifier_says(vote)

    assert ("The sealed ballots are not in order, or one stands there twice." in told) is not with_the_rule
    assert not (told and with_the_rule)


def as_it_lies(session: Session, ballot: Ballot) -> list[bytes]:
    """What lay in the box, without the rule."""
    return list(session.scalars(select(Box.sealed).where(Box.ballot_id == ballot.id).order_by(Box.drop_tag)))
