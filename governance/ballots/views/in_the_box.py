"""That a ballot is in the box, with the letters by which its voter finds it again. They stand on this page alone.

A switch of languages shows them once more: they travel in the page itself, sealed, as an opened code does.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from governance import sealing
from governance.ballots.models import Ballot

PURPOSE = b"real-voice tracker between pages v1"


def shown(ballot: Ballot, tracker: str) -> str:
    """Say that it is in the box, and show the *tracker*."""
    return render_template("ballots/in_the_box.html", ballot=ballot, tracker=tracker, held=_held(ballot, tracker))


def shown_again(ballot: Ballot, held: str) -> ResponseReturnValue:
    """Say the same in the language that was just picked. What is not as `shown` made it, or too old, begins anew.

    The token of the form keeps the time, and on a shared screen the visit.
    """
    tracker = _opened(ballot, held) if g.form_token_held else None
    if tracker is None:
        return redirect(url_for("ballots.vote", number=ballot.number), code=303)
    return shown(ballot, tracker)


def _held(ballot: Ballot, tracker: str) -> str:
    return urlsafe_b64encode(sealing.lock(current_app.config["COOKIE_KEY"], tracker.encode(), _of(ballot))).decode()


def _opened(ballot: Ballot, held: str) -> str | None:
    try:
        sealed = urlsafe_b64decode(held.encode("ascii"))
        return sealing.unlock(current_app.config["COOKIE_KEY"], sealed, _of(ballot)).decode()
    except (ValueError, sealing.SealBroken):
        return None


def _of(ballot: Ballot) -> bytes:
    return PURPOSE + str(ballot.number).encode()
