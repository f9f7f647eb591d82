"""Real Voice: anonymous feedback, a board that decides, answers in public."""

from __future__ import annotations

import os
from collections.abc import Mapping

from governance import quick_start  # isort: split

from flask import Flask
from flask_babel import Babel

from governance import config
from governance.assets import PACKAGE, folder
from governance.doors import DOORS
from governance.frame import (
    catalogue,
    cookie,
    house,
    incoming,
    navigation,
    public_address,
    row_numbers,
    static_files,
    style,
)
from governance.gates import GATES
from governance.keys.keyfolder import KeyFolder
from governance.packages import every_package
from governance.people.service import second_yes
from governance.storage import database

__version__ = "0.1.0"

quick_start.done()


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Put the parts together, in order. *environ* holds the settings (default: the environment)."""
    settings = config.read(os.environ if environ is None else environ)
    config.check(settings)
    app = house.House(
        __name__,
        template_folder=str(folder("templates")),
        static_folder=str(folder("static")),
        static_url_path=static_files.url_path(folder("static")),
    )
    app.config.update(
        SETTINGS=settings,
        MODE=settings.mode,
        SECRET_KEY=cookie.key_from(settings.secret, b"real-voice form tokens v1"),
        COOKIE_KEY=cookie.key_from(settings.secret),
        SESSION_COOKIE_NAME=cookie.name_of(settings),
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_PATH=public_address.folder_of(settings) or "/",
        SQLALCHEMY_DATABASE_URI=settings.database,
        MAX_CONTENT_LENGTH=incoming.LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=incoming.LARGEST_BODY,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_TRANSLATION_DIRECTORIES=str(PACKAGE / "translations"),
        TEMPLATES_AUTO_RELOAD=settings.mode == "development",
    )
    app.wsgi_app = public_address.PublicAddress(app.wsgi_app, settings)  # type: ignore[method-assign]
    app.session_interface = cookie.SealedCookie()
    app.extensions["keyfolder"] = KeyFolder(settings.keys, settings.escrow)
    database.init_app(app)
    row_numbers.init_app(app)
    Babel(app, locale_selector=catalogue.choose_language)
    house.init_app(app)
    for package in every_package():
        package.init_app(app)
    navigation.hang(app, DOORS)
    second_yes.keep(GATES)
    style.init_app(app)
    return app
