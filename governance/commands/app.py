"""The app a command works with: of the environment's settings, founded, and with its tables up to date."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from secrets import token_urlsafe

from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from governance import clock, create_app
from governance.commands import own_database
from governance.places.models import Programme
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db


def an_app() -> Flask:
    """Return the app of the environment's settings."""
    return create_app()


def an_app_of_a_command() -> Flask:
    """Return the app for a command. It serves no page and seals no cookie, so that it needs no GOVERNANCE_SECRET.

    Without one it goes on with a secret that ends with it.
    """
    return create_app({**os.environ, "GOVERNANCE_SECRET": os.environ.get("GOVERNANCE_SECRET") or token_urlsafe(32)})


def a_founded_app() -> Flask:
    """Return the app for a command, or say how to begin when nothing was founded here. Raises NotReady."""
    app = an_app_of_a_command()
    app.extensions["keyfolder"].check_not_half_restored()
    if lost := without_keys(app):
        raise NotReady(lost)
    _count_days_there(app)
    return app


def an_app_to_look_at() -> Flask:
    """Return the app for the doctor, also where keys are lost and the programme is here still. Raises NotReady."""
    app = an_app_of_a_command()
    app.extensions["keyfolder"].check_not_half_restored()
    if (lost := without_keys(app)) and not _is_here_without_keys(app):
        raise NotReady(lost)
    _count_days_there(app)
    return app


def without_keys(app: Flask) -> str:
    """Return how to begin, or to bring the keys back, where the first of them is not here; "" where it is."""
    return "" if app.extensions["keyfolder"].read("programme") is not None else _how_to_begin(app)


def _count_days_there(app: Flask) -> None:
    """Count days as the site does, as its pages and its rounds do. A database that cannot say is told of later."""
    with app.app_context(), suppress(SQLAlchemyError):
        if not own_database.missing_file() and (zone := db.session.scalar(select(Programme.timezone))):
            clock.use_zone(zone)


def _how_to_begin(app: Flask) -> str:
    keys = app.extensions["keyfolder"]
    if keys.half_founded:
        return own_database.NOT_FINISHED
    if _is_here_without_keys(app):
        is_gone = "has lost the programme's first key" if any(keys.names()) else "is empty"
        return f"The key folder {is_gone}, but a programme is here. Bring the keys back: governance recover"
    return f"There is no programme yet ({keys.path} holds no keys). Begin with: governance init"


def _is_here_without_keys(app: Flask) -> bool:
    """Whether a programme is here whose first key is lost: its database, or the sealed copy of its keys."""
    keys = app.extensions["keyfolder"]
    return not keys.half_founded and (keys.escrow_file.exists() or _is_founded(app))


def _is_founded(app: Flask) -> bool:
    try:
        with app.app_context():
            return own_database.holds_a_programme()
    except SQLAlchemyError:
        return False


def migrate_to_newest(app: Flask, look: Callable[[Connection], None] | None = None) -> None:
    """Bring the database to the newest migration. Alembic says nothing while all is well. *look*: see `bring_to`."""
    with app.app_context():
        database.bring_to(look=look)
