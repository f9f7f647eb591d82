"""What says the same: many taps in one week lie together for whoever reads, and none is thrown away.

Source: docs/domain.md R-FB-06, docs/intake.md R-IN-14. A flood must cost readers one look and not three hundred, and
it must not push what somebody else said out of sight. Only what is the same, letter for letter, is put together: case,
spaces and marks aside. What may be about somebody in danger is never folded: each may be another person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence
from datetime import date
from typing import Protocol, TypeVar


class Said(Protocol):
    """What has to be known of a message."""

    @property
    def id(self) -> Hashable: ...
    @property
    def week(self) -> date: ...
    @property
    def words(self) -> str: ...
    @property
    def face(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def opens(self) -> bool: ...
    @property
    def upsetting(self) -> bool: ...


Message = TypeVar("Message", bound=Said)


def sameness(message: Said) -> Hashable:
    """Return what is equal for two messages that say the same, and for no others."""
    if not message.opens or message.upsetting:
        return message.id
    letters = unicodedata.normalize("NFKC", message.words).casefold()
    bare = "".join(each for each in letters if each.isalnum())
    # Words of marks alone ("!!!") say something too; without any, what was tapped says it.
    return message.week, bare or letters.strip(), () if bare else (message.face, message.topics)


def folded(messages: Sequence[Message]) -> list[list[Message]]:
    """Return the messages in their order, those that say the same together at the place of the first."""
    found: dict[Hashable, list[Message]] = {}
    for each in messages:
        found.setdefault(sameness(each), []).append(each)
    return list(found.values())
