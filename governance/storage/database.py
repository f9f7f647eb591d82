"""The handle, naming, UTC dates, enums by value, and the one commit."""

from __future__ import annotations

import enum
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, current_app, g, request, session
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, DateTime, Dialect, Engine, Enum, MetaData, delete, event, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, registry
from sqlalchemy.types import TypeDecorator

from governance import clock
from governance.assets import folder
from governance.storage import full_disk
from governance.storage.pace import MOST_HALVINGS, MOST_WHERE_OTHERS_COUNT, pace

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SECONDS_TO_CONNECT = 5  # To a PostgreSQL server. One that is cut off would otherwise hold a page for two minutes.
PATIENCE, MOMENT, MIGRATION_WAITS = 5000, 100, 500  # milliseconds
USED = "used last"  # In the notes of a connection.
QUIET = 1.0  # seconds after which a connection is asked whether it still stands
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={PATIENCE}", "foreign_keys=ON", "secure_delete=ON")
# What statements ask of a database and SQLite cannot do, by name: it calls these, with one value each.
SQLITE_LACKS: dict[str, Callable[[Any], Any]] = {}

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses one without a zone; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as it is stored, in UTC. Raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment that was stored, with the zone that SQLite forgot."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# A table in which no row may keep the place where it was written, since that tells its order: its rows have no numbers
# on SQLite, and what they leave behind is swept up each minute (`storage/tidying.py`).
LAID_AFRESH = {"sqlite_with_rowid": False, "info": {"laid_afresh": True}}


def _values(choices: type[enum.Enum]) -> list[str]:
    return [choice.value for choice in choices]


BY_VALUE = Enum(enum.Enum, values_callable=_values, native_enum=False, create_constraint=True, length=40)


class Base(DeclarativeBase):
    """The base of all tables. Flask-SQLAlchemy copies this class, so the map stands on an explicit registry."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UTCDateTime, enum.Enum: BY_VALUE},
    )


class Database(SQLAlchemy):
    """The handle. Its session stands for a Session everywhere; services ask for one and get it."""

    if TYPE_CHECKING:
        session: Session  # type: ignore[assignment]


db = Database(model_class=Base, disable_autonaming=True)

_writes: ContextVar[bool] = ContextVar("writes", default=False)
_waited: ContextVar[float] = ContextVar("waited", default=0.0)


def init_app(app: Flask) -> None:
    """Bind the database to *app* and let its requests commit once, at their end."""
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(app.config["SQLALCHEMY_DATABASE_URI"]))
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def bring_to(revision: str = "head", look: Callable[[Connection], None] | None = None) -> None:
    """Bring the tables of the app that stands to a *revision* of the migrations.

    *look* is called within the transaction that changes them, before anything is changed; it may raise.
    """
    # Here, for a quick start: Alembic is a tenth of what is loaded, and needed where tables change alone.
    from flask_migrate import Migrate, upgrade

    Migrate(current_app, db, directory=str(folder("migrations")), render_as_batch=True, look=look)
    upgrade(revision=revision)


def engine_options(url: str) -> dict[str, Any]:
    """Return what an engine for *url* needs. Parameters never reach an error message or a log."""
    server = {"connect_args": {"connect_timeout": SECONDS_TO_CONNECT}}
    return {"hide_parameters": True} | ({} if url.startswith("sqlite") else server)


def prepare(engine: Engine) -> None:
    """Make SQLite durable and honest about locks: a transaction that will write says so when it begins.

    Plain BEGIN failed 20 to 42 % of writes under load, BEGIN IMMEDIATE none (`docs/decisions/002-sqlite-first.md`).
    """
    if engine.dialect.name != "sqlite":
        full_disk.watch(engine)
        return _ask_after_silence(engine)

    @event.listens_for(engine, "do_connect")
    def before_connect(dialect: Dialect, record: Any, arguments: Any, more: Any) -> None:
        _make_private(engine.url.database or "")

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # The driver sends no BEGIN of its own.
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for name, function in SQLITE_LACKS.items():
            connection.create_function(name, 1, function, deterministic=True)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        began = clock.seconds()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")
        _waited.set(clock.seconds() - began)


def _ask_after_silence(engine: Engine) -> None:
    """Ask a connection to PostgreSQL whether it still stands before it is used, where nobody used it for a second.

    A server that was started again has let go of all. To ask each time is a question more for each transaction, and a
    message has two of them; what breaks within the second breaks a page in any case. One that was just made is not
    asked: it would be let go and made a second time, and the pool then gives up with what is no outage.
    """

    @event.listens_for(engine, "checkin")
    def on_checkin(connection: Any, record: Any) -> None:
        record.info[USED] = clock.seconds()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, proxy: Any) -> None:
        used = record.info.get(USED)  # A new one has no notes.
        if used is not None and (clock.is_stopped() or not 0 <= clock.seconds() - used < QUIET):
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as gone:
                raise InvalidatePoolError from gone  # All of them are made anew: the others are gone too.


def _make_private(path: str) -> None:
    """Let a new SQLite file be read by this account alone. What SQLite lays beside it takes its rights.

    One that is there is not opened: to close it would let go of every lock that this process has on it (fcntl(2)).
    SQLite follows a link that leads to no file yet, and makes that file: so it is made there (open(2), O_EXCL).
    """
    if path.startswith((":", "file:")):
        return
    with suppress(OSError):  # It is there, or SQLite says itself what it cannot open.
        os.close(os.open(os.path.realpath(path), os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))


def expect(*, writes: bool) -> None:
    """Say whether the transactions that begin from here on will write (they take the lock at once)."""
    _writes.set(writes)


def go_on_to_write() -> None:
    """Write from here on, after what was only read. SQLite begins anew, its lock in hand; a server just goes on."""
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
    expect(writes=True)


def which(engine: Engine) -> str:
    """Return what tells this database from another: a hash of its address, without the password."""
    return hashlib.sha256(engine.url.set(password=None).render_as_string().encode()).hexdigest()


def waited() -> float:
    """Return for how many seconds this transaction waited for SQLite's write lock when it began; 0 before it did."""
    return _waited.get()


