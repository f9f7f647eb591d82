"""Every version of the words, each part beside what it was in the version before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from governance.proposals.models import ProposalVersion
from governance.ruling.sentences import N_

PARTS = {
    "title": N_("Title"),
    "ask": N_("What is asked"),
    "why": N_("Why"),
    "still_open": N_("What is still open"),
    "gets_better": N_("What gets better"),
    "could_go_wrong": N_("What could go wrong"),
    "who_could_this_hurt": N_("Who could this hurt"),
    "principles": N_("Principles it serves"),
    "charter_numbers": N_("What changes in our charter"),
}


@dataclass(frozen=True)
class VersionPart:
    """One part of a version: its *name* in the table, its title, what it says, and what the version before said."""

    name: str
    title: str
    now: Any
    before: Any
    is_new: bool  # Whether it says something else than in the version before.


@dataclass(frozen=True)
class Version:
    """One version of the words. *reason*: why they changed, or '' for the first ones.

    *parts*: all that says something, or said it in the version before; of the newest one what changed alone, for the
    rest of it stands on the page already.
    """

    written_on: date
    reason: str
    parts: list[VersionPart]


def how_words_changed(versions: Sequence[ProposalVersion]) -> list[Version]:
    """Return *versions* (the newest first) with each part beside the one before. They are read as they were typed."""
    pairs = zip_longest(versions, versions[1:])
    found = [Version(each.written_on, each.reason, _parts(each, before)) for each, before in pairs]
    newest = [Version(each.written_on, each.reason, [part for part in each.parts if part.is_new]) for each in found[:1]]
    return newest + found[1:]


def _parts(words: ProposalVersion, before: ProposalVersion | None) -> list[VersionPart]:
    pairs = [(name, getattr(words, name), getattr(before, name) if before else None) for name in PARTS]
    return [
        VersionPart(name, PARTS[name], now, was, is_new=before is not None and now != was)
        for name, now, was in pairs
        if now or was
    ]
