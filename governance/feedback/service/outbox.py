"""The outbox of a tablet that is without a network: what it says is sealed on it at once, and taken here later.

There are two seals. The inner one closes the words for their readers, as in every browser (`payload.py`). The outer one
closes all of it, what was tapped too, to a key of this program that lasts: no tablet can open it, so whoever has one
reads nothing. When it is brought here, only the outer one is opened; then it is held like any other word.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from governance import sealing
from governance.feedback import rules
from governance.feedback.models import Held, TakenOnce
from governance.feedback.service import payload
from governance.feedback.service.intake import Submission
from governance.feedback.service.intake import seal as seal_and_lock
from governance.feedback.service.retention import has_expired
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey

MOST = 500  # Messages on one tablet: some 8 MB, and more than a van hears in a week.
SIZE = sealing.BUCKETS[-1] - 4  # Bytes of what is sealed, filled up with blanks: each looks like every other one.
SEALED_SIZE = payload.AROUND + sealing.BUCKETS[-1]
PURPOSE = b"real-voice outbox v1"
ID_BYTES = 16

# How long what is brought waits at the most. What is to go at once goes with the next tick, and loses no day of its
# words; the others go on the third day, and a clock in doubt may hold that up for as long again.
LONGEST_WAITS = {rules.Route.NOW: 0 * rules.LONGEST_WAIT, rules.Route.LATER: 2 * rules.LONGEST_WAIT}

KEEP = insert(Held.__table__)
FIRST_TIME = {
    name: dialect.insert(TakenOnce.__table__).on_conflict_do_nothing().returning(TakenOnce.hash)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


class NotFromHere(Exception):
    """What was brought is not what a tablet of this programme seals: another key, another size, something else."""


@dataclass(frozen=True)
class Brought:
    """One message out of an outbox, ready to be kept: the row, sealed, and the name under which it is taken once."""

    name: bytes = field(repr=False)
    held: dict[str, object] = field(repr=False)


def for_tablet(session: Session, keys: KeyFolder, today: date) -> dict[str, Any] | None:
    """Return what a tablet needs to seal by itself: the key of the outbox, and those of today's readers.

    None where some readers have no key today: the tablet goes on with what it was told before.
    """
    found = {audience: payload.words_key(session, keys, audience, today) for audience in rules.Audience}
    if None in found.values():
        return None
    return {
        "key": _pair(keys).public.hex(),
        "info": _info(keys).hex(),
        "most": MOST,
        "size": SIZE,
        "longest": rules.LONGEST_WORDS,
        "readers": {
            audience.value: {"id": str(key.id), "key": key.public.hex(), "info": key.info.hex()}
            for audience, key in found.items()
            if key
        },
        "read_by": {
            lane.value: {about: rules.audience_for(lane, rules.about_of(lane, about)) for about in ("", *rules.About)}
            for lane in rules.Lane
        },
    }


def open_brought(session: Session, keys: KeyFolder, sealed: bytes, place: str, today: date) -> Brought:
    """Open the outer seal, and seal what is in it as if it came now. Only reads.

    Raises NotFromHere for what does not open or says what nobody can say, RuleRefused while feedback is not open.
    """
    facts = _opened(keys, sealed)
    try:
        name = bytes.fromhex(facts["id"])
        lane = rules.Lane(facts["lane"] or rules.Lane.OTHER)
        about = rules.about_of(lane, facts["about"])
        route = rules.Route.NOW if facts["route"] == rules.Route.NOW else rules.Route.LATER
        audience = rules.audience_for(lane, about)
        words, key = _words_in(session, keys, facts, audience, today + LONGEST_WAITS[route])
        said = Submission(
            token=secrets.token_bytes(ID_BYTES),  # What the tablet called it leads to nothing that is kept here.
            lane=lane,
            about=about,
            face=rules.Face(facts["face"]).value if facts["face"] else "",
            language=str(facts["language"])[:8],
            words=words,
            route=route,
            place=place,
            via="kiosk",
            key=key,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise NotFromHere from wrong
    if len(name) != ID_BYTES:
        raise NotFromHere
    return Brought(name, seal_and_lock(session, keys, said, today).held)


def keep_brought(session: Session, brought: Brought, today: date) -> bool:
    """Keep it, and return True; False where it was taken before, and lies here already. Short writes, nothing else."""
    connection = session.connection()
    row = {"hash": hashlib.sha256(b"outbox" + brought.name).digest(), "month": today.replace(day=1)}
    if connection.execute(FIRST_TIME[connection.dialect.name], row).first() is None:
        return False
    connection.execute(KEEP, brought.held)
    return True


def _pair(keys: KeyFolder) -> sealing.Pair:
    return sealing.pair_from(keys.need("held.key"), PURPOSE)


def _info(keys: KeyFolder) -> bytes:
    return sealing.context(keys.programme, "", "", "outbox")


def _opened(keys: KeyFolder, sealed: bytes) -> dict[str, Any]:
    if len(sealed) != SEALED_SIZE:
        raise NotFromHere
    try:
        facts = json.loads(sealing.open_sealed(_pair(keys).private, sealed, _info(keys)))
    except (sealing.SealBroken, ValueError, RecursionError) as wrong:
        raise NotFromHere from wrong
    if not isinstance(facts, dict):
        raise NotFromHere
    return facts


def _words_in(
    session: Session, keys: KeyFolder, facts: dict[str, Any], audience: rules.Audience, opened: date
) -> tuple[str | payload.SealedWords | None, IntakeKey | None]:
    """Return the words as they came, and the key they are sealed to. *opened*: the last day they may wait until.

    Words whose key is gone, or goes before that day, or was for other readers, are None: their readers are told that
    they cannot be opened. A key that goes while the message waits would leave nobody who opens it.
    """
    words = payload.sealed_words(str(facts["key"]), str(facts["words"]))
    if words is None:
        raise ValueError("No tablet of ours seals so.")
    key = people.earlier_key(session, keys, words.key_id)
    if key is None or key.audience != audience or has_expired(key.period, key.audience, opened):
        return None, None
    return words, key
