"""Grouping what is alike, and showing words with their writer's yes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from governance import privacy
from governance.board import service as board
from governance.board.rules import AgendaKind
from governance.feedback import rules
from governance.feedback.models import Message, Quote, Theme, ThemeMessage
from governance.feedback.moving import Move
from governance.feedback.service.moved import Hand
from governance.feedback.service.reading import OpenMessage
from governance.feedback.service.vouching import vouched_again
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.text import plain


def start_theme(session: Session, title: str, summary: str, lane: rules.Lane, today: date) -> Theme:
    """Begin a theme in the readers' own words. Raises RuleRefused where they name a member or a seat."""
    board.check_names_nobody(session, title, summary, field="title")
    theme = Theme(title=title.strip(), summary=summary.strip(), lane=lane, week=privacy.week_of(today))
    session.add(theme)
    session.flush()
    return theme


def put_in(session: Session, theme: Theme, message_id: uuid.UUID, by: Hand) -> bool:
    """Put a message into a theme. Returns whether that put the theme on the board's agenda (five in sixty days)."""
    session.refresh(theme, with_for_update=True)  # Two fifths at one moment must not each count four.
    with vouched_again(session, by.keys, [message_id]) as messages:
        message = messages[message_id]
        if message.state is not rules.MessageState.LIVE:
            raise RuleRefused(N_("This message is not shown any more, so it cannot join a theme."))
        if message.consent is rules.Consent.PRIVATE:
            raise RuleRefused(N_("The person asked to keep this to the readers. It cannot join a public theme."))
        session.merge(ThemeMessage(theme_id=theme.id, message_id=message.id, week=message.week))
    weeks = session.scalars(counted(ThemeMessage.week).where(ThemeMessage.theme_id == theme.id)).all()
    if theme.agenda_on or theme.closed_on or not rules.theme_on_agenda(weeks, by.today):
        return False
    theme.agenda_on = by.today
    board.add_agenda_item(session, AgendaKind.THEME, str(theme.id), theme.title, by.today)
    session.flush()
    return True


def take_out(session: Session, theme: Theme, message_id: uuid.UUID, by: Hand) -> None:
    """Take a message out of a theme it was put in by mistake. It leaves a mark."""
    row = session.get(ThemeMessage, (theme.id, message_id))
    if row:
        with vouched_again(session, by.keys, [message_id]):
            session.delete(row)
        by.marks(session, Move.TAKEN_OUT, (theme.title, ""))


THEMES = "themes"  # What the ledger says that such an act is about.


def check_may_close(theme: Theme) -> None:
    """Refuse to close what is closed. Raises RuleRefused."""
    if theme.closed_on:
        raise RuleRefused(N_("This theme is closed already. It stays readable."))


def check_is_empty(session: Session, theme: Theme) -> None:
    """Refuse to close without a vote what people brought: a theme with messages, or one that was on the agenda."""
    check_may_close(theme)
    if theme.agenda_on or is_in_it(session, theme.id):
        raise RuleRefused(N_("People brought this theme. The board votes first, then it can be closed."))


def is_in_it(session: Session, theme_id: int) -> bool:
    """Whether a message is in this theme, whatever became of the message."""
    return bool(session.scalar(select(ThemeMessage.theme_id).where(ThemeMessage.theme_id == theme_id).limit(1)))


def close_theme(
    session: Session, keys: KeyFolder, theme: Theme, said: Sentence, today: date, record: str | None = None
) -> None:
    """Close a theme that was dealt with, and tell every member in a sentence. It stays readable.

    *record*: the number of the record in which the board voted for it. Without one, only an empty theme closes.
    """
    session.refresh(theme, with_for_update=True)
    if record is None:
        check_is_empty(session, theme)
    check_may_close(theme)
    before = {} if people.has_told(session, THEMES) else closed_themes(session)
    theme.closed_on, theme.closed_by = today, record
    session.flush()
    people.tell(session, keys, said, today, THEMES, {**before, f"theme {theme.id}": _closed(theme)})


