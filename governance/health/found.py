"""What a look finds: fine, worth knowing, or to be mended; in words that a page can translate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from governance.config import Config
from governance.keys.keyfolder import KeyFolder
from governance.ruling.sentences import N_, Sentence, together


class State(StrEnum):
    """How it stands with one thing, as the doctor prints it."""

    FINE = "ok"
    NOTE = "NOTE"  # Not as good as it could be, or not yet; nothing is broken.
    MEND = "MEND"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: *what* is so, what it *means* for people, and what to do, with the command (*mend*)."""

    state: State
    what: Sentence | str
    means: Sentence | str = ""
    mend: Sentence | str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing has to be mended."""
        return self.state is not State.MEND

    @property
    def words(self) -> str:
        """All of it in a row."""
        return str(together([each for each in (self.what, self.means, self.mend) if each]))


@dataclass(frozen=True)
class AtHand:
    """What a look may look at. *quick*: a page waits for it, so that a large file is not read through."""

    session: Session
    keys: KeyFolder
    settings: Config
    quick: bool = False


Look = Callable[[AtHand], Iterator[Finding]]


def fine(what: Sentence | str) -> Finding:
    """Return that this is as it should be."""
    return Finding(State.FINE, what)


def note(what: Sentence | str, means: Sentence | str = "", mend: Sentence | str = "") -> Finding:
    """Return what is worth knowing, and breaks nothing."""
    return Finding(State.NOTE, what, means, mend)


def wrong(what: Sentence | str, means: Sentence | str, mend: Sentence | str) -> Finding:
    """Return what has to be mended."""
    return Finding(State.MEND, what, means, mend)


def run(command: str) -> Sentence:
    """Return the sentence that names the command to run."""
    return Sentence(N_("Run: {command}"), command=command)
