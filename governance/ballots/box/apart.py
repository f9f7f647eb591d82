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
from governance.ballots import rules
from governance.ballots.box.counting import close_box, count_box, sealed_in
from governance.ballots.bundle import building as bundles
from governance.ballots.bundle import pieces
from governance.ballots.calling.manifests import election_of, pass_key_name
from governance.ballots.finding import key_parts, stage_of
from governance.ballots.models import Ballot, Count
from governance.ballots.papers import sealed as papers
from governance.ballots.papers.typing_in import papers_waiting
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.sentences import N_

NOT_YET = N_("Close the box first. Then its seal is in the ledger before anyone opens it.")
NOT_THIS_BOX = N_("This is not what lay in this box. Open it again with two shares of this vote.")


def publish_box(session: Session, keys: KeyFolder, ballot: Ballot, teller: int, now: datetime) -> None:
    """Put the root of the box into the ledger, after close, before anything is opened. Safe to do again.

    Raises RuleRefused before close and to who is no teller of this vote.
    """
    session.refresh(ballot, with_for_update=True)
    _check(session, ballot, teller, now)
    rules.check_no_paper_waits(papers_waiting(session, ballot))
    close_box(session, keys, ballot, now.date())


def box_to_open(session: Session, keys: KeyFolder, ballot: Ballot, teller: int, now: datetime) -> dict[str, Any]:
    """Return what a teller takes away to open: the sealed ballots in the order of their tokens, behind a test word."""
    _check(session, ballot, teller, now)
    _check_published(ballot)
    info = papers.box_info(election_of(keys, ballot))
    test = sealing.seal(ballot.public_key, _test_word(session, keys, ballot), info)
    sealed = [test, *sealed_in(session, ballot)]
    return {
        "programme": keys.programme,
        "ballot": ballot.number,
        "info": info.hex(),
        "public_key": ballot.public_key.hex(),
        "sealed": [base64.b64encode(each).decode() for each in sealed],
    }


def count_opened(
    session: Session, keys: KeyFolder, ballot: Ballot, teller: int, sent: BinaryIO, now: datetime
) -> Count:  # fmt: skip
    """Count what a teller opened. *sent*: a JSON list in the order of the box, in base64, "" for what did not open.

    It is read one ballot at a time, so a large box is never held as text and as ballots together. Raises RuleRefused
    for what is no such list, has another length, or lacks the test word; and a second time.
    """
    session.refresh(ballot, with_for_update=True)
    _check(session, ballot, teller, now)
    _check_published(ballot)
    opened, sealed = _plain_in(sent), sealed_in(session, ballot)
    if not hmac.compare_digest(next(opened, b""), _test_word(session, keys, ballot)):
        raise RuleRefused(NOT_THIS_BOX)
    return count_box(session, keys, ballot, sealed, _ballots_in(election_of(keys, ballot), sealed, opened))


def _check(session: Session, ballot: Ballot, teller: int, now: datetime) -> None:
    rules.check_may_open_box(stage_of(session, ballot, now), tellers_here=rules.TELLERS)
    if not ballot.key_apart or teller not in key_parts(session, ballot):
        raise RuleRefused(N_("You are no teller of this vote. Its two tellers open the box."))


def _check_published(ballot: Ballot) -> None:
    if ballot.box_leaf is None:
        raise RuleRefused(NOT_YET)


def _test_word(session: Session, keys: KeyFolder, ballot: Ballot) -> bytes:
    """Return what only the holders of two shares can read out of the box's first seal."""
    sealed = hashlib.sha256(b"".join(sealed_in(session, ballot))).digest()
    return hmac.digest(keys.need(pass_key_name(ballot)), b"opening" + sealed, "sha256")


def _plain_in(sent: BinaryIO) -> Iterator[bytes]:
    """Yield what a teller opened, in the order of the box. Raises RuleRefused for what is no such list."""
    try:
        for each in pieces.elements(sent):
            yield base64.b64decode(each, validate=True)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise RuleRefused(NOT_THIS_BOX) from wrong


def _ballots_in(
    election: str, sealed: Sequence[bytes], opened: Iterator[bytes]
) -> Iterator[tuple[bytes, dict[str, Any] | str]]:
    for each in sealed:
        plain = next(opened, None)
        if plain is None:
            raise RuleRefused(NOT_THIS_BOX)
        try:
            inside: dict[str, Any] | str = papers.read(plain, election) if plain else bundles.NO_SEAL
        except papers.Unreadable as broken:
            inside = str(broken)
        yield hashlib.sha256(each).digest(), inside
    if next(opened, None) is not None:
        raise RuleRefused(NOT_THIS_BOX)
