"""Leaving no order in what waits: its rows are written again, in random order, some at a time."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from governance.feedback.models import FollowUp, FormToken, Held, TakenOnce
from governance.storage.pace import pace

AT_ONCE = 100  # rows in one transaction, at most
TELLS = 2  # Months: what was taken from tablets lies mixed since the months before, and is left as it lies.

_dice = secrets.SystemRandom()


def shuffle_held(session: Session) -> None:
    """Write the rows of what waits again, all in the caller's transaction. See `shuffle_held_in_pieces`."""
    for piece in shuffle_held_in_pieces(session):
        piece(session)
    session.expire_all()


def shuffle_held_in_pieces(session: Session) -> Iterator[Callable[[Session], int]]:
    """Write the rows of what waits again, in random order; each piece returns 0, since it lets nothing out.

    The place of a row and the transaction that wrote it would otherwise tell who came after whom, and which code
    belongs to which message. Which rows share a transaction is drawn by lot among all of them.
    """
    months = select(TakenOnce.month).distinct().order_by(TakenOnce.month.desc()).limit(TELLS)
    for table in (Held, FollowUp, FormToken, TakenOnce):
        (name,) = table.__table__.primary_key.columns
        chosen = select(name) if table is not TakenOnce else select(name).where(TakenOnce.month.in_(months))
        names = list(session.scalars(chosen))
        _dice.shuffle(names)
        for some in pace.portions(names, AT_ONCE):
            yield partial(_write_again, table=table, names=some)


def _write_again(session: Session, table: type[Any], names: Sequence[Any]) -> int:
    _let_writers_wait(session)
    columns = table.__table__
    (name,) = columns.primary_key.columns
    rows = [dict(row._mapping) for row in session.execute(select(columns).where(name.in_(names)))]
    if rows:
        _dice.shuffle(rows)
        session.execute(delete(columns).where(name.in_(names)))
        session.execute(insert(columns), rows)
    return 0


def _let_writers_wait(session: Session) -> None:
    """Hold writers back on PostgreSQL until this transaction ends: what they change meanwhile would be lost.

    It is the first lock any of these acts takes, in the order `hold` and `keep_brought` write in, so that nobody waits
    in a circle.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE form_token, follow_up, taken_once, held IN EXCLUSIVE MODE"))
