"""What the ledger is for and its newest entries, for anybody; and how far an entry can be proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for

from governance import clock
from governance.keys import keyfolder
from governance.ledger import rules, service
from governance.ledger.models import Head, Leaf
from governance.ledger.views.door import PageOfEntry, bp, place_of_entry
from governance.permissions.access import Permission, requires
from governance.storage.database import db
from governance.storage.leaves import NOT_AS_PUBLISHED

# Sealed entries all look alike; two are enough to see that.
SHOWN = {"decisions": 10, "intake": 2}


@dataclass(frozen=True)
class EntryOnPage:
    """One entry as the page shows it."""

    number: int
    words: str
    body: str
    places: list[PageOfEntry]


@dataclass(frozen=True)
class Standing:
    """How far an entry can be proved: whether a head covers it, and the day a witness last signed one that does."""

    signed: bool
    seen: date | None


@dataclass(frozen=True)
class LogOnPage:
    """One log as the page shows it."""

    name: str
    head: Head | None
    key: str
    entries: list[EntryOnPage]
    witnesses: list[service.Seen]
    witnessed: bool


@bp.get("/ledger")
@requires(Permission.READ_RECORD)
def index() -> str:
    """Say what the ledger is for, and show the newest entries."""
    here = url_for("ledger.index", _external=True)
    return render_template(
        "ledger/index.html",
        logs=[_on_page(log) for log in rules.LOGS],
        spoilt=service.spoilt(db.session, "decisions"),
        gaps=service.gaps(db.session),
        quorum=service.quorum_tree(db.session, keyfolder.current()),
        check_now=f"governance verify {here}",
        check_later=f"governance verify {here}/decisions --since decisions.checkpoint",
    )


@bp.app_template_global()
def standing_of(log: str, number: int) -> Standing:
    """Return what the pages of a record, an answer or a tombstone say about its entry."""
    signed = service.head(db.session, log)
    days = [clock.day_of(each.at) for each in service.seen_by(db.session, log) if each.at and number < each.size]
    return Standing(bool(signed and number < signed.size), max(days, default=None))


def _words_of(leaf: Leaf) -> str:
    """Return what a line is, in plain words, or that its text is not what was hashed."""
    return rules.words_of(leaf.log, leaf.body) if leaf.facts else NOT_AS_PUBLISHED


def _on_page(log: str) -> LogOnPage:
    entries = [
        EntryOnPage(leaf.number, _words_of(leaf), leaf.body, place_of_entry(leaf.facts))
        for leaf in service.newest(db.session, log, SHOWN[log])
    ]
    keys, signed = keyfolder.current(), service.head(db.session, log)
    return LogOnPage(
        log,
        signed,
        service.verifier_key(keys, log),
        entries,
        service.seen_by(db.session, log),
        signed is not None and service.is_witnessed(db.session, keys, signed),
    )
