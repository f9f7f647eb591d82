"""What a tablet without a network can read aloud: the lines of its one page, in each language, as small as they get.

They come in one piece for each language, the same for every tablet. So what lies on one tells of nobody.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from html import unescape
from pathlib import Path

from flask import Response, abort, current_app, jsonify, session, url_for

from governance.feedback.views.door import bp
from governance.feedback.views.offline_page import page_of
from governance.frame.said_aloud import lines
from governance.frame.shared_screen import part_of_a_page
from governance.frame.site import languages
from governance.permissions.access import Asker, Permission, requires
from governance.places import service as places
from governance.places.aloud import made_ahead, recordings, site_words, sound
from governance.storage.database import db

# Bytes for each language: more than eight minutes. What comes later on the page than that, its device has to say.
MOST = 4 * 1024 * 1024
NOT_WORDS = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)


@bp.get("/kiosk/sounds/<language>")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
@part_of_a_page
def sounds(language: str) -> Response:
    """Return the sounds of the page without a network in one language, by their keys, for a tablet that may keep it."""
    name = str(session.get("kiosk", ""))
    if language not in languages() or not name or not places.goes_without_network(db.session, name):
        abort(404)
    found: dict[str, str] = {}
    room = MOST
    for key in _on_the_page(language):
        file = recordings.read(db.session, key) or made_ahead.read(_home(), language, key)
        small = sound.small(file) if file else b""
        room -= len(small)
        if room < 0:
            break
        if small:
            found[key] = b64encode(small).decode()
    return jsonify(found)


def to_keep(pages: str) -> list[dict[str, str]]:
    """Return where a tablet finds the sounds of each language that has some, with a mark that changes with any of them.

    *pages*: the mark of the pages that are read. Two sounds of one line that are equally long to the sample count as
    one: nobody says a line so twice.
    """
    found = []
    for code in languages():
        there = made_ahead.sizes(_home(), code) | recordings.sizes(db.session, code)
        if there:
            mark = hashlib.sha256(repr((pages, sorted(there.items()))).encode()).hexdigest()[:16]
            found.append({"mark": f"sounds {code} {mark}", "from": url_for("feedback.sounds", language=code)})
    return found


def _on_the_page(language: str) -> list[str]:
    """Return the keys of the lines that stand on the page, in its order."""
    shown = " ".join(unescape(NOT_WORDS.sub(" ", page_of(language))).split())
    known = lines(language, site_words.words(db.session, language))
    at = {key: shown.find(words) for key, words in known.items()}
    return sorted((key for key, place in at.items() if place >= 0), key=lambda key: at[key])


def _home() -> Path:
    home: Path = current_app.config["SETTINGS"].home
    return home
