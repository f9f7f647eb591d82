"""New recordings wait for a second yes: who keeps the places asks for it, and one of the board listens and agrees."""

from __future__ import annotations

from io import BytesIO

from flask import Response, abort, flash, g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.frame.forms import confirmed
from governance.frame.languages import LANGUAGES
from governance.frame.said_aloud import lines
from governance.frame.shared_screen import part_of_a_page
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.places.aloud import recordings, site_words
from governance.places.views.door import bp
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

PUT_UP = "places.ask_for_recordings"


@bp.post("/places/recordings/<language>/ask")
@requires(Permission.KEEP_PLACES)
def ask_for_recordings(language: str) -> ResponseReturnValue:
    """Ask that people hear the recordings of a language that wait. Somebody of the board agrees."""
    confirmed()
    waiting = recordings.waiting(db.session, language)
    marks = {key: waiting[key] for key in _lines_that_wait(language)}
    if not marks:
        abort(404)
    said = Sentence(
        N_("New recordings that people hear in {language}: {number}."),
        language=LANGUAGES[language].name,
        number=len(marks),
    )
    people.ask(
        db.session, keyfolder.current(), g.who, PUT_UP, said, clock.today(), subject=language,
        values={"language": language, "marks": marks}, page=("places.to_hear", {"language": language}),
    )  # fmt: skip
    flash(_("You asked for it. It is done when somebody of the board agrees."))
    return redirect(url_for("people.asked"), code=303)


@people.does(PUT_UP)
def _put_up(agreed: people.Agreed) -> None:
    recordings.put_up(agreed.session, agreed.values["language"], agreed.values["marks"])
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


@bp.post("/places/recordings/<language>/<key>/take-back")
@requires(Permission.KEEP_PLACES)
def take_back_recording(language: str, key: str) -> ResponseReturnValue:
    """Take back a recording that waits. What people hear stays as it is."""
    confirmed()
    if key not in _lines_that_wait(language):
        abort(404)
    recordings.take_back(db.session, key)
    another_by_now(language)
    flash(_("You took it back. What people hear stays as it is."))
    return redirect(url_for("places.recording", language=language, key=key), code=303)


def another_by_now(language: str) -> None:
    """Forget that a yes was asked for, because one of the recordings it was asked for is another, or gone."""
    people.no_longer_asked(db.session, PUT_UP, language)


def requested(language: str) -> set[str] | None:
    """Return the keys of the recordings that a yes is asked for now, or None where none is asked for."""
    asked = people.requests_on(db.session, keyfolder.current(), g.who, clock.today(), [PUT_UP], language)
    return set(asked[0].values["marks"]) if asked else None


@bp.get("/new-recordings/<language>")
@requires(Permission.OWN_ACCOUNT)
def to_hear(language: str) -> str:
    """What a yes is asked for in a language, each line with its sound; before it is asked for, what waits."""
    _check_may_hear()
    there, asked = _lines_that_wait(language), requested(language)
    heard = {key: line for key, line in there.items() if asked is None or key in asked}
    return render_template("places/to_hear.html", lines=heard, of=LANGUAGES[language])


@bp.get("/new-recordings/<language>/<key>.wav")
@requires(Permission.OWN_ACCOUNT)
@part_of_a_page
def waiting_sound(language: str, key: str) -> Response:
    """Return the sound of one line that waits."""
    _check_may_hear()
    file = recordings.read_waiting(db.session, language, key) or abort(404)
    response = send_file(BytesIO(file), mimetype="audio/wav", conditional=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def _lines_that_wait(language: str) -> dict[str, str]:
    """Return the lines that have a recording that waits. One whose words are others by now has none."""
    if language not in LANGUAGES:
        abort(404)
    there = recordings.waiting(db.session, language)
    every = lines(language, site_words.words(db.session, language))
    return {key: line for key, line in every.items() if key in there}


def _check_may_hear() -> None:
    if not (may(Permission.KEEP_PLACES) or may(Permission.BOARD_PAGES)):
        abort(403)
