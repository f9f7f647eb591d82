"""What is kept of how it goes: one number for a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from governance.storage.database import db


class DailyFigure(db.Model):
    """How often *what* happened on a day, or how much of it there was at that day's release hour."""

    __tablename__ = "daily_figure"

    day: Mapped[date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
