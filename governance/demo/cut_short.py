"""A demo that was killed while it loaded: its mark tells that nothing else lies here, and it begins anew."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from governance.commands import own_database
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db

MARK = "loading"


def mark(app: Flask) -> None:
    """Note which programme in which database is a demo that is not whole yet. Its keys are made, nothing else is."""
    _mark_of(app).write_text(_what_is_here(app), encoding="utf-8")


def unmark(app: Flask) -> None:
    """Note that the demo is whole."""
    _mark_of(app).unlink(missing_ok=True)


def throw_away(app: Flask) -> None:
    """Take away what a demo that was cut short left here: all tables and all keys. Nothing that has no mark."""
    with app.app_context():
        if not _mark_of(app).exists() or _mark_of(app).read_text(encoding="utf-8") != _what_is_here(app):
            return
        own_database.wipe()
    app.extensions["keyfolder"].clear()
    unmark(app)


def refuse_what_is_not_whole(app: Flask) -> None:
    """Refuse keys of a programme that is not in the database. Raises NotReady and says what to delete."""
    keys = app.extensions["keyfolder"]
    with app.app_context():
        half_founded = keys.half_founded_in(database.which(db.engine))
    if not half_founded and (keys.escrow_file.exists() or any(keys.names())):
        raise NotReady(not_whole(app))


def not_whole(app: Flask) -> str:
    """Return what to do about a demo that cannot be told."""
    home = app.config["SETTINGS"].home
    return f"The demo here is not whole. Delete the folder {home} and start again, or choose another GOVERNANCE_HOME."


def _mark_of(app: Flask) -> Path:
    return Path(app.config["SETTINGS"].home) / MARK


def _what_is_here(app: Flask) -> str:
    """Return what tells this programme in this database from every other one."""
    name = app.extensions["keyfolder"].read("programme") or b""
    return f"{database.which(db.engine)} {name.decode()}"
