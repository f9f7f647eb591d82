"""Letting in a ballot that was sealed on somebody's device: what a cast asks of its vote, and nothing more.

Most ballots come this way, and many in the last minutes. So the vote is not loaded as a page loads it. A ballot is
checked before the lock with the manifest that this process read before, and the read that locks the vote gives what may
be another by then: the manifest too, and where that is not the same, the ballot is checked again.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Table, Text, bindparam, cast, select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.box import unordered
from governance.ballots.bundle import manifests
from governance.ballots.models import Ballot, CardDrop, Count
from governance.ballots.papers import seals
from governance.ballots.papers.seals import NO_BALLOT
from governance.ballots.passes.blind_passes import TOKEN_BYTES, texts
from governance.ruling.errors import RuleRefused

_votes: Table = Ballot.__table__
_cards: Table = CardDrop.__table__
_counts: Table = Count.__table__

_MANIFEST = cast(_votes.c.manifest, Text)  # As text: it is read into an object once for all ballots of its vote.
_TO_CHECK = select(_MANIFEST).where(_votes.c.number == bindparam("number"))
_HAS_CARD = select(_cards.c.tag).where(_cards.c.ballot_id == _votes.c.id, _cards.c.tag == bindparam("tag"))
_CARD_NOW = select(_cards.c.tag).where(_cards.c.ballot_id == bindparam("vote"), _cards.c.tag == bindparam("tag"))
_IS_COUNTED = select(_counts.c.ballot_id).where(_counts.c.ballot_id == _votes.c.id)
# The root of a box is fixed, and so stands in this row, before its vote is counted: who waited for the lock reads that
# row as it is then, and of the other tables what was there when they began to wait.
_LOCKED = (
    select(
        _votes.c.id,
        _votes.c.opens_at,
        _votes.c.closes_at,
        _votes.c.cancelled_reason.is_not(None).label("is_cancelled"),
        _votes.c.box_leaf.is_not(None).label("box_is_shut"),
        _IS_COUNTED.correlate(_votes).exists().label("is_counted"),
        _HAS_CARD.correlate(_votes).exists().label("has_card"),
        _MANIFEST.label("manifest"),
    )
    .where(_votes.c.number == bindparam("number"))
    .with_for_update(of=_votes)
)

# Of each database the manifests of votes by number, as they were read last. They are public.
_read_before: WeakKeyDictionary[Engine, dict[int, str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Sealed:
    """A ballot that was sealed on somebody's device, and checked with this *manifest* of its vote.

    *grants*: what its issuers gave it; none where a card lets it in. *granted*: whether they let it in.
    """

    number: int
    token: bytes
    grants: list[str]
    body: bytes
    manifest: str
    granted: bool

    @property
    def tag(self) -> bytes:
        """The check of its token."""
        return hashlib.sha256(self.token).digest()


def read_sealed(session: Session, number: int, token: str, grants: str, sealed: str) -> Sealed | None:
    """Read what a device sent to vote *number*, and check it: before any lock, so that junk holds up nobody.

    *token*: hexadecimal; *grants*: a JSON list of the issuers' grants in base64, empty for a card; *sealed*: base64.
    What is inside is checked at the count. None where there is no such vote. Raises RuleRefused for what is no sealed
    ballot, or not its sender's own.
    """
    try:
        drop_token, let_in = bytes.fromhex(token), texts(json.loads(grants))
        body = base64.b64decode(sealed, validate=True)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise RuleRefused(NO_BALLOT) from wrong
    if len(drop_token) != TOKEN_BYTES:
        raise RuleRefused(NO_BALLOT)
    before = _known(session).get(number)
    text = before or _read_anew(session, number)
    if text is None:
        return None
    try:
        return _checked(number, drop_token, let_in, body, text)
    except RuleRefused:
        # Read long ago, it may be another by now: what was wrong for a moment refuses nobody for good.
        text = _read_anew(session, number) if before else None
        if text is None or text == before:
            raise
    return _checked(number, drop_token, let_in, body, text)


def _known(session: Session) -> dict[int, str]:
    return _read_before.setdefault(session.get_bind().engine, {})


def _read_anew(session: Session, number: int) -> str | None:
    vote = session.connection().execute(_TO_CHECK, {"number": number}).one_or_none()
    if vote is None:
        return None
    _known(session)[number] = vote[0] or "{}"
    return _known(session)[number]


def _checked(number: int, token: bytes, grants: list[str], body: bytes, text: str) -> Sealed:
    manifest = _read_manifest(text)
    seals.check(manifest, body, token)
    granted = bool(grants) and manifests.drop_grants_hold(manifest, token, grants)
    return Sealed(number, token, grants, body, text, granted)


def drop_sealed(session: Session, mine: Sealed, moment: Callable[[], datetime]) -> None:
    """Put a sealed ballot into the box. The same token again replaces it, until close.

    *moment* is asked for the time once this vote is locked: one from before the wait would let somebody into a box that
    was closed meanwhile. Raises RuleRefused outside the time of the vote and for what is let in by nobody.
    """
    vote = session.connection().execute(_LOCKED, {"number": mine.number, "tag": mine.tag}).one()
    has_card = vote.has_card
    if mine.manifest != (text := vote.manifest or "{}"):
        _known(session)[mine.number] = text
        mine = _checked(mine.number, mine.token, mine.grants, mine.body, text)
        # Cards that were made anew while this waited: the locking read may have looked for it among the older ones.
        has_card = bool(session.connection().execute(_CARD_NOW, {"vote": vote.id, "tag": mine.tag}).all())
    here = rules.stage(
        moment(), vote.opens_at, vote.closes_at, cancelled=vote.is_cancelled, opened=vote.is_counted,
        box_is_shut=vote.box_is_shut,
    )  # fmt: skip
    rules.check_may_drop(here, pass_is_good=mine.granted if mine.grants else has_card)
    unordered.put(session, vote.id, mine.tag, mine.body)


@lru_cache(maxsize=16)
def _read_manifest(text: str) -> Mapping[str, Any]:
    """Return the manifest that *text* holds. It is the same object for each ballot: nobody changes it."""
    return json.loads(text) or {}
