"""Recording what is read aloud: the list of lines, and the page of each, for whoever keeps the site's words."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance.frame.forms import ConfirmForm, confirmed, refusals_in, status_of
from governance.frame.headers import HEADERS
from governance.frame.languages import LANGUAGES
from governance.frame.narrowed import Narrowed
from governance.frame.said_aloud import lines
from governance.frame.site import languages
from governance.permissions.access import Permission, requires
from governance.places.aloud import recordings, site_words
from governance.places.forms import RecordingForm
from governance.places.views import by_screen, new_recordings
from governance.places.views.door import bp
from governance.ruling.sentences import N_
from governance.storage.database import db

# The one page of the program that may listen, once whoever keeps the site's words has said yes to their browser.
MICROPHONE = HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")
LARGEST = 6 * 1024 * 1024  # A WAV file of the longest recording, as any program may write it.


@bp.get("/places/recordings/<language>")
@requires(Permission.KEEP_PLACES)
def recordings_of(language: str) -> str:
    """The lines of a language, folded by screen, and which of them has a recording."""
    every, recorded = _lines(language), recordings.keys(db.session, language)
    waiting = recordings.waiting(db.session, language)
    looked = Narrowed({"missing": N_("Not recorded yet"), "recorded": N_("Recorded")})
    found = looked.these(every.items(), lambda line: (line[1], ["recorded" if line[0] in recorded else "missing"]))
    return render_template(
        "places/recordings.html",
        looked=looked,
        every=every,
        folds=_folds(language, dict(found), every, recorded, "" if looked.wanted else request.args.get("screen", " ")),
        recorded=recorded,
        waiting=[key for key in every if key in waiting],
        asked=new_recordings.requested(language),
        of=LANGUAGES[language],
        offered=[LANGUAGES[code] for code in languages()],
    )


@dataclass(frozen=True)
class Fold:
    """The lines of one screen that are looked for, by their keys, and how many of all of it are recorded."""

    title: str
    lines: Mapping[str, str]
    recorded: int
    all: int
    is_open: bool


def _folds(
    language: str, found: Mapping[str, str], every: Mapping[str, str], recorded: Set[str], opened: str
) -> list[Fold]:  # fmt: skip
    """Return the folds that hold what was *found*. *opened*: the screen to show at once; every one where it is ""."""
    return [
        Fold(
            title=by_screen.SCREENS[screen],
            lines={key: found[key] for key in keys if key in found},
            recorded=len(recorded & set(keys)),
            all=len(keys),
            is_open=opened in ("", screen),
        )
        for screen, keys in by_screen.folded(language, every).items()
        if not found.keys().isdisjoint(keys)
    ]


def _among_others(language: str, key: str) -> str:
    """Return where the list shows this line."""
    return url_for("places.recordings_of", language=language, screen=by_screen.screen_of(language, key), _anchor=key)


@bp.route("/places/recordings/<language>/<key>", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def recording(language: str, key: str) -> ResponseReturnValue:
    """Record one line, in the browser or from a file."""
    line = _lines(language).get(key) or abort(404)
    form = RecordingForm()
    if form.validate_on_submit():
        with refusals_in(form):
            file = request.files.get("file")
            recordings.put_in(db.session, language, key, file.read() if file else b"")
            if key in (new_recordings.requested(language) or ()):
                new_recordings.another_by_now(language)
            flash(_("Kept. People hear this voice once somebody of the board has listened and said yes."))
            return redirect(_among_others(language, key), code=303)
    page = render_template(
        "places/recording.html",
        form=form,
        line=line,
        key=key,
        of=LANGUAGES[language],
        is_recorded=key in recordings.keys(db.session, language),
        waits=key in recordings.waiting(db.session, language),
        confirm=ConfirmForm(),
    )
    return _may_listen(make_response(page, status_of(form)))


recording.largest_body = LARGEST  # type: ignore[attr-defined]


@bp.post("/places/recordings/<language>/<key>/remove")
@requires(Permission.KEEP_PLACES)
def remove_recording(language: str, key: str) -> ResponseReturnValue:
    """Take a recording away."""
    _lines(language)
    confirmed()
    recordings.remove(db.session, key)
    flash(_("The recording is gone."))
    return redirect(_among_others(language, key), code=303)


def _lines(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        abort(404)
    return lines(language, site_words.words(db.session, language))


def _may_listen(response: Response) -> Response:
    response.headers["Permissions-Policy"] = MICROPHONE
    return response
