"""One version of the words of a proposal as data, and the hash that holds each letter of it.

The manifest of a vote has this hash, and the record that comes of the vote publishes the same data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

import rfc8785

from governance.feedback.models import Theme
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import PRINCIPLES

TEXTS = ("title", "ask", "why", "still_open", "gets_better", "could_go_wrong", "who_could_this_hurt", "reason")
FRAME = ("power", "kind", "about_answer", "changes_record", "about_participants", "starts_on")


def version_as_data(words: ProposalVersion) -> dict[str, Any]:
    """Return all that people read of a version: its texts, its day, the principles it serves by their names.

    Of a change of the charter also which numbers change, and to what.
    """
    written = {name: getattr(words, name) for name in TEXTS}
    principles = [PRINCIPLES[n].name if n in PRINCIPLES else str(n) for n in words.principles]
    numbers = {"charter": words.charter_numbers} if words.charter_numbers else {}
    day = words.written_on.isoformat()
    return {"version": words.version, "day": day, **written, **numbers, "principles": principles}


def hash_of_frame(proposal: Proposal) -> str:
    """Return the SHA-256 of what a proposal says beside its words: who has the last word, the day it starts, and so on.

    It changes with the next version alone.
    """
    return hashlib.sha256(rfc8785.dumps({name: _plain(getattr(proposal, name)) for name in FRAME})).hexdigest()


def hash_of_closing(themes: Iterable[Theme]) -> str:
    """Return the SHA-256 of the themes that a vote closes: the number and the title of each."""
    named = {str(theme.id): theme.title for theme in themes}
    return hashlib.sha256(rfc8785.dumps(named)).hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def canonical_words(words: ProposalVersion) -> bytes:
    """Return the canonical JSON (RFC 8785) of a version: what its hash is made of, byte for byte."""
    return rfc8785.dumps(version_as_data(words))


def hash_of_words(words: ProposalVersion) -> str:
    """Return the SHA-256 of a version, in hexadecimal."""
    return hashlib.sha256(canonical_words(words)).hexdigest()
