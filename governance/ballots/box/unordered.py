"""The box and the roll as they lie on the disk: nothing of the order in which people came may be left in either.

A row keeps more than its columns: PostgreSQL keeps the transaction that wrote it and where it lies, SQLite its page.
So whoever changes one row lays all rows of that ballot afresh, in an order drawn by lot, in the same transaction: they
then have one transaction, and places that tell nothing. A large ballot is laid afresh once a day and at close.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from governance.ballots.models import Ballot, Box, Count, Roll
from governance.database import Piece

FEW = 200  # Voters up to whom every change lays all rows afresh; 1.6 MB at most.

_dice = secrets.SystemRandom()


def lock(session: Session, ballot: Ballot) -> None:
    """Take turns at this ballot. On a large one those who drop go side by side, and the count waits for them.

    SQLite has one writer at a time: what a transaction that writes has read is what stands.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.refresh(ballot, with_for_update={"read": not is_small(ballot)})


def is_small(ballot: Ballot) -> bool:
    """Whether the roll, fixed in the manifest, is short enough to lay all rows afresh at each change.

    Where no size is known it counts as small: slower, and it hides as much.
    """
    return bool((ballot.manifest or {}).get("roll_size", 0) <= FEW)


def put(session: Session, ballot: Ballot, drop_tag: bytes, sealed: bytes) -> None:
    """Put a sealed ballot into the box; the same token again replaces it. Call `lock` first."""
    row = {"ballot_id": ballot.id, "drop_tag": drop_tag, "sealed": sealed}
    if is_small(ballot):
        lay_rows_afresh(session, Box, Box.ballot_id == ballot.id, (Box.drop_tag == drop_tag, row))
        return
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    replace = {"index_elements": ["ballot_id", "drop_tag"], "set_": {"sealed": sealed}}
    session.execute(dialect.insert(Box).values(row).on_conflict_do_update(**replace))


def lay_afresh(session: Session, table: type[Box] | type[Roll], ballot: Ballot) -> None:
    """Take all rows of *ballot* out of *table* and put them back in an order drawn by lot."""
    lay_rows_afresh(session, table, table.ballot_id == ballot.id)


def lay_rows_afresh(
    session: Session, table: type[Any], these: ColumnElement[bool],
    instead: tuple[ColumnElement[bool], dict[str, Any]] | None = None,
) -> None:  # fmt: skip
    """Take *these* rows out of *table* and put them back in an order drawn by lot. Whoever calls has locked them.

    *instead*: which of them is left out, and the row that goes in for it.
    """
    session.flush()
    kept = these if instead is None else these & ~instead[0]
    rows = [dict(row._mapping) for row in session.execute(select(*table.__table__.columns).where(kept))]
    rows += [] if instead is None else [instead[1]]
    if not rows:
        return
    _dice.shuffle(rows)
    session.execute(delete(table).where(these).execution_options(synchronize_session=False))
    session.execute(insert(table.__table__), rows)


def lay_all_afresh_in_pieces(session: Session, now: datetime) -> Iterator[Piece]:
    """Lay the box and the roll of every ballot that people vote on afresh. Safe to do again.

    Which rows share a piece, and so a transaction, is drawn by lot among all rows of the ballot.
    """
    voting = select(Ballot.id).outerjoin(Count, Count.ballot_id == Ballot.id).where(Count.ballot_id.is_(None))
    for ballot_id in session.scalars(voting.where(Ballot.cancelled_reason.is_(None), Ballot.opens_at <= now)).all():
        for table, name in ((Box, Box.drop_tag), (Roll, Roll.account_id)):
            names: list[Any] = list(session.scalars(select(name).where(table.ballot_id == ballot_id)))
            _dice.shuffle(names)
            for start in range(0, len(names), FEW):
                these = (table.ballot_id == ballot_id) & name.in_(names[start : start + FEW])
                yield partial(_lay_some_afresh, table=table, these=these, ballot_id=ballot_id)


def _lay_some_afresh(
    session: Session, table: type[Box] | type[Roll], these: ColumnElement[bool], ballot_id: int
) -> None:  # fmt: skip
    session.get(Ballot, ballot_id, with_for_update=True)
    lay_rows_afresh(session, table, these)
