"""The charter's versions, seats and who sits in them, pauses, stepping out, the agenda."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from governance.board import rules
from governance.storage.database import db


class CharterVersion(db.Model):
    """One version of the board's own numbers. Never edited: a change is a new version."""

    __tablename__ = "charter_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    adopted_on: Mapped[date]
    record: Mapped[str | None] = mapped_column(unique=True)  # The number of the record that changed it; one for each.


class Seat(db.Model):
    """A chair at the table. Its label is for the room and stands on no public page."""

    __tablename__ = "seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(unique=True)
    seat_class: Mapped[rules.SeatClass]
    alternate: Mapped[bool] = mapped_column(default=False)


class Term(db.Model):
    """Who sits in a seat, from when, and until which day (that day not included)."""

    __tablename__ = "term"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= begins", name="ends_after_it_begins"),
        Index(
            "one_holder",
            "seat_id",
            unique=True,
            sqlite_where=text("ends IS NULL"),
            postgresql_where=text("ends IS NULL"),
        ),
        Index(
            "one_seat",
            "account_id",
            unique=True,
            sqlite_where=text("ends IS NULL"),
            postgresql_where=text("ends IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    begins: Mapped[date]
    ends: Mapped[date | None]

    @hybrid_property
    def has_days(self) -> bool:
        """Whether there is a day in it. One that ended before it began stays as a row, and keeps no seat."""
        return self.ends is None or self.ends > self.begins

    @has_days.inplace.expression
    @classmethod
    def _has_days(cls) -> ColumnElement[bool]:
        return cls.ends.is_(None) | (cls.ends > cls.begins)


class Pause(db.Model):
    """A seat that rests and is kept. There is no field for why."""

    __tablename__ = "pause"
    __table_args__ = (CheckConstraint("until > begins", name="until_after_it_begins"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), index=True)
    begins: Mapped[date]
    until: Mapped[date]


class Recusal(db.Model):
    """A member stepped out of one matter. Who it was is forgotten once the record is out; the kind of tie stays."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("matter", "account_id", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    tie: Mapped[rules.Tie]
    part: Mapped[str] = mapped_column(default="")


class CalledIn(db.Model):
    """An alternate who votes on one matter in the place of somebody who cannot."""

    __tablename__ = "called_in"

    matter: Mapped[str] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), primary_key=True)


class Removal(db.Model):
    """Whose term a proposal asks to end before its day, and by which record that was done. For members alone."""

    __tablename__ = "removal"

    matter: Mapped[str] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    told: Mapped[bool] = mapped_column(default=False)  # From its talk on: every member was told who it is about.
    record: Mapped[str | None] = mapped_column(unique=True)  # One record ends one term.


class AgendaItem(db.Model):
    """Something the board will talk about: a theme that put itself here, a proposal, or what a member brought."""

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[rules.AgendaKind]
    ref: Mapped[str]
    title: Mapped[str]
    added_on: Mapped[date]
    state: Mapped[rules.AgendaState] = mapped_column(default=rules.AgendaState.WAITING)
