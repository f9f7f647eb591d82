"""What says the same: many taps in one week lie together for whoever reads, and none is thrown away.

Source: docs/domain.md R-FB-06, docs/intake.md R-IN-14. A flood must cost readers one look and not three hundred, and
it must not push what somebody else said out of sight. Only what is the same, sign for sign, is put together, with the
same answers to every question of the form: its kind, whom it is about, face, topics, place, and what may be shown of
it. Case, spaces and a mark at the end are set aside. What may be about somebody in danger is never folded: each may be
another person. Nor is what came with a code, or adds to what did: each waits for an answer of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence
from datetime import date
from typing import Protocol, TypeVar


class ComparedMessage(Protocol):
    """What has to be known of a message."""

    @property
    def id(self) -> Hashable: ...
    @property
    def week(self) -> date: ...
    @property
    def words(self) -> str: ...
    @property
    def lane(self) -> str: ...
    @property
    def chosen(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def face(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def place(self) -> str: ...
    @property
    def consent(self) -> str: ...
    @property
    def opens(self) -> bool: ...
    @property
    def unreadable(self) -> bool: ...
    @property
    def thread_id(self) -> Hashable: ...
    @property
    def follows(self) -> Hashable: ...
    @property
    def upsetting(self) -> bool: ...


Message = TypeVar("Message", bound=ComparedMessage)


def sameness(message: ComparedMessage) -> Hashable:
    """Return what is equal for two messages that say the same, and for no others."""
    alone = not message.opens or message.unreadable or message.upsetting
    if alone or message.thread_id or message.follows:
        return message.id
    signs = " ".join(unicodedata.normalize("NFKC", message.words).casefold().split())
    said = signs.rstrip(".!") or signs  # Words of marks alone ("?!") say something too.
    kind = message.lane, message.chosen, message.about
    return message.week, said, *kind, message.face, message.topics, message.place, message.consent


def folded(messages: Sequence[Message]) -> list[list[Message]]:
    """Return the messages in their order, those that say the same together at the place of the first."""
    found: dict[Hashable, list[Message]] = {}
    for each in messages:
        found.setdefault(sameness(each), []).append(each)
    return list(found.values())
