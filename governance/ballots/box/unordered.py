"""The box and the roll as they lie on the disk: nothing of the order in which people came may be left in either.

A row keeps more than its columns: PostgreSQL keeps the transaction that wrote it and where it lies, SQLite its page.
So whoever changes one row lays a handful of its neighbours afresh with it, in an order drawn by lot, in the same
transaction: they then have one transaction, and places that tell nothing. Neighbours are those near in the order of
their keys, and where among them the changed row stands is drawn as well: of a handful, each may be the one.
A box of one handful, which is every small board's, is laid afresh whole each time. Every box is, once a day and at
close.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, UnaryExpression, delete, insert, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session

from governance.ballots.models import Ballot, Box, Count, Roll
from governance.storage.database import Piece
from governance.storage.pace import pace

HANDFUL = 64  # Rows laid afresh at each change; half a megabyte of sealed ballots.
TURN = "whose turn"  # Of a session: the transaction that has its turn, and at which ballot.
PIECE = 64  # Rows of a large ballot that one transaction of the daily round lays afresh, at most.

_dice = secrets.SystemRandom()


def lock(session: Session, ballot: Ballot) -> None:
    """Take turns at this ballot, and read it again once it is ours. Only then is the clock read.

    SQLite has one writer at a time: what a transaction that writes has read is what stands. Whose turn it is already
    reads nothing again: nobody else could write meanwhile.
    """
    its_own = object_session(ballot) or session  # What stands for the session of a request has no transaction itself.
    name: tuple[Any, ...] | None = inspect(ballot).identity  # Its column may have to be read again.
    if its_own.info.get(TURN) == (its_own.get_transaction(), name):
        return
    session.refresh(ballot, with_for_update=True)
    if not its_own.in_nested_transaction():  # What such a one has locked is given back with it.
        its_own.info[TURN] = (its_own.get_transaction(), name)


def put(session: Session, ballot: Ballot, drop_tag: bytes, sealed: bytes) -> None:
    """Put a sealed ballot into the box; the same token again replaces it. Call `lock` first."""
    row = {"ballot_id": ballot.id, "drop_tag": drop_tag, "sealed": sealed}
    _lay_handful(session, Box.drop_tag, Box.ballot_id == ballot.id, row)


def lay_row_afresh(session: Session, key: InstrumentedAttribute[Any], these: ColumnElement[bool], changed: Any) -> None:
    """Lay the row of *these* whose *key* is *changed* afresh with its neighbours. Whoever calls has locked them."""
    session.flush()
    row = session.execute(select(*_columns(key)).where(these, key == changed)).one()
    _lay_handful(session, key, these, dict(row._mapping))


def lay_afresh(session: Session, table: type[Box] | type[Roll], ballot: Ballot) -> None:
    """Take all rows of *ballot* out of *table* and put them back in an order drawn by lot, without holding them all."""
    for these in _drawn(session, table, ballot.id):
        lay_rows_afresh(session, table, these)


def lay_rows_afresh(session: Session, table: type[Any], these: ColumnElement[bool]) -> None:
    """Take *these* rows out of *table* and put them back in an order drawn by lot. Whoever calls has locked them."""
    session.flush()
    rows = session.execute(select(*table.__table__.columns).where(these)).all()
    _lay(session, table, these, [dict(row._mapping) for row in rows])


def _lay_handful(
    session: Session, key: InstrumentedAttribute[Any], these: ColumnElement[bool], row: dict[str, Any]
) -> None:
    """Lay *row* into its table, with its neighbours in the order of *key* and in place of an older one."""
    near = [dict(each._mapping) for each in _neighbours(session, key, these, row[key.key])]
    gone = key.in_([row[key.key], *(each[key.key] for each in near)])
    table: type[Any] = key.parent.class_
    _lay(session, table, these & gone, [*near, row])


def _neighbours(
    session: Session, key: InstrumentedAttribute[Any], these: ColumnElement[bool], changed: Any
) -> list[Row[Any]]:
    """Return the rows around *changed* that make a handful with it, in which its place is drawn by lot.

    The order is a ring, the last row before the first: at an end a handful would tell more of some rows than of others.
    """
    wanted = HANDFUL - 1
    before = _dice.randint(0, wanted)

    def nearest(way: ColumnElement[bool], order: UnaryExpression[Any], most: int) -> list[Row[Any]]:
        if most == 0:
            return []
        return list(session.execute(select(*_columns(key)).where(these, way).order_by(order).limit(most)))

    below, above = nearest(key < changed, key.desc(), before), nearest(key > changed, key.asc(), wanted - before)
    missing, lacking = before - len(below), wanted - before - len(above)
    if not (missing and lacking):  # Else these are all rows there are, and round the ring come the same ones.
        below += nearest(key > changed, key.desc(), missing)
        above += nearest(key < changed, key.asc(), lacking)
    at = [getattr(row, key.key) for row in (*below, *above)]
    return list(dict(zip(at, (*below, *above), strict=True)).values())


def _columns(key: InstrumentedAttribute[Any]) -> Iterable[Any]:
    return key.parent.local_table.columns


def _lay(session: Session, table: type[Any], gone: ColumnElement[bool], rows: list[dict[str, Any]]) -> None:
    _dice.shuffle(rows)
    session.execute(delete(table).where(gone).execution_options(synchronize_session=False))
    if rows:
        session.execute(insert(table.__table__), rows)


def lay_all_afresh_in_pieces(session: Session, now: datetime) -> Iterator[Piece]:
    """Lay the box and the roll of every ballot that people vote on afresh. Safe to do again.

    Which rows share a piece, and so a transaction, is drawn by lot among all rows of the ballot.
    """
    voting = select(Ballot.id).outerjoin(Count, Count.ballot_id == Ballot.id).where(Count.ballot_id.is_(None))
    for ballot_id in session.scalars(voting.where(Ballot.cancelled_reason.is_(None), Ballot.opens_at <= now)).all():
        for table in (Box, Roll):
            for these in _drawn(session, table, ballot_id):
                yield partial(_lay_some_afresh, table=table, these=these, ballot_id=ballot_id)


def _drawn(session: Session, table: type[Box] | type[Roll], ballot_id: int) -> Iterator[ColumnElement[bool]]:
    """Yield all rows of a ballot, some at a time: which go together is drawn by lot among all of them."""
    name: InstrumentedAttribute[Any] = Box.drop_tag if table is Box else Roll.account_id
    names: list[Any] = list(session.scalars(select(name).where(table.ballot_id == ballot_id)))
    _dice.shuffle(names)
    for some in pace.portions(names, PIECE):
        yield (table.ballot_id == ballot_id) & name.in_(some)


def _lay_some_afresh(
    session: Session, table: type[Box] | type[Roll], these: ColumnElement[bool], ballot_id: int
) -> None:  # fmt: skip
    session.get(Ballot, ballot_id, with_for_update=True, populate_existing=True)
    lay_rows_afresh(session, table, these)
