"""The record of a decision, and who disagreed with it until they have said how the record may say so."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from governance.board.rules import Tie
from governance.decisions.rules import DissentChoice, Upshot
from governance.proposals.rules import Power
from governance.storage.database import db


class Outcome(StrEnum):
    """What the board decided."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"


class State(StrEnum):
    """Whether a record is being written, or out and never edited again."""

    DRAFT = "draft"
    ADOPTED = "adopted"


class Record(db.Model):
    """What was decided, how, why, and what was said against it. A correction is a row of its own.

    It holds its words itself, so that it reads the same whatever becomes of the proposal. *published* is the canonical
    JSON whose SHA-256 stands in the ledger; no byte of it changes. Its *leaf* says which version is newer,
    and `id` does not: no line of the ledger holds that.
    """

    __tablename__ = "record"
    __table_args__ = (
        CheckConstraint("(state = 'adopted') = (adopted_on IS NOT NULL)", name="adopted_has_its_day"),
        CheckConstraint("(published IS NULL) = (leaf IS NULL)", name="published_is_in_the_ledger"),
        Index("ix_record_newest", "adopted_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    ballot_id: Mapped[int | None] = mapped_column(ForeignKey("ballot.id"), index=True)
    outcome: Mapped[Outcome]
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    power: Mapped[Power | None]
    title: Mapped[str]
    asked: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    gets_better: Mapped[str] = mapped_column(Text)
    how: Mapped[list[Any]] = mapped_column(JSON)  # Sentences, fit for the public.
    sums: Mapped[list[Any]] = mapped_column(JSON)  # The same.
    against: Mapped[list[str]] = mapped_column(JSON, default=list)  # Filled when it is adopted.
    principles: Mapped[list[int]] = mapped_column(JSON)
    recusal_ties: Mapped[list[Tie]] = mapped_column(JSON)
    review_on: Mapped[date | None]
    decided_on: Mapped[date]
    adopted_on: Mapped[date | None]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)  # Always the first one.
    correction: Mapped[str] = mapped_column(Text, default="")  # What was wrong, in words.
    published: Mapped[str | None] = mapped_column(Text)
    leaf: Mapped[int | None]

    @property
    def first_id(self) -> int:
        """The row of the record itself: this one, or the one this one corrects."""
        return self.corrects_id or self.id


class LookedAgain(db.Model):
    """The board looked at a record again: the upshot, why, and when it looks the next time, unless it is over.

    It is about the record with all its corrections, so *record_id* is the first one. Its *leaf* holds every word.
    """

    __tablename__ = "looked_again"
    # The line says which look came after which, and `id` says nothing: whoever owns the database can change that one,
    # and no line of the ledger holds it.
    __table_args__ = (Index("ix_looked_again_leaf", "leaf", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), index=True)
    upshot: Mapped[Upshot]
    why: Mapped[str] = mapped_column(Text)
    looked_on: Mapped[date]
    next_on: Mapped[date | None]
    leaf: Mapped[int]


class Dissent(db.Model):
    """Somebody disagreed and says how the record may say so. The row is gone once the record is adopted."""

    __tablename__ = "dissent"
    __table_args__ = (Index("ix_dissent_one_each", "record_id", "account_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    choice: Mapped[DissentChoice]
    text: Mapped[str] = mapped_column(Text, default="")
