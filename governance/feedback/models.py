"""What is kept of what participants say: sealed, in random order, with no time finer than a day.

Every column here is on the reviewed list in `governance/data/stored.toml`; a new one fails the build
until somebody has said what it means and how fine its time is.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from governance.feedback import rules
from governance.feedback.hiding import HideReason
from governance.feedback.moving import Move
from governance.storage.database import LAID_AFRESH, db

NO_ROW_NUMBERS = {"sqlite_with_rowid": False}


class Held(db.Model):
    """A message that waits to be mixed with others. An outer seal keeps it from its own readers until then."""

    __tablename__ = "held"
    __table_args__ = LAID_AFRESH

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    audience: Mapped[rules.Audience]
    day: Mapped[date]
    route: Mapped[rules.Route]
    consent: Mapped[rules.Consent]
    tag: Mapped[bytes] = mapped_column(unique=True)
    intake_key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intake_key.id"))
    sealed: Mapped[bytes]


class Batch(db.Model):
    """A piece of the day's batch: what was drawn by lot and is not let out yet. While one is left, nobody sees any."""

    __tablename__ = "batch"
    __table_args__ = LAID_AFRESH

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    names: Mapped[bytes]  # Of what is held, of messages without a leaf, and of nothing: 16 bytes each.


class BatchMessage(db.Model):
    """That a message belongs to the batch that is being let out. Forgotten as soon as readers see it."""

    __tablename__ = "batch_message"
    __table_args__ = LAID_AFRESH

    message_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class Message(db.Model):
    """A released message. In the clear: who may read it, the week, what may be shown, and a reader's sorting."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("(state = 'expired') = (length(sealed) = 0)", name="expired_means_empty"),
        Index("ix_message_inbox", "audience", "state", "lane", "week", "id"),
        Index("ix_message_without_leaf", "leaf"),
        NO_ROW_NUMBERS,
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    audience: Mapped[rules.Audience]
    week: Mapped[date]
    consent: Mapped[rules.Consent]
    lane: Mapped[rules.Lane | None]
    state: Mapped[rules.MessageState] = mapped_column(default=rules.MessageState.LIVE)
    tag: Mapped[bytes] = mapped_column(unique=True)
    intake_key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intake_key.id"), index=True)
    sealed: Mapped[bytes]
    leaf: Mapped[int | None]


class FloodMark(db.Model):
    """That a message came in a flood, and no device worked for it. Gone once it is sorted, or after two weeks."""

    __tablename__ = "flood_mark"
    __table_args__ = NO_ROW_NUMBERS

    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    mac: Mapped[bytes]


class IntakeLeaf(db.Model):
    """What one leaf of the intake ledger opens as. The salt dies with the words."""

    __tablename__ = "intake_leaf"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fate: Mapped[rules.Fate]
    message_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    intake_key_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("intake_key.id"), index=True)
    salt: Mapped[bytes | None]
    digest: Mapped[bytes | None]
    passed_on: Mapped[bytes | None]  # The digest of the seal it got when a reader passed it on to other readers.
    mac: Mapped[bytes]


class FormToken(db.Model):
    """That a form was sent once already: a hash that says nothing, kept for a day or two."""

    __tablename__ = "form_token"
    __table_args__ = LAID_AFRESH

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    day: Mapped[date]


class TakenOnce(db.Model):
    """That something from the outbox of a tablet was taken: a hash that says nothing, so that it is taken once."""

    __tablename__ = "taken_once"
    __table_args__ = LAID_AFRESH

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    month: Mapped[date]


class FollowUp(db.Model):
    """What a follow-up code opens. Without the code nothing here leads to a message, or to another row."""

    __tablename__ = "follow_up"
    __table_args__ = LAID_AFRESH

    find: Mapped[bytes] = mapped_column(primary_key=True)
    thread_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    thread_public: Mapped[bytes]
    wrapped_private: Mapped[bytes]
    period: Mapped[str]


class Reply(db.Model):
    """A private word back, or a question, sealed to the holder of a code."""

    __tablename__ = "reply"
    __table_args__ = (Index("ix_reply_thread", "thread_id"), NO_ROW_NUMBERS)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    thread_id: Mapped[uuid.UUID]
    week: Mapped[date]
    sealed: Mapped[bytes]
    asks: Mapped[bool]


class Theme(db.Model):
    """Messages that say alike. Five in sixty days put it on the board's agenda."""

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(Text, default="")
    lane: Mapped[rules.Lane]
    week: Mapped[date]
    agenda_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None]  # The number of the record in which the board voted for it.


class ThemeMessage(db.Model):
    """That a message belongs to a theme."""

    __tablename__ = "theme_message"
    __table_args__ = NO_ROW_NUMBERS

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    week: Mapped[date]


class Quote(db.Model):
    """Somebody's words, shown with their yes. Taking the yes back empties the text."""

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("NOT withdrawn OR text = ''", name="withdrawn_means_empty"),
        NO_ROW_NUMBERS,
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"), index=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(default=False)


class HideRequest(db.Model):
    """One reader asks to hide a message; a reader of the other kind must agree."""

    __tablename__ = "hide_request"

    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    reason: Mapped[HideReason]
    first_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    week: Mapped[date]
    mark: Mapped[bytes | None]  # Over all of it, with a secret outside the database. None: an older version took it.


class Tombstone(db.Model):
    """The public trace of a hidden message: lane, week, reason, and that one of each side agreed."""

    __tablename__ = "tombstone"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"), unique=True)
    lane: Mapped[rules.Lane]
    week: Mapped[date]
    reason: Mapped[HideReason]
    leaf: Mapped[int] = mapped_column(unique=True)


class Moved(db.Model):
    """The mark of a message that one reader moved: from where to where and in which week. Not which message."""

    __tablename__ = "moved"
    __table_args__ = NO_ROW_NUMBERS

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    what: Mapped[Move]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    week: Mapped[date]
    leaf: Mapped[int | None]  # The line of its week; that has them all.


class UrgentAction(db.Model):
    """What was done about an urgent message: a tick, never the story."""

    __tablename__ = "urgent_action"

    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    action: Mapped[rules.UrgentStep] = mapped_column(primary_key=True)
    by_board: Mapped[bool] = mapped_column(primary_key=True)
    day: Mapped[date]
