"""What is printed on a sign-in card, and what it stretches to.

Argon2id (RFC 9106) with 64 MiB, so that guessing costs memory; HKDF (RFC 5869) splits what comes out into a half
that proves who it is and a half that unlocks keys. At most two run at once, or a crowd could fill the memory.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import BoundedSemaphore

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from governance.assets import PACKAGE

WORDS_ON_A_CARD = 5
LIST_LENGTH = 7776
LANGUAGES = tuple(sorted(path.stem for path in (PACKAGE / "words").glob("*.txt")))


@dataclass
class Cost:
    """What one Argon2id run costs: rounds, memory in KiB, lanes."""

    rounds: int = 3
    memory: int = 64 * 1024
    lanes: int = 1


COST = Cost()
_at_once = BoundedSemaphore(2)


@dataclass(frozen=True)
class Stretched:
    """What a passphrase stretches to: *proof* is compared with what is stored, *unlock* opens keys."""

    proof: bytes = field(repr=False)
    unlock: bytes = field(repr=False)


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return the 7,776 words of *language*, or the English ones where there is no list."""
    name = language if language in LANGUAGES else "en"
    return tuple((PACKAGE / "words" / f"{name}.txt").read_text(encoding="ascii").split())


def new_passphrase(language: str = "en") -> str:
    """Return five random words, 64.6 bits."""
    words = word_list(language)
    return " ".join(secrets.choice(words) for _ in range(WORDS_ON_A_CARD))


def normal(typed: str) -> str:
    """Return *typed* as it is compared: small letters, no accents, one space between words."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare.casefold()).split())


def salt_for(pepper: bytes, purpose: str) -> bytes:
    """Return the salt of one *purpose*, such as an alias. It needs no database, so stretching can come first."""
    return HKDF(algorithm=hashes.SHA256(), length=16, salt=pepper, info=b"salt " + purpose.encode()).derive(b"salt")


def stretch(passphrase: str, salt: bytes) -> bytes:
    """Return 32 bytes stretched from a passphrase, however it was capitalised or spaced."""
    return stretch_raw(normal(passphrase).encode(), salt)


def stretch_raw(secret: bytes, salt: bytes) -> bytes:
    """Return 32 bytes of Argon2id over *secret*. Waits while two others run."""
    with _at_once:
        return hash_secret_raw(secret, salt, COST.rounds, COST.memory, COST.lanes, 32, Type.ID)


def split_stretched(root: bytes) -> Stretched:
    """Return the proving half and the unlocking half of *root*; neither tells anything about the other."""
    return Stretched(expand(root, b"prove"), expand(root, b"unlock"))


def expand(root: bytes, purpose: bytes) -> bytes:
    """Return 32 bytes of *root* for one *purpose* (HKDF-Expand, RFC 5869 2.3)."""
    return HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"real-voice " + purpose).derive(root)


@contextmanager
def cheap_for_tests() -> Iterator[None]:
    """Stretch at the least cost Argon2id knows, for as long as the block runs. Only tests call this."""
    before = (COST.rounds, COST.memory, COST.lanes)
    COST.rounds, COST.memory, COST.lanes = 1, 8, 1
    try:
        yield
    finally:
        COST.rounds, COST.memory, COST.lanes = before
