"""A vote of twenty members, five of whom voted, whose box was made away from the server: for promise 7."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import service
from governance.ballots.box import unordered
from governance.ballots.bundle import recounting
from governance.ballots.models import Box
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential, from_code, new_code
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote
from tests.board.factories import SMALL_BOARD
from tests.laid_out import laid_out

PAIR, STRANGE = sealing.new_pair(), sealing.new_pair()
YES, NO = {"choice": "yes"}, {"choice": "no"}
NOT_PROVED = "was left out is not proved"  # What the check says of a ballot.
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
    unordered.put(vote.session, vote.ballot.id, b"\1" * 32, b"not sealed at all")
    plain = signed(vote, nobody, NO)
    changed, odd = plain.replace(b'"no"', b'"yes"')[: len(plain)], signed(vote, mine, {"choice": "?"})
    for at, each in enumerate((b"yes please", plain, changed, odd)):
        under = Credential(bytes([at]) * 32, mine.seed)
        sealed = seals.seal(manifest_of(vote), each, under.drop_token)
        unordered.put(vote.session, vote.ballot.id, under.drop_tag, sealed)
    post(vote, signed(vote, voided), voided)
    for member in vote.members:  # A name for each ballot that is put in by hand: else the box stays shut.
        service.sign_for(vote.session, vote.ballot, member, VOTING)
    twice = signed(vote, mine, NO, seq=1)
    for at in (4, 5, 6):
        under = Credential(bytes([at]) * 32, mine.seed)
        unordered.put(
            vote.session, vote.ballot.id, under.drop_tag, seals.seal(manifest_of(vote), twice, under.drop_token)
        )
    return [
        recounting.NO_SEAL, recounting.UNSIGNED, envelope.NOT_WRITTEN, recounting.NOT_LET_IN, envelope.NOT_SIGNED,
        recounting.NO_CHOICE, recounting.SAME_AGAIN, recounting.SAME_AGAIN,
    ]  # fmt: skip


def count_again(vote: Vote) -> str:
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    return (bundle.whole or b"").decode()


def sealed_as(vote: Vote, digest: str) -> bytes:
    return next(each for each in boxed(vote) if hashlib.sha256(each).hexdigest() == digest)


def proof_of(vote: Vote, sealed: bytes, private: bytes = PAIR.private) -> str:
    return seals.prover(manifest_of(vote), private)(sealed).hex()
