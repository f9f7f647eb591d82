"""What people say, for every member of the board: the themes and the words that may be shown. No message is here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import abort, render_template

from governance.board.models import AgendaItem
from governance.board.rules import AgendaKind
from governance.board.views.door import Page, page_of_item
from governance.feedback import service
from governance.feedback.models import Theme
from governance.feedback.next_steps import OfTheme, steps_of_member
from governance.feedback.rules import LANE_WORDS
from governance.feedback.views.door import bp, themes_before_all, themes_named, thread_of_theme
from governance.feedback.views.lines import tag_of
from governance.feedback.views.themes import THEME_STATES, states_of
from governance.frame.narrowed import Narrowed, Told
from governance.permissions.access import Permission, may, requires
from governance.storage.database import db


@bp.route("/board/themes", methods=["GET", "POST"])
@requires(Permission.BOARD_PAGES)
def themes_for_members() -> str:
    """Every theme that members may read. Words that are looked for stand in no address."""
    looked = Narrowed(THEME_STATES, private=True)
    found = looked.these(_for_members(), _told)
    return render_template("feedback/board_themes.html", found=found, looked=looked, lanes=LANE_WORDS)


def themes_i_may_bring_up(themes: Iterable[Theme]) -> list[Theme]:
    """Return those of *themes* that whoever is signed in may read: the others are brought up by readers alone.

    A theme with a word that was kept from some must not become public by the hand of somebody who only saw its number.
    """
    if may(Permission.KEEP_THEMES):
        return list(themes)
    readable = {each.theme.id for each in _for_members() if each.is_shown}
    return [theme for theme in themes if theme.id in readable]


def _for_members(theme_id: int | None = None) -> list[service.ForMembers]:
    return service.themes_for_members(db.session, themes_before_all(), themes_named(), theme_id)


def _told(each: service.ForMembers) -> Told:
    return f"{each.theme.title} {each.theme.summary}" if each.is_shown else "", states_of(each.theme)


@bp.get("/board/themes/<number:theme_id>")
@requires(Permission.BOARD_PAGES)
def theme_for_members(theme_id: int) -> str:
    """One theme: the idea, roughly how many said so, the words that may be shown, and what became of it."""
    (here,) = _for_members(theme_id) or abort(404)
    if not here.is_shown:
        return render_template("feedback/board_theme_hidden.html", hidden=here.hidden)
    return render_template(
        "feedback/board_theme.html",
        theme=here.theme,
        how_many=here.how_many,
        lane=LANE_WORDS[here.theme.lane],
        hidden=here.hidden,
        quotes=service.quotes_for_members(db.session, here),
        thread=thread_of_theme(here.theme),
        tag_of=tag_of,
        next_steps=steps_of_member(
            OfTheme(here.theme.id, here.theme.closed_on is not None, writes=may(Permission.WRITE_PROPOSALS)),
            keeps_themes=may(Permission.KEEP_THEMES),
        ),
    )


@page_of_item.fill
def page_of_the_theme(item: AgendaItem) -> list[Page]:
    """Where members read a theme that is on the agenda."""
    at: dict[str, Any] = {"theme_id": item.ref}
    return [("feedback.theme_for_members", at)] if item.kind is AgendaKind.THEME else []
