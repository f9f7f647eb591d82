"""A tablet that may be without a network: its page for that time, and where it brings what it has sealed meanwhile.

Only a kiosk that was enrolled for it comes here. What it keeps of these pages is the same for every such tablet: no
page of it was made for somebody, and none has a token in it. What it brings comes without a cookie, under a token of
its own, so that no visit at the screen is touched by it.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from flask import Response, abort, current_app, jsonify, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from governance import assets, clock, sealing
from governance.clockwork import timekeeping
from governance.feedback import service
from governance.feedback.views import sounds
from governance.feedback.views.door import bp
from governance.feedback.views.offline_page import page_of
from governance.frame import static_files
from governance.frame.shared_screen import part_of_a_page
from governance.frame.site import languages, programme
from governance.keys import keyfolder
from governance.permissions.access import Asker, Permission, requires
from governance.places import service as places
from governance.places.views.last_known import help_on_page, limit_on_page
from governance.privacy.retention import TOKEN_OF_NOBODY
from governance.storage import database
from governance.storage.database import db

TOKEN = b"real-voice token of a tablet v1"
SCRIPTS = (
    "frame/hide.js", "frame/shared-screen.js", "frame/aloud.js", "feedback/offline.js", "feedback/outbox.js",
    "sealing/crypto.js", "sealing/curves.js",
)  # fmt: skip
LOOKS = ("site.css", "frame/letters.css", "frame/aloud.css", "feedback/offline.css", "feedback/helped.css",
    "favicon.svg", "places/help.css",
)  # fmt: skip
LETTERS = "frame/letters/atkinson-hyperlegible-next.woff2"


@bp.get("/kiosk/worker.js")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
@part_of_a_page
def worker() -> Response:
    """The service worker of such a tablet. It stands for every page of the site, or it could not help on them."""
    script = (assets.folder("static") / "feedback" / "worker.js").read_bytes()
    scope = {"Service-Worker-Allowed": url_for("publishing.wall")}
    return Response(script, mimetype="text/javascript", headers=scope)


@bp.get("/kiosk/offline/<language>")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
@part_of_a_page
def offline(language: str) -> str:
    """The one page of the time without a network, in one language: all its screens, and the help cards."""
    return page_of(language) if language in languages() else abort(404)


@bp.get("/kiosk/outbox")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
@part_of_a_page
def for_tablet() -> ResponseReturnValue:
    """Tell an enrolled tablet whether it may be without a network, what it then keeps, and with what it seals.

    Where it may not (any more), it brings what it still has, and forgets the rest.
    """
    name = str(session.get("kiosk", ""))
    if not name:
        return jsonify(on=False), 404
    facts: dict[str, Any] = {"on": False, "token": _new_token(name)}
    if places.goes_without_network(db.session, name):
        seals = service.for_tablet(db.session, keyfolder.current(), timekeeping.day_to_go_by(db.session))
        facts |= {"on": True, "seals": seals, **_to_keep()}
    return jsonify(facts)


def _brings_a_token() -> bool:
    return _kiosk_of(request.form.get("tablet", "")) is not None


@bp.post("/kiosk/outbox")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY, own_token=_brings_a_token)
def bring() -> ResponseReturnValue:
    """Take one message out of an outbox, once. The tablet forgets it when this says so, and else brings it again.

    A tablet whose key was taken away brings what was said on it before: those words are no thief's, and keep their
    place.
    """
    database.expect(writes=False)
    kiosk = _kiosk_of(request.form.get("tablet", ""))
    if kiosk is None:
        abort(403)
    try:
        sealed = b64decode(request.form.get("sealed", ""), validate=True)
        keys, place = keyfolder.current(), places.place_of_outbox(db.session, kiosk)
        day = timekeeping.day_to_go_by(db.session)
        brought = service.open_brought(db.session, keys, sealed, place, day)
    except (service.NotFromHere, binascii.Error, ValueError):
        return jsonify(taken=False), 422
    db.session.rollback()
    database.expect(writes=True)
    service.keep_brought(db.session, brought, day)
    return jsonify(taken=True)


def _new_token(kiosk: str) -> str:
    made = f"{int(clock.now().timestamp())} {kiosk}".encode()
    return urlsafe_b64encode(sealing.lock(current_app.config["COOKIE_KEY"], made, TOKEN)).decode()


def _kiosk_of(token: str) -> str | None:
    """Return the kiosk that *token* was made for, not long ago, or None."""
    try:
        locked = urlsafe_b64decode(token.encode("ascii"))
        made, _, kiosk = sealing.unlock(current_app.config["COOKIE_KEY"], locked, TOKEN).decode().partition(" ")
        age = clock.now().timestamp() - int(made) + 1
    except (ValueError, sealing.SealBroken):
        return None
    return kiosk if 0 <= age <= TOKEN_OF_NOBODY.total_seconds() else None


def _to_keep() -> dict[str, Any]:
    """Return what a tablet keeps for the time without a network, and a mark that changes with any of it."""
    pages = {code: url_for("feedback.offline", language=code) for code in languages()}
    files = [url_for("static", filename=name) for name in (*LOOKS, LETTERS, *SCRIPTS)]
    made_of = [*files, *map(static_files.url_path, (assets.folder("templates"), assets.PACKAGE / "translations"))]
    made_of += [fact for code in pages for fact in _words_of_the_site(code)]
    mark = hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:16]
    kept = {"mark": mark, "pages": pages, "files": files, "first": pages[languages()[0]]}
    return {**kept, "sounds": sounds.to_keep(mark)}


def _words_of_the_site(language: str) -> list[str]:
    """Return what the page in *language* says in the site's own words."""
    here = programme()
    with force_locale(language):
        cards, limit = help_on_page().cards, limit_on_page()
    named = [language, str(getattr(here, "name", "")), limit.text if limit else ""]
    return [*named, *(repr((card.card.facts(), card.card.checked_on, card.amber, card.fallback)) for card in cards)]
