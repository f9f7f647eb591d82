"""Opening the box whose root is fixed: with two parts of the counting key here, or with what tellers opened elsewhere.

The step before is `root.py`; the next, `tallying.py`, says which of the ballots count, and counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots.box.root import FixedBox, check_root, hashes_of, sealed_in
from governance.ballots.bundle import left_out, recounting
from governance.ballots.models import Ballot
from governance.ballots.papers import envelope, seals
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.sealing.same_key import NotProved

NOT_PROVED = N_("What came back leaves out a ballot and does not prove why. Tell both tellers, and open the box again.")


@dataclass(frozen=True)
class Brought:
    """What somebody who opened a box elsewhere says was in one sealed ballot, and what proves it; b"" for nothing."""

    plain: bytes
    proof: bytes = b""


@dataclass(frozen=True)
class OpenedBox:
    """What came out of a box, in the order of its tokens.

    *hashes*: SHA-256 of each *sealed* ballot. *inside*: for each of them the ballot, or why it is none; it is opened as
    it is read, and can be read once. *proof_of*: what proves of the ballot in this place what is in it, once it was
    read. *with_recovery*: the board's recovery part stood in for a teller's.
    """

    fixed: FixedBox
    sealed: Sequence[bytes]
    hashes: Sequence[bytes]
    inside: Iterable[dict[str, Any] | str]
    proof_of: Callable[[int], bytes]
    with_recovery: bool = False

    @property
    def ballot(self) -> Ballot:
        """The vote whose box it is."""
        return self.fixed.ballot


def open_with_parts(
    session: Session, fixed: FixedBox, parts: Sequence[bytes], *, with_recovery: bool = False
) -> OpenedBox:
    """Join two *parts* of the counting key, and open the box with it. *with_recovery*: one is the board's.

    Raises ValueError when the parts do not belong together, RuleRefused when the box is not as it was fixed.
    """
    private = sealing.join_secret([sealing.Share.from_text(each.decode()) for each in parts])
    manifest, sealed = fixed.ballot.manifest or {}, sealed_in(session, fixed.ballot)
    hashes = hashes_of(sealed)
    check_root(fixed, hashes)
    opener, prover = seals.opener(manifest, private), seals.prover(manifest, private)
    inside = (_read(manifest, each, _plain(opener, each)) for each in sealed)
    return OpenedBox(fixed, sealed, hashes, inside, lambda place: prover(sealed[place]), with_recovery)


def opened_elsewhere(fixed: FixedBox, sealed: Sequence[bytes], brought: Iterable[Brought]) -> OpenedBox:
    """Return what tellers opened away from here. *brought*: what each of *sealed* held, and what proves it.

    Raises RuleRefused when the box is not as it was fixed, and as it is read for a proof that does not hold.
    """
    hashes = hashes_of(sealed)
    check_root(fixed, hashes)
    proofs: list[bytes] = []
    inside = _believed(fixed.ballot.manifest or {}, sealed, brought, proofs)
    return OpenedBox(fixed, sealed, hashes, inside, proofs.__getitem__)


def _believed(
    manifest: Mapping[str, Any], sealed: Sequence[bytes], brought: Iterable[Brought], proofs: list[bytes]
) -> Iterator[dict[str, Any] | str]:
    """Yield what each sealed ballot holds. A ballot proves itself; where none was brought, the proof is asked.

    One that is not signed as its vote asks shows that by itself, and of it nothing that was brought is looked at: it
    may be another's, put past the box in another form.
    """
    for each, one in zip(sealed, brought, strict=True):
        if not seals.may_be_shown(manifest, each):
            proofs.append(b"")
            yield recounting.UNSIGNED
            continue
        proofs.append(one.proof)
        found = _read(manifest, each, one.plain or None)
        if isinstance(found, str) and envelope.seal_of(manifest) == envelope.SIGNED_SEAL:
            try:
                found = left_out.inside(manifest, each, one.proof)
            except NotProved as wrong:
                raise RuleRefused(NOT_PROVED) from wrong
        yield found


def _plain(opener: Callable[[bytes], bytes], sealed: bytes) -> bytes | None:
    """Return what a sealed ballot holds, None for one that does not open with this key."""
    try:
        return opener(sealed)
    except sealing.SealBroken:
        return None


def _read(manifest: Mapping[str, Any], sealed: bytes, plain: bytes | None) -> dict[str, Any] | str:
    if plain is None:
        return recounting.NO_SEAL if seals.may_be_shown(manifest, sealed) else recounting.UNSIGNED
    try:
        return envelope.read(plain, manifest["election"])
    except envelope.Unreadable as broken:
        return str(broken)
