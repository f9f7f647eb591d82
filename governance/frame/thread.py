"""The thread from a word to what came of it, as pages of several packages show it (`parts.thread`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StopOnPage:
    """One stop of a thread, in the reader's language. *says*: one whole phrase, never a name and a state."""

    state: str
    says: str
    when: str
    text: str
    url: str
    written: bool = False  # Somebody wrote the text: it is in their language, not in that of the page.
