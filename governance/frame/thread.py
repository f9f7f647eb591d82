"""The thread from a word to what came of it, as pages of several packages show it (`parts.thread`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StopOnPage:
    """One stop of a thread, in the reader's language."""

    name: str
    state: str
    word: str
    when: str
    text: str
    url: str
