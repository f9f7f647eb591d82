"""A question of the board, and its sealed sum. No row of any table is one person's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance.storage.database import db


class Question(db.Model):
    """What the board asks. *tally*: how often each answer was chosen, sealed, and of one size from the first day on.

    Its key lies in the key folder alone, and is destroyed with the tally when the week is over. Then *told* is what is
    left: the numbers that are large enough.
    """

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]
    language: Mapped[str]
    answers: Mapped[list[str]] = mapped_column(JSON)
    others: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # The same, by other languages.
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_on: Mapped[date]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    first_day: Mapped[date | None]
    tally: Mapped[bytes | None]
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_leaf: Mapped[int | None]
    told_leaf: Mapped[int | None]
