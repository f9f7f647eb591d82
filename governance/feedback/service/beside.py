"""What stands in the clear beside a sealed message, and the program vouches for (promise 4)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback.models import Message, ThemeMessage

Themes = Mapping[uuid.UUID, tuple[int, ...]]


class Beside(NamedTuple):
    """The week of a message, what may be shown of it, and where readers put it: its lane, and its themes in order."""

    week: date
    consent: rules.Consent
    lane: rules.Lane | None
    themes: tuple[int, ...]

    @property
    def where(self) -> str:
        """Where readers put it, in one word."""
        return f"{self.lane or 'not sorted'} {self.themes}"


def themes_of_each(session: Session, names: Collection[uuid.UUID] | None = None) -> Themes:
    """Return the themes of each message that is in one, in their order. *names*: of these alone."""
    query = select(ThemeMessage.message_id, ThemeMessage.theme_id).order_by(ThemeMessage.theme_id)
    found: dict[uuid.UUID, tuple[int, ...]] = {}
    for row in session.execute(query if names is None else query.where(ThemeMessage.message_id.in_(names))):
        found[row.message_id] = (*found.get(row.message_id, ()), row.theme_id)
    return found


def beside_each(session: Session, messages: Iterable[Message | Row[*tuple[Any, ...]]]) -> dict[uuid.UUID, Beside]:
    """Return what stands beside each of these *messages* now, by its name. They, or those columns of theirs."""
    rows = list(messages)
    themes = themes_of_each(session, [row.id for row in rows])
    return {row.id: Beside(row.week, row.consent, row.lane, themes.get(row.id, ())) for row in rows}
