"""What is published that no other package holds: drug alerts, and the order of the wall."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from governance.storage.database import db


class Alert(db.Model):
    """A warning about what goes around: dated, sourced, with an end. It never names a person or a corner.

    Its *leaf* holds each word of it once it is up, and says which alert is newer; `id` does not.
    """

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    told: Mapped[str] = mapped_column(Text)
    tested: Mapped[str] = mapped_column(Text)
    how_sure: Mapped[str] = mapped_column(Text)
    what_helps: Mapped[str] = mapped_column(Text)
    where_to_check: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(default="")
    who_says: Mapped[str]
    language: Mapped[str | None]  # In which it is written. None: an older version wrote it, and did not ask.
    writer_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_on: Mapped[date]
    posted_on: Mapped[date | None]  # The day on which the second board member had read it.
    ends_on: Mapped[date] = mapped_column(index=True)
    leaf: Mapped[int | None]


class AlertReader(db.Model):
    """A board member has read an alert and stands for it."""

    __tablename__ = "alert_reader"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    # Over who read it and each word they read, with a secret outside the database. None: an older version took it.
    mark: Mapped[bytes | None]


class WallOrder(db.Model):
    """The board put this row on top of the wall. The smaller the position, the higher it stands."""

    __tablename__ = "wall_order"

    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"), primary_key=True)
    position: Mapped[int]
