"""A ranking that can be published only as deep as the count looked, and still proves itself.

Ten options allow millions of rankings: a whole one is as good as a signature, and could be bought. So the voter signs
the head of a chain of hashes, one link a rank, each with a salt of its own. Whoever shows the first links and the hash
of the rest shows the start of what was signed, and nothing of what follows, not even whether anything does.

    link k = SHA-256("real-voice rank" 00 || salt k || option k || 00 || link k+1)

The last option is "", and 32 zero bytes follow it.

Source: `docs/voting.md` 7 (pattern voting: R. Di Cosmo, On Privacy and Anonymity in Electronic and
Non Electronic Voting: the Ballot-As-Signature Attack, 2007).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence

SALT_BYTES = 16
END = ""
NOTHING = bytes(32)
OPTION, SALT, REST = re.compile("[0-9]{0,4}"), re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{64}")

Links = list[list[str]]


def links(options: Sequence[str]) -> Links:
    """Return one link for each of *options*, first choice first, and one for the end: [option, fresh salt]."""
    return [[each, secrets.token_hex(SALT_BYTES)] for each in (*options, END)]


def head(chain: Sequence[Sequence[str]]) -> str:
    """Return the hash that stands for the whole of *chain*. A cut chain ends in [hash of the rest]."""
    after = NOTHING
    for link in reversed(chain):
        after = bytes.fromhex(link[0]) if len(link) == 1 else _hash(link[0], link[1], after)
    return after.hex()


def _hash(option: str, salt: str, after: bytes) -> bytes:
    return hashlib.sha256(b"real-voice rank\x00" + bytes.fromhex(salt) + option.encode() + b"\x00" + after).digest()


def cut(chain: Links, depth: int) -> Links:
    """Return *chain* with its first *depth* links, and the hash of the rest in place of the others."""
    return chain if depth >= len(chain) else [*chain[:depth], [head(chain[depth:])]]


def has_form(chain: object) -> bool:
    """Whether *chain* is written as one: links of option and salt, and last the end or the hash of the rest."""
    if not isinstance(chain, list) or not chain:
        return False
    *before, last = chain
    return all(_is_link(each) and each[0] != END for each in before) and (
        (_is_link(last) and last[0] == END) or (_is_texts(last, 1) and bool(REST.fullmatch(last[0])))
    )


def _is_texts(link: object, length: int) -> bool:
    return isinstance(link, list) and len(link) == length and all(isinstance(each, str) for each in link)


def _is_link(link: object) -> bool:
    return _is_texts(link, 2) and bool(OPTION.fullmatch(link[0]) and SALT.fullmatch(link[1]))  # type: ignore[index]


def is_whole(chain: Sequence[Sequence[str]]) -> bool:
    """Whether *chain* shows its end."""
    return len(chain[-1]) == 2


def ranked(chain: Sequence[Sequence[str]]) -> list[str]:
    """Return the options that *chain* shows, first choice first."""
    return [link[0] for link in chain if len(link) == 2 and link[0] != END]
