"""The smallest true vote: a board of five, two tellers, fixed words, a ballot."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from secrets import token_bytes
from typing import Any

from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import service
from governance.ballots.bundle import manifests
from governance.ballots.bundle.canonical import canonical
from governance.ballots.models import Ballot, Count
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential, drop_message, key_message
from governance.ballots.passes.issuers import PURPOSES, Pairs
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from governance.sealing import blind
from tests.board.factories import SMALL_BOARD, a_board
from tests.laid_out import laid_out
from tests.people.factories import a_card, open_with
from tests.proposals.factories import WHOLE, frozen

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OPENS = NOW + timedelta(hours=1)
CLOSES = NOW + timedelta(days=3)
VOTING = OPENS + timedelta(hours=1)
AFTER = CLOSES + timedelta(hours=1)


@dataclass
class Vote:
    """A ballot and the people around it."""

    session: Session
    keys: KeyFolder
    ballot: Ballot
    proposal: Proposal
    members: list[int]
    tellers: list[people.Card]
    cards: list[str]

    def cast(self, *choices: Any) -> None:
        """Let the members draw a card and drop *choices*, in the order of their seats; None draws one and rests."""
        for member, choice in zip(self.members, choices, strict=False):
            service.sign_for(self.session, self.ballot, member, VOTING)
            card = self.cards.pop()
            if choice:
                said = choice if isinstance(choice, dict) else {"choice": choice}
                service.drop(self.session, self.keys, self.ballot, card, said, VOTING)

    def drop_sealed(self, token: str, grants: str, sealed: str, now: datetime = VOTING) -> None:
        """Send a sealed ballot as a device does."""
        mine = service.read_sealed(self.session, self.ballot.number, token, grants, sealed)
        assert mine
        service.drop_sealed(self.session, mine, lambda: now)

    def own_pass(self, seat: int, now: datetime = NOW) -> OwnPass:
        """Let a member's device make a pass while the vote is not open yet."""
        mine = OwnPass.begun(self.ballot)
        answer = service.sign_blinded(self.keys, self.ballot.number, mine.sent)
        service.mark_blind(self.session, self.ballot, self.members[seat], mine.sent, now)
        mine.finish(answer)
        return mine

    def of_an_older_version(self) -> Vote:
        """Return this vote as an older version called it: its ballots have plain seals, and no hash holds its words."""
        older = {"seal", "words"}
        fixed = {name: said for name, said in (self.ballot.manifest or {}).items() if name not in older}
        self.ballot.manifest = fixed
        self.ballot.manifest_leaf = ledger.append(self.session, "decisions", "manifest", fixed)
        self.session.commit()
        return self

    def opened_apart(self, private: bytes) -> tuple[dict[str, Any], list[Any]]:
        """Close the box, and open it somewhere else: return what was taken away, and what was in it."""
        teller = self.tellers[0].account_id
        service.publish_box(self.session, self.keys, self.ballot, teller, AFTER)
        taken = service.box_to_open(self.session, self.keys, self.ballot, teller, AFTER)
        test, *boxed = (base64.b64decode(each) for each in taken["sealed"])
        info = bytes.fromhex(taken["info"])
        word = base64.b64encode(sealing.open_sealed(private, test, info)).decode()
        return taken, [word, *(brought(self.ballot, private, each) for each in boxed)]

    def print_cards(self) -> None:
        """Make the cards, in an order drawn by lot."""
        self.cards = service.make_cards(self.session, self.keys, self.ballot, NOW)
        random.shuffle(self.cards)

    @property
    def parts_handed_in(self) -> int:
        """How many tellers have handed in their part of the counting key."""
        return sum(service.key_parts(self.session, self.ballot).values())

    def count(self) -> Count:
        """Let both tellers hand in their part after close."""
        counts = [
            service.hand_in_part(
                self.session, self.keys, self.ballot, open_with(self.session, self.keys, teller), AFTER
            )
            for teller in self.tellers
        ]
        assert counts[0] is None
        assert counts[1]
        return counts[1]


def brought(ballot: Ballot, private: bytes, sealed: bytes) -> str | list[str]:
    """Return what somebody brings back who opened one sealed ballot elsewhere."""
    manifest = ballot.manifest or {}
    try:
        plain = base64.b64encode(seals.opener(manifest, private)(sealed)).decode()
    except sealing.SealBroken:
        plain = ""
    proof = seals.prover(manifest, private)(sealed).hex()
    return plain if envelope.seal_of(manifest) == envelope.PLAIN_SEAL else [plain, proof]


