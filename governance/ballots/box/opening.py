"""Opening the box whose root is fixed: with two parts of the counting key here, or with what tellers opened elsewhere.

The step before is `root.py`; the next, `tallying.py`, says which of the ballots count, and counts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots.box.root import FixedBox, check_root, hashes_of, sealed_in
from governance.ballots.bundle import recounting
from governance.ballots.models import Ballot
from governance.ballots.papers import envelope


@dataclass(frozen=True)
class OpenedBox:
    """What came out of a box, in the order of its tokens.

    *hashes*: SHA-256 of each sealed ballot. *inside*: for each of them the ballot, or why it is none; it is opened as
    it is read, and can be read once. *with_recovery*: the board's recovery part stood in for a teller's.
    """

    fixed: FixedBox
    hashes: Sequence[bytes]
    inside: Iterable[dict[str, Any] | str]
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
    sealed, election = sealed_in(session, fixed.ballot), _election(fixed)
    hashes = hashes_of(sealed)
    check_root(fixed, hashes)
    return OpenedBox(fixed, hashes, _read(_opened(private, sealed, election), election), with_recovery)


def opened_elsewhere(fixed: FixedBox, sealed: Sequence[bytes], opened: Iterable[bytes]) -> OpenedBox:
    """Return what tellers opened away from here. *opened*: what each of *sealed* held, b"" where it did not open.

    Raises RuleRefused when the box is not as it was fixed.
    """
    hashes = hashes_of(sealed)
    check_root(fixed, hashes)
    return OpenedBox(fixed, hashes, _read((each or None for each in opened), _election(fixed)))


def _election(fixed: FixedBox) -> str:
    return str((fixed.ballot.manifest or {})["election"])


def _opened(private: bytes, sealed: Sequence[bytes], election: str) -> Iterator[bytes | None]:
    """Yield what each sealed ballot holds, None for one that does not open with this key."""
    opener = sealing.opener(private, envelope.box_info(election))
    for each in sealed:
        try:
            yield opener(each)
        except sealing.SealBroken:
            yield None


def _read(opened: Iterable[bytes | None], election: str) -> Iterator[dict[str, Any] | str]:
    for each in opened:
        try:
            yield recounting.NO_SEAL if each is None else envelope.read(each, election)
        except envelope.Unreadable as broken:
            yield str(broken)
