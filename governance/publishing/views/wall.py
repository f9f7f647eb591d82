"""The wall: the first page anybody sees."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno
from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.views.door import thread_of_theme
from governance.frame.forms import confirmed
from governance.frame.page_cache import kept
from governance.frame.row_numbers import asked_number
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.publishing import service
from governance.publishing.views.door import bp
from governance.responses import service as responses
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db


@bp.get("/")
@requires(Permission.READ_RECORD)
@kept
def wall() -> str:
    """You said, we did."""
    today = clock.today()
    after = asked_number("after")
    rows, older = service.wall(db.session, today, after)
    if after:
        top = service.OnTop(missing=responses.missing(db.session))
    else:
        top = service.on_top(db.session, keyfolder.current(), today, clock.now())
    return render_template(
        "publishing/wall.html",
        rows=rows,
        older=older,
        after=after,
        alert=top.alert,
        also=top.also,
        doubt=top.doubt,
        missing=top.missing,
        open_votes=top.open_votes,
        words_wait=top.words_wait,
        told=top.told,
        square=square_of(url_for("feedback.say", _external=True)),
        today=today,
    )


@bp.get("/answers/<number:duty_id>")
@requires(Permission.READ_RECORD)
def answer(duty_id: int) -> ResponseReturnValue:
    """The whole answer to a theme. An answer to a decision stands with its record."""
    now = responses.duty_now(db.session, duty_id, clock.today()) or abort(404)
    if now.record:
        return redirect(url_for("decisions.show", number=now.record.number), code=303)
    quotes = feedback.quotes_of(db.session, [now.theme.id]).get(now.theme.id, []) if now.theme else []
    answers = responses.answers_of(db.session, now)
    thread = thread_of_theme(now.theme) if now.theme else []
    return render_template("publishing/answer.html", now=now, answers=answers, quotes=quotes, thread=thread)


@bp.app_template_filter("first_sentence")
def first_sentence(text: str) -> str:
    """Return the first sentence of what staff wrote, for a row of the wall; marks of Markdown left out."""
    line = next((line for line in text.splitlines() if line.strip(" #*>-")), "")
    bare = line.replace("*", "").lstrip("#>- ").strip()
    return bare.partition(". ")[0].rstrip(".") + "." if bare else ""


@lru_cache(maxsize=8)
def square_of(address: str) -> dict[str, Any]:
    """Return the QR square of *address* for the printed poster: its width in dots, and the path that draws it."""
    code = segno.make(address, micro=False)
    dots = [(x, y) for y, row in enumerate(code.matrix_iter(border=2)) for x, dot in enumerate(row) if dot]
    return {"width": code.symbol_size(border=2)[0], "path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dots)}


@bp.get("/board/wall")
@requires(Permission.RUN_BOARD)
def order() -> str:
    """The order of the wall, which is the board's."""
    after = asked_number("after")
    rows, older = service.wall(db.session, clock.today(), after)
    return render_template("publishing/order.html", rows=rows, older=older)


@bp.post("/board/wall/<number:duty_id>/first")
@requires(Permission.RUN_BOARD)
def put_first(duty_id: int) -> ResponseReturnValue:
    """Put a row on top."""
    confirmed()
    if service.put_first(db.session, duty_id):
        _tell(N_("{name} put this on top of the wall: {title}"), duty_id)
    flash(_("It stands on top of the wall now."))
    return redirect(url_for("publishing.order"), code=303)


@bp.post("/board/wall/<number:duty_id>/back")
@requires(Permission.RUN_BOARD)
def put_back(duty_id: int) -> ResponseReturnValue:
    """Let a row go back to its day."""
    confirmed()
    if service.put_back(db.session, duty_id):
        _tell(N_("{name} took this from the top of the wall, back to its day: {title}"), duty_id)
    flash(_("It is back where its day puts it."))
    return redirect(url_for("publishing.order"), code=303)


def _tell(words: str, duty_id: int) -> None:
    now, today = responses.duty_now(db.session, duty_id, clock.today()), clock.today()
    if now:
        said = Sentence(words, name=g.who.alias, title=now.title)
        if not people.is_told(db.session, keyfolder.current(), said, today):
            people.tell(db.session, keyfolder.current(), said, today)
