"""The pages of the ledger: what it is in plain words, and each signed head as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template

from governance import keyfolder
from governance.access import Permission, requires
from governance.database import db
from governance.ledger import rules, service
from governance.ledger.models import Head

bp = Blueprint("ledger", __name__)

# Sealed entries all look alike; two are enough to see that.
SHOWN = {"decisions": 10, "intake": 2}


@dataclass(frozen=True)
class EntryOnPage:
    """One entry as the page shows it."""

    number: int
    words: str
    body: str


@dataclass(frozen=True)
class LogOnPage:
    """One log as the page shows it."""

    name: str
    head: Head | None
    key: str
    entries: list[EntryOnPage]


@bp.get("/ledger")
@requires(Permission.READ_RECORD)
def index() -> str:
    """Say what the ledger is for, and show the newest entries."""
    return render_template("ledger/index.html", logs=[_on_page(log) for log in rules.LOGS])


@bp.get("/ledger/<log>/checkpoint")
@requires(Permission.READ_RECORD)
def checkpoint(log: str) -> Response:
    """Serve the newest signed head (C2SP tlog-tiles, "Checkpoints")."""
    signed = service.head(db.session, log) if log in rules.LOGS else None
    if signed is None:
        abort(404)
    return Response(signed.note, mimetype="text/plain")


def _on_page(log: str) -> LogOnPage:
    entries = [
        EntryOnPage(leaf.number, rules.words_of(log, leaf.body), leaf.body)
        for leaf in service.newest(db.session, log, SHOWN[log])
    ]
    return LogOnPage(log, service.head(db.session, log), service.verifier_key(keyfolder.current(), log), entries)
