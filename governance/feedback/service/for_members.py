"""The themes that every member may read: no message comes with them, and no number of messages that is not safe."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.feedback import for_members
from governance.feedback.models import Message, Theme, ThemeMessage
from governance.feedback.service.themes import counted
from governance.ruling.sentences import Sentence


@dataclass(frozen=True)
class ForMembers:
    """A theme as members read it: its words, and roughly how many messages say so."""

    theme: Theme
    how_many: Sentence


def themes_for_members(session: Session, before_all: Collection[int], theme_id: int | None = None) -> list[ForMembers]:
    """Return the themes that members may read, the newest first; with *theme_id*, that one or none.

    *before_all*: the themes that stand before everybody already, beside those on the agenda (`for_members.may_read`).
    """
    one = [Theme.id == theme_id] if theme_id else []
    every = session.scalars(select(Theme).where(*one).order_by(Theme.week.desc(), Theme.id.desc())).all()
    held = _held(session, theme_id)
    return [
        ForMembers(theme, for_members.how_many(sum(held.get(theme.id, {}).values())))
        for theme in every
        if for_members.may_read(
            held.get(theme.id, {}), stands_before_all=_is_on_agenda(theme) or theme.id in before_all
        )
    ]


def _is_on_agenda(theme: Theme) -> bool:
    """Whether the theme was put before the board: by itself, or in the vote that closed it."""
    return theme.agenda_on is not None or theme.closed_by is not None


def _held(session: Session, theme_id: int | None) -> dict[int, dict[str, int]]:
    """Return how many messages each theme holds, by their audience. What was hidden is not among them."""
    one = [ThemeMessage.theme_id == theme_id] if theme_id else []
    wanted = counted(ThemeMessage.theme_id, Message.audience, func.count()).where(*one)
    found: dict[int, dict[str, int]] = {}
    for theme, audience, count in session.execute(wanted.group_by(ThemeMessage.theme_id, Message.audience)):
        found.setdefault(theme, {})[audience] = count
    return found
