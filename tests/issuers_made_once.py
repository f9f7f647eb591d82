"""The keys of issuers as the program makes them, once in a process: a pair of 3,072 bits takes longer than most tests.

Each test is given them in one order, so that no key comes twice in one test. Shorter ones are made as they are asked
for: a test that wants another key than its own asks for one of those.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from governance.sealing import blind

KEPT = 8  # Two purposes, for as many votes as a test calls and then some.


class MadeOnce:
    """What was made so far, and how many of it this test has had."""

    def __init__(self) -> None:
        self.made: list[blind.IssuerPair] = []
        self.given = 0
        self.make = blind.new_issuer

    def next(self, bits: int = blind.DEFAULT_BITS) -> blind.IssuerPair:
        """Return the next key that this test has not had."""
        if bits != blind.DEFAULT_BITS or self.given >= KEPT:
            return self.make(bits)
        if self.given == len(self.made):
            self.made.append(self.make(bits))
        self.given += 1
        return self.made[self.given - 1]


@pytest.fixture(autouse=True, scope="session")
def issuers_made_once() -> Iterator[MadeOnce]:
    """Give the keys that were made for a test before."""
    kept = MadeOnce()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blind, "new_issuer", kept.next)
        yield kept


@pytest.fixture(autouse=True)
def no_issuer_given_yet(issuers_made_once: MadeOnce) -> None:
    """Begin at the first key again."""
    issuers_made_once.given = 0
