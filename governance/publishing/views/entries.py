"""From an entry of the ledger to the page it is about."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for

from governance.ledger.views.door import PageOfEntry, place_of_entry
from governance.permissions.access import may
from governance.responses import service as responses
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

VERIFIER, NUMBERS = N_("The file"), N_("The numbers")
REMOVED, MOVED = N_("What was taken down"), N_("What one reader moved")
ASKED, ALERTS = N_("What the board asked"), N_("Drug alerts")
ANSWER, PROMISES, CHARTER, READERS = N_("The answer"), N_("What we promise"), N_("The rules"), N_("The readers")


@place_of_entry.fill
def places(facts: Mapping[str, object]) -> list[PageOfEntry]:
    """Return the page that an entry of the ledger is about, as a list of none or one."""
    place = place_of(facts)
    return [place] if place else []


def place_of(facts: Mapping[str, object]) -> PageOfEntry | None:
    """Return the page that an entry with these *facts* is about, if whoever asks can open one."""
    for name, place in (
        ("record", _decision),
        ("decision", _decision),
        ("ballot", _vote),
        ("theme", _answer),
        ("proposal", _proposal),
    ):
        if name in facts:
            return place(str(facts[name]))
    match facts.get("kind"):
        case "tombstone":
            return PageOfEntry(REMOVED, url_for("publishing.removed"))
        case "question":
            return PageOfEntry(ASKED, url_for("publishing.wall"))
        case "alert":
            return PageOfEntry(ALERTS, url_for("publishing.alerts"))
        case "moved":
            return PageOfEntry(MOVED, url_for("publishing.removed"))
        case "verifier":
            return PageOfEntry(VERIFIER, url_for("ballots.verifier"))
        case "summary":
            return PageOfEntry(NUMBERS, url_for("publishing.measures"))
        case "charter" if may("board_pages"):
            return PageOfEntry(CHARTER, url_for("board.charter"))
        case "reader-chain" if may("sign_readers"):
            return PageOfEntry(READERS, url_for("people.readers"))
        case "charter" | "reader-chain" | "key" | "programme":
            return PageOfEntry(PROMISES, url_for("publishing.promises"))
    return None


def _decision(number: str) -> PageOfEntry:
    return PageOfEntry(Sentence(N_("Decision {number}"), number=number), url_for("decisions.show", number=number))


def _vote(number: str) -> PageOfEntry | None:
    if not _is_a_number(number):
        return None
    return PageOfEntry(Sentence(N_("Vote {number}"), number=number), url_for("ballots.show", number=int(number)))


def _proposal(number: str) -> PageOfEntry | None:
    if not _is_a_number(number):
        return None
    return PageOfEntry(Sentence(N_("Proposal {number}"), number=number), url_for("proposals.show", number=int(number)))


def _answer(theme: str) -> PageOfEntry | None:
    duty = responses.duty_on_theme(db.session, int(theme)) if _is_a_number(theme) else None
    return PageOfEntry(ANSWER, url_for("publishing.answer", duty_id=duty)) if duty else None


def _is_a_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 10
