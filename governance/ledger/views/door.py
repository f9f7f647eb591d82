"""Where the pages of the ledger begin, and what packages to its right show there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint

from governance.frame.slots import Slot
from governance.ruling.sentences import Sentence

bp = Blueprint("ledger", __name__)


@dataclass(frozen=True)
class PageOfEntry:
    """Where something can be read: what the link says, and its address."""

    words: Sentence | str
    url: str


place_of_entry: Slot[[Mapping[str, object]], PageOfEntry] = Slot()  # The page that an entry with these facts is about.
