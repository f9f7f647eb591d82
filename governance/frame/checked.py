"""How far a translation was checked. Each string of a catalogue says it by a flag, which `pybabel update` keeps."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from governance import assets
from governance.ruling.sentences import N_, Worded

CATALOGUES = assets.PACKAGE / "translations"


class StringState(Worded):
    """From a draft to a string that somebody found right who speaks the language and uses drugs."""

    DRAFT = "draft", N_("Draft, to be checked by a speaker who uses drugs")
    SPEAKER = "checked-by-speaker", N_("Checked by a speaker, not yet by one who uses drugs")
    PEER = "checked-by-speaker-who-uses-drugs", N_("Checked by a speaker who uses drugs")


# From the least checked to the most. A draft has no flag.
STATES = tuple(StringState)
_FLAGS = re.compile(r"^#,(.*)$", re.MULTILINE)


def state_in(flags: Collection[str]) -> StringState:
    """Return what the *flags* of a string say."""
    return next((state for state in reversed(STATES) if state in flags), StringState.DRAFT)


def least(catalogue: str) -> StringState:
    """Return the state of the least checked string of a *catalogue*, the text of a PO file. An empty one is a draft."""
    # The first block is the header; what begins with "#~" is no longer said by anybody.
    blocks = [block for block in catalogue.split("\n\n")[1:] if re.search(r"^msgid ", block, re.MULTILINE)]
    found = {state_in([flag.strip() for line in _FLAGS.findall(block) for flag in line.split(",")]) for block in blocks}
    return next((state for state in STATES if state in found), StringState.DRAFT)


def path_of(language: str) -> Path:
    """Return where the words of *language* stand."""
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


@cache
def of(language: str) -> StringState:
    """Return how far the catalogue of *language* was checked. A catalogue that cannot be read is a draft."""
    try:
        return least(path_of(language).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return StringState.DRAFT
