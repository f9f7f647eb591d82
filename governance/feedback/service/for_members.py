"""The themes that every member may read: no message comes with them, and no number of messages that is not safe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.feedback import for_members
from governance.feedback.hiding import HideReason
from governance.feedback.models import Message, Quote, Theme, ThemeMessage, Tombstone
from governance.feedback.rules import MessageState
from governance.feedback.service.themes import counted, quotes_of
from governance.ruling.sentences import Sentence


@dataclass(frozen=True)
class ForMembers:
    """A theme as members read it: its words, and roughly how many messages say so.

    *before_all*: it stands before everybody, with all that is in it; else only with what was said to all readers.
    *hidden*: why messages of it were hidden, each reason once; None for one that has no tombstone. *is_shown*: else all
    that members could read of it was hidden, and what is left on the page is that, and why.
    """

    theme: Theme
    how_many: Sentence
    before_all: bool
    hidden: tuple[HideReason | None, ...] = ()
    is_shown: bool = True


def themes_for_members(
    session: Session, before_all: Collection[int], named: Collection[int] = (), theme_id: int | None = None
) -> list[ForMembers]:  # fmt: skip
    """Return the themes that members may read, the newest first; with *theme_id*, that one or none.

    *before_all*: the themes that stand before everybody already, beside those on the agenda (`for_members.may_read`).
    *named*: those that a proposal names. One member alone writes a proposal, so it opens no more than the title.
    Where messages of it were hidden a theme says so, and where nothing else is left there is a line that says that:
    else two people could bury a theme, and nobody would miss it.
    """
    one = [Theme.id == theme_id] if theme_id else []
    every = session.scalars(select(Theme).where(*one).order_by(Theme.week.desc(), Theme.id.desc())).all()
    held, hidden = _held(session, theme_id), _hidden(session, theme_id)
    return [
        ForMembers(theme, _how_many(live, stands), stands, why, is_shown)
        for theme in every
        for stands in [_is_on_agenda(theme) or theme.id in before_all]
        for live, why in [(held.get(theme.id, {}), _why(hidden.get(theme.id, {}), stands))]
        for is_shown in [for_members.may_read(live, stands_before_all=stands or theme.id in named)]
        if is_shown or why
    ]


def quotes_for_members(session: Session, here: ForMembers) -> list[Quote]:
    """Return the words shown under a theme that members may read."""
    shown = quotes_of(session, [here.theme.id]).get(here.theme.id, [])
    wrote = session.scalars(select(Message).where(Message.id.in_([each.message_id for each in shown])))
    counted_in = {message.id for message in wrote if _counts(message.audience, here.before_all)}
    return [each for each in shown if each.message_id in counted_in]


def _how_many(held: Mapping[str, int], before_all: bool) -> Sentence:
    return for_members.how_many(sum(number for audience, number in held.items() if _counts(audience, before_all)))


def _why(hidden: Mapping[str, Collection[HideReason | None]], before_all: bool) -> tuple[HideReason | None, ...]:
    """Return the reasons for which messages were hidden that members would read of, in the order of the list."""
    found = {why for audience, some in hidden.items() if _counts(audience, before_all) for why in some}
    return tuple(why for why in (*HideReason, None) if why in found)


def _counts(audience: str, before_all: bool) -> bool:
    return for_members.counts(audience, stands_before_all=before_all)


def _is_on_agenda(theme: Theme) -> bool:
    """Whether the theme was put before the board: by itself, or in the vote that closed it."""
    return theme.agenda_on is not None or theme.closed_by is not None


def _hidden(session: Session, theme_id: int | None) -> dict[int, dict[str, set[HideReason | None]]]:
    """Return why messages of each theme were hidden, by their audience."""
    wanted = select(ThemeMessage.theme_id, Message.audience, Tombstone.reason)
    wanted = wanted.join(Message, Message.id == ThemeMessage.message_id).where(Message.state == MessageState.HIDDEN)
    wanted = wanted.outerjoin(Tombstone, Tombstone.message_id == Message.id)
    found: dict[int, dict[str, set[HideReason | None]]] = {}
    for theme, audience, why in session.execute(
        wanted.where(*([ThemeMessage.theme_id == theme_id] if theme_id else []))
    ):
        found.setdefault(theme, {}).setdefault(audience, set()).add(why)
    return found


def _held(session: Session, theme_id: int | None) -> dict[int, dict[str, int]]:
    """Return how many messages each theme holds, by their audience. What was hidden is not among them."""
    one = [ThemeMessage.theme_id == theme_id] if theme_id else []
    wanted = counted(ThemeMessage.theme_id, Message.audience, func.count()).where(*one)
    found: dict[int, dict[str, int]] = {}
    for theme, audience, count in session.execute(wanted.group_by(ThemeMessage.theme_id, Message.audience)):
        found.setdefault(theme, {})[audience] = count
    return found