@laid_out
def a_vote(session: Session, keys: KeyFolder, kind: str = "majority", fields: Any = WHOLE, **more: Any) -> Vote:
    """Return a ballot on fixed words, by a board of three lived, one family and one health seat.

    *fields*: what the proposal says, or what makes that once the members sit.
    """
    members = a_board(session, keys, more.pop("classes", SMALL_BOARD), day=NOW.date())
    for account_id in more.pop("seats", []):
        _seat_instead(session, account_id, members[0])
        members[0] = account_id
    tellers = [a_card(session, keys, Role.TELLER) for _ in range(2)]
    proposal = frozen(session, members[0], fields(members) if callable(fields) else fields, keys)
    fixed = {"tellers": [teller.account_id for teller in tellers], "opens_at": OPENS, "closes_at": CLOSES, "now": NOW}
    ballot = service.call_vote(session, keys, proposal, kind=kind, **{**fixed, **more})
    vote = Vote(session, keys, ballot, proposal, members, tellers, [])
    vote.print_cards()
    session.commit()
    return vote


def another_vote(vote: Vote, **more: Any) -> Ballot:
    """Call a second vote beside *vote*, on other words."""
    fixed = {"tellers": [each.account_id for each in vote.tellers], "opens_at": OPENS, "closes_at": CLOSES, "now": NOW}
    words = frozen(vote.session, vote.members[0], replace(WHOLE, title="Open for whom?"))
    ballot = service.call_vote(vote.session, vote.keys, words, kind="majority", **{**fixed, **more})
    vote.session.commit()
    return ballot


def _seat_instead(session: Session, account_id: int, holder: int) -> None:
    """Let an account sit where another one sat."""
    seat = board.seat_of(session, holder, NOW.date())
    assert seat
    board.end_term(session, seat.seat_id, NOW.date())
    board.seat_member(session, seat.seat_id, account_id, NOW.date())


@cache
def some_issuers() -> Pairs:
    """Issuers' keys that are short, and made once: only tests may use the same for two ballots."""
    return {purpose: blind.new_issuer(blind.LEAST_BITS) for purpose in PURPOSES}


@dataclass
class OwnPass:
    """A pass as a member's own device makes it, by the rules of static/ballots/passes.js."""

    credential: Credential
    election: str
    issuers: Sequence[Any]
    sent: str = ""
    secrets: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    grants: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def begun(cls, ballot: Ballot) -> OwnPass:
        """Draw a token and a key, and blind both for each issuer of the manifest."""
        manifest = ballot.manifest or {}
        issuers = manifests.issuers_apart(manifest)
        mine = cls(Credential(token_bytes(32), token_bytes(32)), manifest["election"], issuers)
        drop = drop_message(mine.election, mine.credential.drop_token)
        blinded = {"drop": mine._blind("drop", drop)}
        blinded["ballot"] = mine._blind("ballot", key_message(mine.election, mine.credential.public))
        mine.sent = json.dumps(blinded)
        return mine

    def key_of(self, purpose: str, at: int = 0) -> bytes:
        """An issuer's public key for this purpose."""
        return base64.b64decode(self.issuers[at]["drop" if purpose == "drop" else "key"])

    def _blind(self, purpose: str, message: bytes) -> list[str]:
        prepared = [blind.prepare(message) for _ in self.issuers]
        blinded = [blind.blind(self.key_of(purpose, at), each) for at, each in enumerate(prepared)]
        self.secrets[purpose] = [(each, made.inverse) for each, made in zip(prepared, blinded, strict=True)]
        return [base64.b64encode(each.message).decode() for each in blinded]

    def finish(self, *answers: Mapping[str, list[str]]) -> None:
        """Take the blinds off, of the answer of each issuer."""
        for purpose, secrets in self.secrets.items():
            self.grants[purpose] = []
            for at, ((prepared, inverse), answer) in enumerate(zip(secrets, answers, strict=True)):
                signed = base64.b64decode(answer[purpose][0])
                grant = blind.grant(prepared, blind.finalize(self.key_of(purpose, at), prepared, signed, inverse))
                self.grants[purpose].append(base64.b64encode(grant).decode())

    def ask(self, voucher: Mapping[str, Any]) -> str:
        """What the device asks of a partner, as text."""
        blinded = {purpose: each[-1] for purpose, each in json.loads(self.sent).items()}
        return "RVASK1:" + base64.b64encode(canonical({"v": 1, "voucher": voucher, "blinded": blinded})).decode()

    @property
    def text(self) -> str:
        """The pass as it is printed."""
        held = {"v": 1, "election": self.election, "grants": self.grants, "seq": 0}
        own = {"drop": self.credential.drop_token.hex(), "seed": self.credential.seed.hex()}
        return "RVPASS1 " + base64.b64encode(canonical({**held, **own})).decode()

    def sealed(self, ballot: Ballot, choice: Mapping[str, Any], seq: int = 0) -> tuple[str, str, str]:
        """What casting sends: the token, its grants, the sealed ballot."""
        plain = envelope.signed(self.credential, self.election, choice, seq=seq, grants=self.grants["ballot"])
        sealed = seals.seal(ballot.manifest or {}, plain, self.credential.drop_token)
        token = self.credential.drop_token.hex()
        return token, json.dumps(self.grants["drop"]), base64.b64encode(sealed).decode()


ABOUT_PEOPLE = replace(WHOLE, about_participants=True)
