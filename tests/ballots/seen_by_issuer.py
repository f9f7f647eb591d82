"""What an issuer can keep of the passes that it signed blind, held against what their ballots show."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from governance.sealing import blind
from tests.ballots.factories import OwnPass


@dataclass
class SeenByIssuer:
    """Numbers of passes, in the order of the members: *asked* and *signed* by the issuer, and *shown* with a ballot.

    *public*: the issuer's key for dropping; *at*: which of the issuers of a vote it is.
    """

    public: bytes
    at: int
    asked: list[int] = field(default_factory=list)
    signed: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)

    def keep(self, mine: OwnPass, answered: Mapping[str, list[str]]) -> None:
        """Keep what one member's device sent, was answered, and shows in the end."""
        self.asked.append(_number(json.loads(mine.sent)["drop"][self.at]))
        self.signed.append(_number(answered["drop"][0]))
        self.shown.append(_number(mine.grants["drop"][self.at], skip=blind.PREFIX_BYTES))

    def joins_nothing(self) -> None:
        """Check that for each member and each ballot there is a blind which would have made the one of the other."""
        key = load_der_public_key(self.public)
        assert isinstance(key, rsa.RSAPublicKey)
        n, e = key.public_numbers().n, key.public_numbers().e
        for asked, signed in zip(self.asked, self.signed, strict=True):
            for shown in self.shown:
                blind_of_the_two = signed * pow(shown, -1, n) % n
                assert pow(blind_of_the_two, e, n) * pow(shown, e, n) % n == asked
        assert not set(self.asked) & {pow(each, e, n) for each in self.shown}, "what was asked is not what is shown"


def _number(text: str, skip: int = 0) -> int:
    return int.from_bytes(base64.b64decode(text)[skip:], "big")
