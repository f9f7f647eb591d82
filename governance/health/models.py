"""What is kept of how it goes: one number for a day, and what was last found."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from governance.storage.database import db


class DailyFigure(db.Model):
    """How often *what* happened on a day, or how much of it there was at that day's release hour."""

    __tablename__ = "daily_figure"

    day: Mapped[date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class LastLook(db.Model):
    """What one of the looks that take long has found when it was last made, and the day."""

    __tablename__ = "last_look"

    at: Mapped[str] = mapped_column(primary_key=True)  # The name of the look, in English.
    day: Mapped[date]
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
