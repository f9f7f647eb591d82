"""The tables of the ledger. Rows of `leaf` and `head` are only ever added."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from governance.database import db


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
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Head(db.Model):
    """A signed head: what the programme has said in public about a log of this size, and can never take back."""

    __tablename__ = "head"

    log: Mapped[str] = mapped_column(ForeignKey("log.name"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    frontier: Mapped[list[str]] = mapped_column(JSON)  # So that the next head can be shown to continue this one.
    note: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
