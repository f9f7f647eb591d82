"""Themes: what is alike lies together, and words are shown with their writer's yes."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.feedback import rules, service
from governance.feedback.forms.desk import QuoteForm, ThemeForm
from governance.feedback.models import Theme
from governance.feedback.next_steps import OfTheme, steps_of_theme
from governance.feedback.views.door import bp, closings_decided, thread_of_theme
from governance.feedback.views.lines import lines, tag_of
from governance.feedback.views.message_page import (
    MESSAGE,
    address_of,
    find,
    keyring,
    message_page,
    with_quotable,
    with_themes,
)
from governance.frame.forms import confirmed, refusals_in
from governance.frame.narrowed import Narrowed
from governance.keys import keyfolder
from governance.permissions.access import Permission, may, requires
from governance.ruling.sentences import N_
from governance.storage.database import db

THEME_STATES: dict[Any, str] = {
    "open": N_("Open"), "agenda": N_("On the agenda"), "closed": N_("Closed"), **rules.LANE_WORDS,
}  # fmt: skip


@bp.route("/desk/themes", methods=["GET", "POST"])
@requires(Permission.KEEP_THEMES)
def theme_list() -> str:
    """Every theme, with how many said so. Words that are looked for stand in no address."""
    looked = Narrowed(THEME_STATES, private=True)
    found = looked.these(service.themes(db.session), lambda each: (f"{each.title} {each.summary}", states_of(each)))
    counts = service.theme_counts(db.session, clock.today())
    return render_template("feedback/desk_themes.html", themes=found, counts=counts, rules=rules, looked=looked)


def states_of(theme: Theme) -> list[str]:
    """Return the states of `THEME_STATES` that a theme is in."""
    return ["closed" if theme.closed_on else "open", *(["agenda"] if theme.agenda_on else []), theme.lane]


@bp.get("/desk/themes/<number:theme_id>")
@requires(Permission.KEEP_THEMES)
def theme(theme_id: int) -> str:
    """One theme: its messages, its quotes, and where it goes."""
    here, ring = find_theme(theme_id), keyring()
    messages = ring.open_all(service.messages_of(db.session, theme_id))
    return render_template(
        "feedback/desk_theme.html",
        theme=here,
        lines=lines([each for each in messages if each.opens]),
        shut=sum(not each.opens for each in messages),
        count=service.theme_counts(db.session, clock.today()).get(theme_id, (0, 0)),
        quotes=service.quotes_of(db.session, [theme_id]).get(theme_id, []),
        thread=thread_of_theme(here),
        rules=rules,
        tag_of=tag_of,
        next_steps=steps_of_theme(_facts(here)),
    )


def _facts(here: Theme) -> OfTheme:
    return OfTheme(
        here.id,
        is_closed=bool(here.closed_on),
        is_empty=not here.agenda_on and not service.is_in_it(db.session, here.id),
        decided=[number for number, _title in closings_decided(here)],
        writes=may(Permission.WRITE_PROPOSALS),
    )


@bp.post(f"{MESSAGE}/themes")
@requires(Permission.KEEP_THEMES)
def put_in(message_id: uuid.UUID) -> ResponseReturnValue:
    """Put a message into a theme, or start one with it."""
    opened, form = find(message_id), with_themes(ThemeForm())
    if form.validate_on_submit():
        with refusals_in(form):
            return _put_in(opened, form)
    return message_page(keyring(), opened, form)


def _put_in(opened: service.OpenMessage, form: ThemeForm) -> ResponseReturnValue:
    if form.theme_id.data:
        chosen = find_theme(form.theme_id.data)
    else:
        title, summary = form.title.data or "", form.summary.data or ""
        chosen = service.start_theme(db.session, title, summary, opened.lane, clock.today())
    others = keyring().others_alike(opened) if form.together.data else []
    by = service.Hand(keyfolder.current(), clock.today())
    on_agenda = [service.put_in(db.session, chosen, each.id, by) for each in [opened, *others]]
    if any(on_agenda):
        flash(_("“%(theme)s” has put itself on the board's agenda: five messages in 60 days.", theme=chosen.title))
    else:
        flash(_("It is in the theme “%(theme)s” now.", theme=chosen.title))
    return redirect(address_of(opened), code=303)


@bp.post(f"{MESSAGE}/themes/<number:theme_id>/take-out")
@requires(Permission.KEEP_THEMES)
def take_out(message_id: uuid.UUID, theme_id: int) -> ResponseReturnValue:
    """Take a message out of a theme."""
    confirmed()
    opened = find(message_id)
    service.take_out(db.session, find_theme(theme_id), message_id, service.Hand(keyfolder.current(), clock.today()))
    flash(_("It is out of that theme."))
    return redirect(address_of(opened), code=303)


@bp.post(f"{MESSAGE}/quote")
@requires(Permission.KEEP_THEMES)
def quote(message_id: uuid.UUID) -> ResponseReturnValue:
    """Show a piece of a message under a theme, with its writer's yes."""
    opened = find(message_id)
    form = with_quotable(QuoteForm(), message_id)
    if form.validate_on_submit():
        with refusals_in(form):
            service.quote(db.session, opened, find_theme(form.quoted_under.data), form.piece.data or "")
            flash(_("These words can be shown now. The writer can take the yes back at any time."))
            return redirect(address_of(opened), code=303)
    return message_page(keyring(), opened, form)


def find_theme(theme_id: int) -> Theme:
    """Return a theme, or answer 404."""
    return db.session.get(Theme, theme_id) or abort(404)
