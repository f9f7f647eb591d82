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
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Insert,
    Integer,
    Table,
    UnaryExpression,
    any_,
    bindparam,
    func,
    insert,
    inspect,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session
from sqlalchemy.sql.dml import ReturningDelete

from governance.ballots.models import Ballot, Box, Count, Roll
from governance.storage.database import Piece
from governance.storage.pace import pace

HANDFUL = 64  # Rows laid afresh at each change; half a megabyte of sealed ballots.
TURN = "whose turn"  # Of a session: the transaction that has its turn, and at which ballot.
PIECE = 64  # Rows of a large ballot that one transaction of the daily round lays afresh, at most.

_dice = secrets.SystemRandom()
DRAWN: ColumnElement[Any] = (
    func.pg_catalog.gen_random_uuid()
)  # A server's own dice: it makes these of strong random bytes.


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


def put(session: Session, ballot_id: int, drop_tag: bytes, sealed: bytes) -> None:
    """Put a sealed ballot into the box; the same token again replaces it. Call `lock` first."""
    _lay_handful(session, Box, (ballot_id, drop_tag), {"ballot_id": ballot_id, "drop_tag": drop_tag, "sealed": sealed})


def lay_row_afresh(session: Session, table: type[Any], name: tuple[Any, Any]) -> None:
    """Lay the row of *table* whose primary key is *name* afresh, with its neighbours. Whoever calls has locked them."""
    session.flush()
    _lay_handful(session, table, name)


def lay_afresh(session: Session, table: type[Box] | type[Roll], ballot: Ballot) -> None:
    """Take all rows of *ballot* out of *table* and put them back in an order drawn by lot, without holding them all."""
    for these in _drawn(session, table, ballot.id):
        lay_rows_afresh(session, table, these)


def lay_rows_afresh(session: Session, table: type[Any], these: ColumnElement[bool]) -> None:
    """Take *these* rows out of *table* and put them back in an order drawn by lot. Whoever calls has locked them."""
    session.flush()
    place: Table = table.__table__
    rows = [dict(row) for row in session.execute(select(place).where(these)).mappings()]
    session.execute(place.delete().where(these))
    _lay(session.connection(), place, rows)


def _lay_handful(
    session: Session, table: type[Any], name: tuple[Any, Any], row: dict[str, Any] | None = None
) -> None:  # fmt: skip
    """Lay the row of this *name* afresh with its neighbours: as it is, or as *row* in place of an older one.

    Neighbours have the same first part of their name, and are near in the order of the second. Where among them the
    changed one stands is drawn by lot. PostgreSQL does all of it in one statement, and sends no row to and fro.
    """
    whose, changed = name
    before = _dice.randint(0, HANDFUL - 1)
    asked = {"whose": whose, "changed": changed, "before": before, "after": HANDFUL - 1 - before}
    place: Table = table.__table__
    here = session.connection()  # Past the session, which looks for objects in all that it is asked.
    if here.dialect.name == "postgresql":
        given = {f"new_{column}": value for column, value in row.items()} if row else {}
        here.execute(_handful_moved(place, DRAWN, as_given=row is not None), asked | given)
        return
    (_, key), names = _name_of(place), place.columns.keys()
    rows = [dict(zip(names, each, strict=True)) for each in here.execute(_handful_out(place), asked)]
    others = [each for each in rows if each[key.key] != changed]
    rows = [*others, row] if row else [*others, *(each for each in rows if each[key.key] == changed)]
    _lay(here, place, rows)


def _name_of(place: Table) -> tuple[Column[Any], Column[Any]]:
    whose, key = place.primary_key
    return whose, key


@lru_cache
def _near(place: Table) -> tuple[ColumnElement[bool], CompoundSelect[Any]]:
    """Return whose rows they are, and what chooses the keys of a handful: *before* and *after* *changed*, and itself.

    The order is a ring, the last row before the first: at an end a handful would tell more of some rows than of others.
    """
    whose, key = _name_of(place)
    these = whose == bindparam("whose", type_=whose.type)
    changed = bindparam("changed", type_=key.type)
    before, after = (bindparam(side, type_=Integer) for side in ("before", "after"))

    def run(name: str, way: ColumnElement[bool], order: UnaryExpression[Any], most: Any) -> CTE:
        return select(key).where(these, way).order_by(order).limit(most).cte(name)

    def missing(found: CTE, wanted: ColumnElement[Any]) -> ColumnElement[Any]:
        return wanted - select(func.count()).select_from(found).scalar_subquery()

    below, above = run("below", key < changed, key.desc(), before), run("above", key > changed, key.asc(), after)
    last = run("last_ones", key > changed, key.desc(), missing(below, before))
    first = run("first_ones", key < changed, key.asc(), missing(above, after))
    return these, union(select(changed), *(select(each.c[key.key]) for each in (below, above, last, first)))


@lru_cache
def _handful_out(place: Table) -> ReturningDelete[Any]:
    """Return what takes a handful out, and gives its rows."""
    (_, key), (these, near) = _name_of(place), _near(place)
    return place.delete().where(these, key.in_(near)).returning(*place.c)


@lru_cache
def _handful_moved(place: Table, drawn: ColumnElement[Any], *, as_given: bool) -> Insert:
    """Return what takes a handful out and puts it back in an order that is *drawn*, on a server.

    Its keys come as a list, so that the index finds each row. The rows are sorted, and so all of them are out, before
    the first comes back. *as_given*: in place of the one that is *changed* comes what is given.
    """
    (_, key), (these, near) = _name_of(place), _near(place)
    keys = func.array(near.scalar_subquery(), type_=ARRAY(key.type))
    gone = place.delete().where(these, key == any_(keys)).returning(*place.c).cte("gone")
    is_changed = gone.c[key.key] == bindparam("changed", type_=key.type)
    given = select(*(bindparam(f"new_{each.key}", type_=each.type) for each in place.c))
    back = union_all(select(*gone.c).where(~is_changed), given if as_given else select(*gone.c).where(is_changed))
    laid = back.subquery("laid")
    made: Insert = place.insert().from_select([each.key for each in place.c], select(*laid.c).order_by(drawn))
    return made


def _lay(here: Connection, place: Table, rows: list[dict[str, Any]]) -> None:
    _dice.shuffle(rows)
    if rows:
        here.execute(_to_lay(place), rows)


@lru_cache
def _to_lay(place: Table) -> Insert:
    return insert(place)


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
