"""Closing a theme for good: what people brought takes a vote of the board, and an empty one two readers."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import clock
from governance.feedback import service
from governance.feedback.models import Theme
from governance.feedback.views.door import bp, closings_decided
from governance.feedback.views.themes import find_theme
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

CLOSE, CLOSE_EMPTY = "feedback.close_theme", "feedback.close_empty"


@bp.post("/desk/themes/<number:theme_id>/close")
@requires(Permission.KEEP_THEMES)
def close_theme(theme_id: int) -> ResponseReturnValue:
    """Ask to close a theme for good, by the record in which the board voted for it."""
    confirmed()
    here, record = find_theme(theme_id), request.form.get("record", "")
    service.check_may_close(here)
    _check_decided(here, record)
    said = Sentence(N_("The theme “{title}” closes for good, by record {record}."), title=here.title, record=record)
    return _ask(CLOSE, here, said, record)


@bp.post("/desk/themes/<number:theme_id>/close-empty")
@requires(Permission.KEEP_THEMES)
def close_empty(theme_id: int) -> ResponseReturnValue:
    """Ask to close a theme that is empty. It takes one who reads for the board and one who reads for the staff."""
    confirmed()
    here = find_theme(theme_id)
    service.check_is_empty(db.session, here)
    return _ask(CLOSE_EMPTY, here, Sentence(N_("The empty theme “{title}” closes for good."), title=here.title))


def _ask(act: str, theme: Theme, said: Sentence, record: str | None = None) -> Response:
    people.ask(
        db.session, keyfolder.current(), g.who, act, said, clock.today(), subject=theme.id,
        values={"theme": theme.id, "record": record}, page=("feedback.theme", {"theme_id": theme.id}),
    )  # fmt: skip
    flash(_("You asked for it. It is done when another reader agrees."))
    return redirect(url_for("people.asked"), code=303)


def _check_decided(theme: Theme, record: str) -> None:
    if record not in dict(closings_decided(theme)):
        raise RuleRefused(N_("The board has not voted to close this theme. Write a proposal for it first."))


@people.does(CLOSE)
def close_by_record(agreed: people.Agreed) -> None:
    """Close the theme that the board voted to close, if it did."""
    theme, record = agreed.session.get_one(Theme, agreed.values["theme"]), agreed.values["record"]
    _check_decided(theme, record)
    service.close_theme(agreed.session, agreed.keys, theme, agreed.said, agreed.today, record)


@people.does(CLOSE_EMPTY)
def close_for_good(agreed: people.Agreed) -> None:
    """Close the empty theme that two readers agreed to close."""
    theme = agreed.session.get_one(Theme, agreed.values["theme"])
    service.close_theme(agreed.session, agreed.keys, theme, agreed.said, agreed.today)
