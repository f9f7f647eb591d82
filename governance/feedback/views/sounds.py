"""What a tablet without a network can read aloud: the lines of its one page, in each language, as small as they get.

They come in one piece for each language, the same for every tablet. So what lies on one tells of nobody.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from html import unescape
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, jsonify, request, session, url_for

from governance import clock
from governance.feedback.views.door import bp
from governance.feedback.views.offline_page import page_of
from governance.frame.said_aloud import lines
from governance.frame.shared_screen import part_of_a_page
from governance.frame.site import languages
from governance.permissions.access import Asker, Permission, requires
from governance.places import service as places
from governance.places.aloud import made_ahead, recordings, site_words, sound
from governance.places.aloud.small_sounds import small_sounds
from governance.storage.database import db

# Bytes for each language: more than eight minutes. What comes later on the page than that, its device has to say.
MOST = 4 * 1024 * 1024
_LOOKED_AT: dict[tuple[Path, str], dict[str, Any]] = {}  # By home folder and language: what `_looked_at` gave last.
NOT_WORDS = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)


@bp.get("/kiosk/sounds/<language>")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
@part_of_a_page
def sounds(language: str) -> Response:
    """Return the sounds of the page without a network in one language, by their keys, for a tablet that may keep it.

    They are given to what asks for all, to keep them. The page itself asks for the list of those that lie on its
    tablet: where it is answered here, none does.
    """
    name = str(session.get("kiosk", ""))
    if language not in languages() or not name or not places.goes_without_network(db.session, name):
        abort(404)
    if "all" not in request.args:
        return jsonify([])
    found: dict[str, str] = {}
    room = MOST
    for key in _on_the_page(language):
        file = _sound(language, key)
        small = small_sounds.small(file) if file else b""
        room -= len(small)
        if room < 0:
            break
        if small:
            found[key] = b64encode(small).decode()
    return jsonify(found)


def to_keep(pages: str) -> list[dict[str, Any]]:
    """Return where a tablet finds the sounds of each language that has some for its page, and how many bytes they have.

    Each has a mark that is made of these sounds themselves, and changes with nothing else of the pages. *pages*: the
    mark of what is read. The sounds are looked at anew once that changes or one has another length, and each hour.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    found = []
    for code in languages():
        there = made_ahead.sizes(_home(), code) | recordings.sizes(db.session, code)
        made_of = repr((pages, hour, sorted(there.items())))
        if _LOOKED_AT.get((_home(), code), {}).get("of") != made_of:
            _LOOKED_AT[_home(), code] = {"of": made_of, "kept": _looked_at(code, set(there)) if there else None}
        kept = _LOOKED_AT[_home(), code]["kept"]
        if kept:
            found.append({**kept, "language": code, "from": url_for("feedback.sounds", language=code)})
    return found


def _looked_at(language: str, there: set[str]) -> dict[str, Any] | None:
    """Return the mark of the sounds of the page in a *language*, and how many bytes a tablet has of them. None: none.

    *there*: the keys of all lines that have a sound.
    """
    whole, size = hashlib.sha256(), 0
    for key in _on_the_page(language):
        file = _sound(language, key) if key in there else None
        if file:
            whole.update(f"{key} {hashlib.sha256(file).hexdigest()}\n".encode())
            size += len(file) // sound.SMALLER
    return {"mark": f"sounds {language} {whole.hexdigest()[:16]}", "bytes": min(MOST, size)} if size else None


def _sound(language: str, key: str) -> bytes | None:
    """Return the sound of one line: a person's before a machine's."""
    return recordings.read(db.session, key) or made_ahead.read(_home(), language, key)


def _on_the_page(language: str) -> list[str]:
    """Return the keys of the lines that stand on the page, in its order."""
    shown = " ".join(unescape(NOT_WORDS.sub(" ", page_of(language))).split())
    known = lines(language, site_words.words(db.session, language))
    at = {key: shown.find(words) for key, words in known.items()}
    return sorted((key for key, place in at.items() if place >= 0), key=lambda key: at[key])


def _home() -> Path:
    home: Path = current_app.config["SETTINGS"].home
    return home
