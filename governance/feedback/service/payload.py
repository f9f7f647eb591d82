"""What is inside a sealed message: its facts and, in a seal of their own, its words.

The browser in which words are typed seals them before it sends them (`static/feedback/words.js`), so that nobody on
the way reads them and this program does not either. Where a browser cannot, this program does the same. Both seals are
alike: from a message nobody can tell which way it came. What such a seal holds nobody can check before a reader opens
it, so it is looked at then.
"""

from __future__ import annotations

import binascii
import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import rules
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import plain

Facts = dict[str, Any]

AROUND = 1 + 32 + 16  # Bytes of a seal beside what is sealed: its version, the encapsulated key, the tag (RFC 9180).
SIZES = frozenset(AROUND + bucket for bucket in sealing.BUCKETS[:3])  # The longest words, in any script, fit the third.


class KeyChanged(RuleRefused):
    """The words were sealed to a key that is not the one for these readers any more, or was for other readers."""


@dataclass(frozen=True)
class SealedWords:
    """Words as a browser sealed them, and the key it says it used."""

    key_id: uuid.UUID
    sealed: bytes = field(repr=False)

    @property
    def in_letters(self) -> str:
        """The seal in base64."""
        return b64encode(self.sealed).decode()


@dataclass(frozen=True)
class WordsKey:
    """What a browser needs to seal words: the key's name, its public half, and what the seal is bound to."""

    id: uuid.UUID
    public: bytes
    info: bytes

    @property
    def for_script(self) -> dict[str, str]:
        """All of it, and how many signs fit, as the script finds it on the form (`static/feedback/words.js`)."""
        key = {"data-words-key-id": str(self.id), "data-words-key": self.public.hex()}
        return {**key, "data-words-info": self.info.hex(), "data-longest": str(rules.LONGEST_WORDS)}


def message_info(keys: KeyFolder, period: str, audience: str) -> bytes:
    """Return what the seal of a message is bound to: programme, period, audience, schema."""
    return sealing.context(keys.programme, period, audience, "message")


def words_info(keys: KeyFolder, period: str, audience: str) -> bytes:
    """Return what the seal of a message's words is bound to."""
    return sealing.context(keys.programme, period, audience, "words")


def words_key(session: Session, keys: KeyFolder, audience: rules.Audience, today: date) -> WordsKey | None:
    """Return the key to seal words with today, or None where no message would be taken: sending says why."""
    try:
        key = people.current_key(session, keys, audience, privacy.period_of(today, audience))
    except RuleRefused:
        return None
    return WordsKey(key.id, key.public, words_info(keys, key.period, audience))


def sealed_words(key_id: str, sealed: str) -> SealedWords | None:
    """Return what a browser sent as sealed words (base64), or None where it cannot be that."""
    try:
        words = SealedWords(uuid.UUID(key_id), b64decode(sealed, validate=True))
    except (ValueError, binascii.Error):
        return None
    return words if len(words.sealed) in SIZES and words.sealed[:1] == sealing.SEALED_V1 else None


def pack(keys: KeyFolder, key: IntakeKey, facts: Facts) -> bytes:
    """Return *facts* sealed to *key*. Their words are text, or what a browser sealed, or None where nobody could read
    them. Raises KeyChanged for words that were sealed to another key.
    """
    packed = {**facts, "schema": 2, "words": _packed_words(keys, key, facts["words"])}
    plain_facts = json.dumps(packed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return sealing.seal(key.public, plain_facts, message_info(keys, key.period, key.audience))


def _packed_words(keys: KeyFolder, key: IntakeKey, words: str | SealedWords | None) -> str | None:
    if isinstance(words, str):
        info = words_info(keys, key.period, key.audience)
        words = SealedWords(key.id, sealing.seal(key.public, words.encode(), info))
    if words is not None and words.key_id != key.id:
        raise KeyChanged(N_("The lock for your words has just changed. Please press once more."))
    return words.in_letters if words else None


def opener(private: bytes, keys: KeyFolder, period: str, audience: str) -> Callable[[bytes], Facts]:
    """Return what opens messages of one key, as `pack` was given them: the words are text, or None.

    It raises sealing.SealBroken for what is not sealed to this key. Words that a browser sealed wrongly are None.
    """
    open_message = sealing.opener(private, message_info(keys, period, audience))
    open_words = sealing.opener(private, words_info(keys, period, audience))

    def opened(sealed: bytes) -> Facts:
        facts: Facts = json.loads(open_message(sealed))
        if facts["schema"] == 1:  # As it was before words had a seal of their own.
            return facts
        words = None
        with suppress(sealing.SealBroken, UnicodeDecodeError):
            words = _as_typed(open_words(b64decode(facts["words"]))) if facts["words"] else None
        return {**facts, "words": words}

    return opened


def _as_typed(words: bytes) -> str:
    """Return words as the pages take them: without what nobody can see. Nothing is cut off."""
    text = words.decode()
    return plain(text, len(text))
