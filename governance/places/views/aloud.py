"""What is read aloud: for each language the lines that have a sound here, and the sounds. For anybody.

Nothing of it stays in a browser: a sound that was kept would tell which screens somebody came to.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from flask import Response, abort, current_app, jsonify, send_file

from governance.frame import outage
from governance.frame.languages import LANGUAGES
from governance.frame.said_aloud import KEY
from governance.frame.shared_screen import part_of_a_page
from governance.permissions.access import Asker, Permission, requires
from governance.places.aloud import made_ahead, recordings
from governance.places.aloud.sound import padded
from governance.places.views.door import bp
from governance.storage.database import db


@bp.get("/aloud/<language>")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
@part_of_a_page
def lines_with_a_sound(language: str) -> Response:
    """Return the keys of the lines of a language that have a sound here (`frame/said_aloud.py`)."""
    _known(language)
    there = made_ahead.keys(_home(), language)
    try:
        there |= recordings.keys(db.session, language)
    except outage.SILENT as error:
        outage.notice(error)
    return jsonify(sorted(there))


@bp.get("/aloud/<language>/<key>.wav")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
@part_of_a_page
def sound(language: str, key: str) -> Response:
    """Return the sound of one line: a person's before a machine's."""
    _known(language)
    if not KEY.fullmatch(key):
        abort(404)
    try:
        file = recordings.read(db.session, key)
    except outage.SILENT as error:
        outage.notice(error)
        file = None
    file = file or made_ahead.read(_home(), language, key) or abort(404)
    response = send_file(BytesIO(padded(file)), mimetype="audio/wav", conditional=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def _home() -> Path:
    home: Path = current_app.config["SETTINGS"].home
    return home


def _known(language: str) -> None:
    """Answer 404 for what is no language of ours: its name is part of a path."""
    if language not in LANGUAGES:
        abort(404)
