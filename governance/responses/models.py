"""The duty to answer, every version of an answer, what was promised, and second looks."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from governance.responses import commitments, rules
from governance.storage.database import db


class Duty(db.Model):
    """What staff owe the board in public: a first word and an answer, each by its day."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("(record_id IS NULL) <> (theme_id IS NULL)", name="on_a_decision_or_a_theme"),
        Index("ix_duty_owed", "answered_on", "answer_due"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), unique=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), unique=True)
    opened_on: Mapped[date]
    first_word_due: Mapped[date]
    answer_due: Mapped[date]
    complex_note: Mapped[str] = mapped_column(Text, default="")
    first_word: Mapped[str] = mapped_column(Text, default="")
    first_word_on: Mapped[date | None]
    answered_on: Mapped[date | None]  # The day of the first answer that ended the duty; "not yet" never does.
    leaf: Mapped[int | None]  # The newest line of the ledger that says by when.


class Response(db.Model):
    """One version of an answer. None is ever changed: a correction is the next version."""

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("duty_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    version: Mapped[int]
    answer: Mapped[rules.Answer]
    short: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    would_change: Mapped[str] = mapped_column(Text, default="")
    instead: Mapped[str] = mapped_column(Text, default="")
    push_back: Mapped[str] = mapped_column(Text, default="")
    role_name: Mapped[str]
    level: Mapped[commitments.Level]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # So that a second look is someone else's.
    answered_on: Mapped[date]
    more_facts_by: Mapped[date | None]
    leaf: Mapped[int | None]


class Commitment(db.Model):
    """Something promised: what, which role does it, by when. Staff report it done; the board says that it is."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"), index=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    who: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[commitments.Commitment] = mapped_column(default=commitments.Commitment.PROMISED)
    done_before: Mapped[bool] = mapped_column(default=False)  # It was there before it was promised.
    reported_on: Mapped[date | None]
    done_on: Mapped[date | None]
    leaf: Mapped[int | None]


class SecondLook(db.Model):
    """The board asked somebody above to look at an answer again. Only one at a time is open."""

    __tablename__ = "second_look"
    __table_args__ = (
        Index(
            "one_open_second_look",
            "duty_id",
            unique=True,
            sqlite_where=text("answered_on IS NULL"),
            postgresql_where=text("answered_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"), index=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    asked_on: Mapped[date]
    level: Mapped[commitments.Level]
    words: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    outcome: Mapped[commitments.Outcome | None]
    body: Mapped[str] = mapped_column(Text, default="")
    leaf: Mapped[int | None]


class Reminder(db.Model):
    """The board asked again."""

    __tablename__ = "reminder"

    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