def _closed(theme: Theme) -> str:
    """Return when a theme was closed, and by which record, in one line."""
    day = theme.closed_on.isoformat() if theme.closed_on else ""
    return f"{day} {theme.closed_by}" if theme.closed_by else day


def closed_themes(session: Session) -> dict[str, str]:
    """Return which themes are closed, since when and by which record, as the ledger vouches for it."""
    closed = session.scalars(select(Theme).where(Theme.closed_on.is_not(None)))
    return {f"theme {theme.id}": _closed(theme) for theme in closed}


def themes(session: Session, open_only: bool = False) -> Sequence[Theme]:
    """Return the themes, newest first."""
    query = select(Theme).order_by(Theme.week.desc(), Theme.id.desc())
    return session.scalars(query.where(Theme.closed_on.is_(None)) if open_only else query).all()


def themes_by_id(session: Session, theme_ids: Iterable[int]) -> Sequence[Theme]:
    """Return these themes, the oldest first."""
    return session.scalars(select(Theme).where(Theme.id.in_(list(theme_ids))).order_by(Theme.id)).all()


def theme_counts(session: Session, today: date) -> dict[int, tuple[int, int]]:
    """Return, by theme, how many messages it holds in all and within the last sixty days. For readers only."""
    since = privacy.week_of(today - rules.ON_AGENDA_WITHIN)
    recent = func.count().filter(ThemeMessage.week >= since)
    rows = session.execute(counted(ThemeMessage.theme_id, func.count(), recent).group_by(ThemeMessage.theme_id))
    return {theme_id: (count, new) for theme_id, count, new in rows}


def counted(*columns: Any) -> Select[Any]:
    """Return a query of the messages of themes, without the hidden ones: what stood there twice counts once."""
    joined = select(*columns).join(Message, Message.id == ThemeMessage.message_id)
    return joined.where(Message.state != rules.MessageState.HIDDEN)


def messages_of(session: Session, theme_id: int, limit: int = 100) -> Sequence[Message]:
    """Return the messages of a theme, newest week first. For readers, who open them one by one."""
    joined = select(Message).join(ThemeMessage, ThemeMessage.message_id == Message.id)
    wanted = joined.where(ThemeMessage.theme_id == theme_id, Message.state != rules.MessageState.HIDDEN)
    return session.scalars(wanted.order_by(Message.week.desc(), Message.id).limit(limit)).all()


def themes_of(session: Session, message_id: uuid.UUID) -> Sequence[Theme]:
    """Return the themes a message is in."""
    return session.scalars(
        select(Theme).join(ThemeMessage, ThemeMessage.theme_id == Theme.id).where(ThemeMessage.message_id == message_id)
    ).all()


def quote(session: Session, message: OpenMessage, theme: Theme, text: str) -> Quote:
    """Show some of a person's words under a theme: only with their yes, and only words they wrote.

    No word of theirs is changed. A piece with the name of a member or a seat in it is refused: take another.
    """
    now = session.get_one(Message, message.id, with_for_update=True, populate_existing=True)
    if {now.consent, message.consent} != {rules.Consent.WORDS}:  # The row's, and what its writer sealed.
        raise RuleRefused(N_("The person did not say yes to showing their words. Tell the idea in your own words."))
    piece = plain(text, len(message.words)).strip() if len(text) <= 2 * len(message.words) else ""
    if not piece or piece not in message.words:
        raise RuleRefused(N_("A quote is a piece of the message, exactly as it was typed. Copy it as it is."))
    board.check_names_nobody(session, piece, field="piece")
    shown = Quote(message_id=message.id, theme_id=theme.id, text=piece, language=message.language)
    session.add(shown)
    session.flush()
    return shown


def quotes_of(session: Session, theme_ids: Sequence[int]) -> dict[int, list[Quote]]:
    """Return the quotes that may be shown, by theme."""
    found: dict[int, list[Quote]] = {}
    query = select(Quote).where(Quote.theme_id.in_(theme_ids), Quote.withdrawn.is_(False)).order_by(Quote.id)
    for row in session.scalars(query):
        found.setdefault(row.theme_id, []).append(row)
    return found
