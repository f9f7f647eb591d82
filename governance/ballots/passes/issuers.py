"""The keys that sign passes blind: one RSA key for each purpose, made for one ballot and used for nothing else.

The private halves lie in the key folder and are destroyed with the ballots; the public halves stand in the manifest,
as one issuer of its list. Source: RFC 9474; `docs/design.md` 6.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from governance.ballots.bundle import manifests
from governance.ballots.models import Ballot
from governance.ballots.passes.voucher import PURPOSES
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.sealing import blind

MOST_ISSUERS = 2  # This programme, and a partner organisation.
NOT_BLINDED = N_("What this device sent is no pass. Load the page again, or draw a card.")

LONGEST_MESSAGE = 4_096  # Letters of one blinded message: 512 for a key of 3,072 bits.

Pairs = Mapping[str, blind.IssuerPair]


def new_issuers() -> Pairs:
    """Return fresh keys for one ballot. This takes about a second: call it before the database is asked anything."""
    return {purpose: blind.new_issuer() for purpose in PURPOSES}


def keep_issuers(keys: KeyFolder, ballot: Ballot, pairs: Pairs) -> None:
    """Put the private halves into the key folder; without any, passes are not signed blind in this ballot."""
    for purpose, pair in pairs.items():
        keys.make(_name(ballot.number, purpose), partial(getattr, pair, "private"))


def issuer_names(ballot: Ballot) -> list[str]:
    """Return the names in the key folder of the private halves."""
    return [_name(ballot.number, purpose) for purpose in PURPOSES]


def blind_issuer(keys: KeyFolder, ballot: Ballot) -> dict[str, str] | None:
    """Return the public halves as the issuer that stands in the manifest; None for a ballot without blind passes."""
    held = [keys.read(_name(ballot.number, purpose)) for purpose in PURPOSES]
    drop, key = (base64.b64encode(blind.public_half(each)).decode() if each else "" for each in held)
    if not drop or not key:
        return None
    return {"kind": manifests.BLIND, "variant": blind.PASSES.name, "drop": drop, "key": key}


def sign_blinded(keys: KeyFolder, number: int, sent: str) -> dict[str, list[str]]:
    """Return this programme's blind signatures for what a browser sent for ballot *number*. Asks no database.

    *sent*: JSON, for each purpose a list with one blinded message for each issuer, in base64, this programme's first.
    The answer has the same form with the first alone: what a partner signs is not looked at here.
    Raises RuleRefused for anything else, and for a ballot without blind passes.
    """
    try:
        blinded = json.loads(sent)
        if set(blinded) != set(PURPOSES) or not all(_are_messages(each) for each in blinded.values()):
            raise RuleRefused(NOT_BLINDED)
        return {purpose: [_signed(keys, number, purpose, blinded[purpose][0])] for purpose in PURPOSES}
    except (ValueError, TypeError, KeyError, RecursionError, blind.NotBlindlySigned) as wrong:
        raise RuleRefused(NOT_BLINDED) from wrong


def _are_messages(given: Any) -> bool:
    texts = isinstance(given, list) and all(isinstance(each, str) and len(each) < LONGEST_MESSAGE for each in given)
    return texts and 1 <= len(given) <= MOST_ISSUERS


def _signed(keys: KeyFolder, number: int, purpose: str, blinded: Any) -> str:
    private = keys.read(_name(number, purpose))
    if private is None:
        raise RuleRefused(NOT_BLINDED)
    return base64.b64encode(blind.blind_sign(private, base64.b64decode(blinded, validate=True))).decode()


def _name(number: int, purpose: str) -> str:
    return f"ballot-{number}.{purpose}.key"
