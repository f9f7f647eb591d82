"""Opening the box with a key that was never on the server: it hands out what is sealed, and counts what comes back.

The tellers open the ballots in a browser or offline, with two of the three shares. What they bring back is believed
only as far as it proves itself: each ballot by its signature and its grant, and two shares by a test word.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots.box.closing import ClosedBox, close
from governance.ballots.box.counting import count
from governance.ballots.box.opening import Brought, opened_elsewhere
from governance.ballots.box.root import fix_root, fixed_before, sealed_in
from governance.ballots.bundle import pieces
from governance.ballots.calling.ballot_keys import pass_key_name
from governance.ballots.models import Ballot, Count
from governance.ballots.now.finding import key_parts
from governance.ballots.papers import envelope
from governance.keys.keyfolder import KeyFolder
from governance.places.service import day_of
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NOT_THIS_BOX = N_("This is not what lay in this box. Open it again with two shares of this vote.")


def publish_box(session: Session, keys: KeyFolder, ballot: Ballot, teller: int, now: datetime) -> None:
    """Put the root of the box into the ledger, after close, before anything is opened. Safe to do again.

    Raises RuleRefused before close and to who is no teller of this vote.
    """
    session.refresh(ballot, with_for_update=True)
    fix_root(session, keys, _closed(session, ballot, teller, now), day_of(session, now))


def box_to_open(session: Session, keys: KeyFolder, ballot: Ballot, teller: int, now: datetime) -> dict[str, Any]:
    """Return what a teller takes away to open: the sealed ballots in the order of their tokens, behind a test word."""
    fixed_before(session, _closed(session, ballot, teller, now))
    boxed, info = sealed_in(session, ballot), envelope.box_info(ballot.manifest or {})
    test = sealing.seal(ballot.public_key, _test_word(keys, ballot, boxed), info)
    return {
        "programme": keys.programme,
        "ballot": ballot.number,
        "info": info.hex(),
        "public_key": ballot.public_key.hex(),
        "sealed": [base64.b64encode(each).decode() for each in (test, *boxed)],
    }


def count_opened(
    session: Session, keys: KeyFolder, ballot: Ballot, teller: int, sent: BinaryIO, now: datetime
) -> Count:  # fmt: skip
    """Count what a teller opened. *sent*: a JSON list in the order of the box, in base64, "" for what did not open.

    Where the seals are signed each is a list of two: what was in it, and the proof of that in hexadecimal.
    It is read one ballot at a time, so a large box is never held as text and as ballots together. Raises RuleRefused
    for what is no such list, has another length, or lacks the test word; and a second time.
    """
    session.refresh(ballot, with_for_update=True)
    fixed = fixed_before(session, _closed(session, ballot, teller, now))
    opened, boxed = _brought_in(sent), sealed_in(session, ballot)
    if not hmac.compare_digest(next(opened, Brought(b"")).plain, _test_word(keys, ballot, boxed)):
        raise RuleRefused(NOT_THIS_BOX)
    return count(session, keys, opened_elsewhere(fixed, boxed, _just(len(boxed), opened)))


def _closed(session: Session, ballot: Ballot, teller: int, now: datetime) -> ClosedBox:
    """Return the closed box for one of its tellers. Raises RuleRefused to everybody else."""
    closed = close(session, ballot, now)
    if not ballot.key_apart or teller not in key_parts(session, ballot):
        raise RuleRefused(N_("You are no teller of this vote. Its two tellers open the box."))
    return closed


def _test_word(keys: KeyFolder, ballot: Ballot, boxed: Sequence[bytes]) -> bytes:
    """Return what only the holders of two shares can read out of the box's first seal."""
    sealed = hashlib.sha256(b"".join(boxed)).digest()
    return hmac.digest(keys.need(pass_key_name(ballot)), b"opening" + sealed, "sha256")


def _brought_in(sent: BinaryIO) -> Iterator[Brought]:
    """Yield what a teller opened, in the order of the box. Raises RuleRefused for what is no such list."""
    try:
        for each in pieces.elements(sent):
            plain, proof = each if isinstance(each, list) else (each, "")
            yield Brought(base64.b64decode(plain, validate=True), bytes.fromhex(proof))
    except (ValueError, TypeError, RecursionError) as wrong:
        raise RuleRefused(NOT_THIS_BOX) from wrong


def _just(number: int, opened: Iterator[Brought]) -> Iterator[Brought]:
    """Yield what was *opened*. Raises RuleRefused unless it is just so many ballots."""
    for _ in range(number):
        brought = next(opened, None)
        if brought is None:
            raise RuleRefused(NOT_THIS_BOX)
        yield brought
    if next(opened, None) is not None:
        raise RuleRefused(NOT_THIS_BOX)
