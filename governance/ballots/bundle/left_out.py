"""What lay in the box and was not counted, and what proves that it could not be: nobody has to believe the opener.

A ballot that its voter replaced by another one is shown in the same way: else one that lay in no box could take the
place of one that is left out. An honest card or pass has one token, under which a new ballot takes the place of the
older one while the vote is open; so what lies in the box twice was put there on purpose.

It goes for votes whose seals are signed (`sealing/signed_seal.py`). Of each such ballot the bundle then has the sealed
ballot itself and a proof by who held the counting key. From both follows what is inside, or that nothing opens it; a
seal that is not signed shows that by itself, and of it nothing else is ever shown. Source: `docs/voting.md` 2.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from governance.ballots.bundle.recounting import (
    NO_SEAL,
    SAME_AGAIN,
    UNSIGNED,
    VOIDED,
    Manifest,
    Opened,
    Recount,
    tracker,
    which,
)
from governance.ballots.papers import envelope
from governance.ballots.passes.credential import from_code
from governance.sealing import signed_seal
from governance.sealing.padding import SealBroken
from governance.sealing.same_key import NotProved

NOT_PROVED = "Why {} was left out is not proved. The proof does not hold."
VOTED_WITH = "The card of the ballot {} is said to be unused, and it lay in the box."

Row = Mapping[str, Any]
Known = tuple[str, int, str]  # By what `which` knows a ballot.


@dataclass(frozen=True)
class CardKeys:
    """The keys of a vote's cards by their SHA-256: *all* of them, and those that were handed back and *voided*.

    With each that was voided stands the token under which its card drops a ballot.
    """

    all: frozenset[str]
    voided: Mapping[str, bytes]


def card_keys(keys: Iterable[str], codes: Iterable[str], election: str) -> CardKeys:
    """Return the keys of an *election*'s cards, with the *codes* of those that were handed back."""
    cards = (from_code(code, election) for code in codes)
    return CardKeys(frozenset(keys), {card.key_tag.hex(): card.drop_token for card in cards})


def inside(manifest: Manifest, sealed: bytes, proof: bytes) -> Opened | str:
    """Return the ballot in a sealed one, or why it is none, as the *proof* shows. Raises NotProved."""
    info = envelope.box_info(manifest)
    try:
        found = signed_seal.read(sealed, info)
    except SealBroken:
        return UNSIGNED
    try:
        plain = signed_seal.open_proved(found, proof, bytes.fromhex(manifest["counting_key"]), info)
        return envelope.read(plain, manifest["election"])
    except SealBroken:
        return NO_SEAL
    except envelope.Unreadable as broken:
        return str(broken)


@dataclass(frozen=True)
class Claims:
    """What a bundle says of its box. *invalid* and *replaced*: sealed ballots with proofs, as the bundle has them.

    *superseded* and *counted*: the ballots that came out. *boxed*: the SHA-256 of each sealed ballot.
    """

    invalid: Iterable[Row]
    replaced: Iterable[Row]
    superseded: Iterable[Opened]
    counted: Iterable[Opened]
    boxed: Iterable[str]


def problems(recount: Recount, claims: Claims, keys: CardKeys) -> Iterator[str]:
    """Yield each lie of those who left ballots out: by calling them invalid, or by another one in their place."""
    left_out: set[str] = set()
    twins: dict[str, Known] = {}
    for row in claims.invalid:
        left_out.add(row["sealed"])
        try:
            wrong, twin = _wrong_with(recount, row, keys)
        except NotProved:
            wrong, twin = NOT_PROVED.format(row["sealed"]), None
        if wrong:
            yield wrong
        if twin:
            twins[row["twin"]["sealed"]] = twin
    replaced: set[str] = set()
    older = {which(each): tracker(each) for each in claims.superseded}
    for row in claims.replaced:
        yield from _wrong_with_replaced(recount, row, keys, older, replaced | left_out)
        replaced.add(row["sealed"])
    for name in older.values():
        yield f"The ballot {name} is said to be replaced, and it is not shown that it lay in the box."
    yield from _not_there(claims, twins, replaced, left_out)


def _not_there(claims: Claims, twins: Mapping[str, Known], replaced: set[str], left_out: set[str]) -> Iterator[str]:
    """Yield which replaced ballots, and which that stand for one that is there twice, did not lie in the box."""
    if not twins and not replaced:
        return
    there = {each for each in claims.boxed if each in twins or each in replaced}
    for digest in sorted(replaced - there):
        yield f"A replaced ballot is said to be {digest}, which is not in the box."
    wanted = frozenset(twins.values())
    listed = {known for each in chain(claims.counted, claims.superseded) if (known := which(each)) in wanted}
    for digest, twin in twins.items():
        if digest not in there - left_out or twin not in listed:
            yield f"A ballot opens and was left out. {digest} is said to be the same one, and was not counted."


def _wrong_with_replaced(
    recount: Recount, row: Row, keys: CardKeys, older: dict[Known, str], used: set[str]
) -> Iterator[str]:
    """Yield what is wrong with the proof that a replaced ballot lay in the box, and take it out of *older*."""
    try:
        ballot, _ = _shown_in(recount, row, keys)
    except NotProved:
        yield NOT_PROVED.format(row["sealed"])
        return
    if row["sealed"] in used or isinstance(ballot, str) or older.pop(which(ballot), None) is None:
        yield f"The sealed ballot {row['sealed']} is none of those that were replaced."


def _wrong_with(recount: Recount, row: Row, keys: CardKeys) -> tuple[str, Known | None]:
    """Return what is wrong with a row, and of a ballot that is there twice by what its twin is known."""
    ballot, reason = _shown_in(recount, row, keys)
    if not isinstance(ballot, str) and reason == VOIDED and _lay_under_its_card(recount, row, ballot, keys):
        return VOTED_WITH.format(tracker(ballot)), None
    if isinstance(ballot, str) or reason:
        same = reason == row["reason"] and "twin" not in row
        return "" if same else f"The sealed ballot {row['sealed']} was left out for another reason. {reason}", None
    if row["reason"] == SAME_AGAIN and "twin" in row and row["twin"]["sealed"] != row["sealed"]:
        other, _ = _shown_in(recount, row["twin"], keys)
        if not isinstance(other, str) and which(other) == which(ballot):
            return "", which(ballot)
    return f"The ballot {tracker(ballot)} opens and can be counted, and was left out.", None


def _lay_under_its_card(recount: Recount, row: Row, ballot: Opened, keys: CardKeys) -> bool:
    """Whether the ballot of a voided card was sealed to be dropped under that card's own token.

    No honest count voids such a card: it was not left over. Whoever printed the cards knows each code, and would so
    leave out whom they do not like.
    """
    found = signed_seal.read(b64decode(row["ballot"]), envelope.box_info(recount.manifest))
    return found.is_under(keys.voided[hashlib.sha256(bytes.fromhex(ballot["key"])).hexdigest()])


def _shown_in(recount: Recount, shown: Row, keys: CardKeys) -> tuple[Opened | str, str]:
    """Return what is in a sealed ballot, and why it cannot be counted, "" when it can. Raises NotProved."""
    sealed = b64decode(shown["ballot"])
    if hashlib.sha256(sealed).hexdigest() != shown["sealed"]:
        raise NotProved
    ballot = inside(recount.manifest, sealed, bytes.fromhex(shown["proof"]))
    if ballot == UNSIGNED and shown["proof"]:
        raise NotProved
    return ballot, ballot if isinstance(ballot, str) else recount.why_invalid(ballot, keys.all, keys.voided)