def most_halvings() -> int:
    """Return how often a piece may be halved that takes long. How long one waited for rows no server tells (`pace`)."""
    return MOST_HALVINGS if db.engine.dialect.name == "sqlite" else MOST_WHERE_OTHERS_COUNT


@contextmanager
def writing() -> Iterator[None]:
    """Within this block every transaction that begins takes SQLite's write lock at once."""
    token = _writes.set(True)
    try:
        yield
    finally:
        _writes.reset(token)


@contextmanager
def only_reading() -> Iterator[None]:
    """Within this block no transaction that begins takes SQLite's write lock: this thread may hold it already."""
    token = _writes.set(False)
    try:
        yield
    finally:
        _writes.reset(token)


@contextmanager
def transaction() -> Iterator[Any]:
    """Run a command's or the demo's work: one commit at the end, or nothing at all. Yields the session."""
    with writing():
        _waited.set(0.0)
        try:
            yield db.session
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


Piece = Callable[[Session], object]  # One short transaction's part of something long.
FEW = 200  # rows that go in one piece, at most


@contextmanager
def snapshot() -> Iterator[Any]:
    """Read within this block as of one moment, whoever writes meanwhile. Yields the session; what it changed is lost.

    SQLite reads so by itself. PostgreSQL has to be asked: otherwise each statement sees what was committed before it,
    and a list that is compared with its own count would not fit while somebody adds to it.
    """
    db.session.rollback()
    with only_reading():
        try:
            if db.engine.dialect.name == "postgresql":
                db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield db.session
        finally:
            db.session.rollback()


def deleted_in_pieces(session: Session, key: InstrumentedAttribute[Any], these: ColumnElement[bool]) -> Iterator[Piece]:
    """Delete the rows of *these*, known by their *key*, some in each transaction: a writer waits for a few alone."""

    def gone(names: Sequence[Any]) -> Piece:
        return lambda writing: writing.execute(delete(key.parent.class_).where(key.in_(names)))

    while names := session.scalars(select(key).where(these).limit(pace.rows(FEW))).all():
        yield gone(names)


@contextmanager
def impatient(connection: Connection) -> Iterator[None]:
    """Within this block *connection* waits a moment at most for others, where it would otherwise hold writers up.

    SQLite empties its log with the write lock in hand, and waits so for whoever still reads an old page of it.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")  # Most of it, while others write.
    connection.exec_driver_sql(f"PRAGMA busy_timeout={MOMENT}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")


def end_of_request(response: Response) -> Response:
    """Commit a successful write; roll back everything else. Called once, after the view (`frame.house.House`).

    A write whose form token did not hold is never committed, whatever the view did with it.
    """
    if request.method in READING_METHODS or response.status_code >= 400:
        db.session.rollback()
        return response
    if not g.get("form_token_held", False):
        db.session.rollback()
        abort(400)
    try:
        db.session.commit()
    except Exception:
        db.session.rollback()
        session.pop("_flashes", None)  # No "your vote is in" for a vote that is not.
        raise
    return response
