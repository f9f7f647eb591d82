"""Proving what is not counted, or was replaced: while the counting key is here, or with what tellers brought back.

It is a part of `tallying.py`. What it adds to the lists goes into the bundle as it is, and the same
check as anybody's (`bundle/left_out.py`) is made of it first: a bundle that does not hold is never published.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from governance.ballots.box.opening import NOT_PROVED, OpenedBox
from governance.ballots.bundle import left_out
from governance.ballots.bundle.recounting import Recount, SortedOut
from governance.ballots.papers import envelope
from governance.ruling.errors import RuleRefused

Row = dict[str, Any]


def prove(opened: OpenedBox, found: SortedOut, keys: left_out.CardKeys) -> None:
    """Put the sealed ballot and its proof beside each that is not counted. A vote with plain seals has no such proof.

    Raises RuleRefused where what tellers brought back does not prove itself.
    """
    manifest = opened.ballot.manifest or {}
    listed = (*found.invalid, *found.replaced)
    if envelope.seal_of(manifest) == envelope.PLAIN_SEAL or not listed:
        return
    shown = _shown_by(opened, {each["sealed"] for each in listed} | set(found.twins.values()))
    found.invalid = [_row(each, found, shown) for each in found.invalid]
    found.replaced = [shown(each["sealed"]) for each in found.replaced]
    claims = left_out.Claims(
        found.invalid, found.replaced, found.superseded, found.counted, [each.hex() for each in opened.hashes]
    )
    if any(left_out.problems(Recount(manifest), claims, keys)):
        raise RuleRefused(NOT_PROVED)


def _shown_by(opened: OpenedBox, wanted: set[str]) -> Callable[[str], Row]:
    """Return what gives the sealed ballot with one of these hashes, and its proof, as the bundle has them."""
    places = {each.hex(): place for place, each in enumerate(opened.hashes) if each.hex() in wanted}

    def shown(digest: str) -> Row:
        place = places[digest]
        sealed, proof = opened.sealed[place], opened.proof_of(place)
        return {"sealed": digest, "ballot": base64.b64encode(sealed).decode(), "proof": proof.hex()}

    return shown


def _row(each: Row, found: SortedOut, shown: Callable[[str], Row]) -> Row:
    twin = {"twin": shown(found.twins[each["sealed"]])} if each["sealed"] in found.twins else {}
    return {**each, **shown(each["sealed"]), **twin}
