"""The app a command works with: of the environment's settings, founded, and with its tables up to date."""

from __future__ import annotations

import os
from secrets import token_urlsafe

from flask import Flask
from flask_migrate import upgrade

from governance import create_app
from governance.errors import NotReady


def an_app() -> Flask:
    """Return the app of the environment's settings."""
    return create_app()


def a_founded_app() -> Flask:
    """Return the app for a command, or say how to begin when nothing was founded here. Raises NotReady.

    A command serves no page and seals no cookie: without GOVERNANCE_SECRET it goes on with one that ends with it.
    """
    app = create_app({**os.environ, "GOVERNANCE_SECRET": os.environ.get("GOVERNANCE_SECRET") or token_urlsafe(32)})
    if app.extensions["keyfolder"].read("programme") is None:
        keys = app.config["SETTINGS"].keys
        raise NotReady(f"There is no programme yet ({keys} holds no keys). Begin with: governance init")
    return app


def migrate_to_newest(app: Flask) -> None:
    """Bring the database to the newest migration. Alembic says nothing while all is well."""
    with app.app_context():
        upgrade()
