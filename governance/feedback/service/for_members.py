"""The themes that every member may read: no message comes with them, and no number of messages that is not safe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.feedback import for_members
from governance.feedback.models import Message, Quote, Theme, ThemeMessage
from governance.feedback.service.themes import counted, quotes_of
from governance.ruling.sentences import Sentence


@dataclass(frozen=True)
class ForMembers:
    """A theme as members read it: its words, and roughly how many messages say so.

    *before_all*: it stands before everybody, with all that is in it; else only with what was said to all readers.
    """

    theme: Theme
    how_many: Sentence
    before_all: bool


def themes_for_members(
    session: Session, before_all: Collection[int], named: Collection[int] = (), theme_id: int | None = None
) -> list[ForMembers]:  # fmt: skip
    """Return the themes that members may read, the newest first; with *theme_id*, that one or none.

    *before_all*: the themes that stand before everybody already, beside those on the agenda (`for_members.may_read`).
    *named*: those that a proposal names. One member alone writes a proposal, so it opens no more than the title.
    """
    one = [Theme.id == theme_id] if theme_id else []
    every = session.scalars(select(Theme).where(*one).order_by(Theme.week.desc(), Theme.id.desc())).all()
    held = _held(session, theme_id)
    return [
        ForMembers(theme, _how_many(held.get(theme.id, {}), stands), stands)
        for theme in every
        for stands in [_is_on_agenda(theme) or theme.id in before_all]
        if for_members.may_read(held.get(theme.id, {}), stands_before_all=stands or theme.id in named)
    ]


def quotes_for_members(session: Session, here: ForMembers) -> list[Quote]:
    """Return the words shown under a theme that members may read."""
    shown = quotes_of(session, [here.theme.id]).get(here.theme.id, [])
    wrote = session.scalars(select(Message).where(Message.id.in_([each.message_id for each in shown])))
    counted_in = {message.id for message in wrote if _counts(message.audience, here.before_all)}
    return [each for each in shown if each.message_id in counted_in]


def _how_many(held: Mapping[str, int], before_all: bool) -> Sentence:
    return for_members.how_many(sum(number for audience, number in held.items() if _counts(audience, before_all)))


def _counts(audience: str, before_all: bool) -> bool:
    return for_members.counts(audience, stands_before_all=before_all)


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
