"""The tables of the ledger. Rows of `leaf` and `head` are only ever added."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import GenericFunction

from governance.ledger import rules
from governance.ledger.rules import facts_held
from governance.storage.database import SQLITE_LACKS, db


class Words(TypeDecorator[str]):
    """A text that is read as one even if somebody put bytes in its place: then it does not say what was signed."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Return *value* as text; None where a query joined no row."""
        return value if value is None or isinstance(value, str) else bytes(value).decode("utf-8", "replace")


class leaf_hash(GenericFunction[bytes]):
    """The hash of a line by its text (RFC 6962 section 2.1), worked out by the database: of one argument, a text."""

    type = LargeBinary()
    inherit_cache = True


@compiles(leaf_hash, "sqlite")
def _on_sqlite(element: leaf_hash, compiler: Any, **more: Any) -> str:
    """As bytes: SQLite lets a text in that is none, and Python would not read it."""
    return f"leaf_hash(CAST({compiler.process(element.clauses, **more)} AS BLOB))"


@compiles(leaf_hash, "postgresql")
def _on_postgresql(element: leaf_hash, compiler: Any, **more: Any) -> str:
    return f"pg_catalog.sha256('\\x00'::bytea || convert_to({compiler.process(element.clauses, **more)}, 'UTF8'))"


SQLITE_LACKS["leaf_hash"] = rules.leaf_hash


class Log(db.Model):
    """One append-only log and how far it has grown. Whoever appends holds the lock on this row."""

    __tablename__ = "log"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    size: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    frontier: Mapped[list[str]] = mapped_column(JSON)  # rules.Edge as hex: what appending needs, and nothing more


class Leaf(db.Model):
    """One entry: canonical JSON (RFC 8785) and its leaf hash. Numbers count from 0 without a gap."""

    __tablename__ = "leaf"

    log: Mapped[str] = mapped_column(ForeignKey("log.name"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Words)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the entry says; nothing where its text is not what was hashed: no page goes by that."""
        return facts_held(self.body, self.hash)


class Head(db.Model):
    """A signed head: what the programme has said in public about a log of this size, and can never take back."""

    __tablename__ = "head"

    log: Mapped[str] = mapped_column(ForeignKey("log.name"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    frontier: Mapped[list[str]] = mapped_column(JSON)  # So that the next head can be shown to continue this one.
    note: Mapped[str] = mapped_column(Words)
    day: Mapped[date]

    @property
    def code(self) -> str:
        """Return the root as people see it: spelled as in the note itself, so that both can be compared."""
        return b64encode(self.root).decode()


class TileRow(db.Model):
    """A full tile of hashes, and the one hash it gives to the level above. Written with the head that first covers it.

    It follows from the leaves and could be worked out again at any time. It is kept so that a tile or a proof is read
    in one row, however long the log is.
    """

    __tablename__ = "tile"

    log: Mapped[str] = mapped_column(ForeignKey("log.name"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))


class Witness(db.Model):
    """Somebody outside who signs the heads of our logs, so that we cannot show one history here and another there."""

    __tablename__ = "witness"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    verifier_key: Mapped[str] = mapped_column(Text, unique=True)
    url: Mapped[str] = mapped_column(Text)  # Empty for a witness reached by file.


class Quorum(db.Model):
    """Which of our witnesses make a head witnessed, as the site chose. Without this row, more than half of them."""

    __tablename__ = "quorum"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # Always 1: there is one quorum.
    lines: Mapped[str] = mapped_column(Text)  # The lines "group …" and "quorum …" of C2SP tlog-policy.


class Cosignature(db.Model):
    """A witness's line under one head. The time it was given stands in the line itself."""

    __tablename__ = "cosignature"
    __table_args__ = (ForeignKeyConstraint(["log", "size"], ["head.log", "head.size"]),)

    log: Mapped[str] = mapped_column(String(40), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(ForeignKey("witness.name"), primary_key=True)
    line: Mapped[str] = mapped_column(Text)
