"""Accounts, sign-ins, the readers' chain and the keys that messages are sealed with."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.people.gates import RequestKind
from governance.permissions.roles import Role
from governance.storage.database import db


class Account(db.Model):
    """Somebody with a card: a chosen name and what proves it. No mail, no phone, no legal name."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str]
    alias_key: Mapped[str] = mapped_column(unique=True)
    proof: Mapped[bytes]  # SHA-256 of what the card's words stretch to.
    language: Mapped[str] = mapped_column(default="en")
    card: Mapped[int] = mapped_column(default=1)  # Goes up with each new card.
    own_words: Mapped[bool] = mapped_column(default=False)  # Its owner made the words; nobody else printed them.
    own_words_since: Mapped[date | None]  # The day they were made: their owner sees on it if somebody else made them.
    epoch: Mapped[int] = mapped_column(default=0)  # Goes up when every sign-in is ended.
    ended_on: Mapped[date | None]
    here_on: Mapped[date | None]  # The day of the newest sign-in, and never its hour.
    here_before: Mapped[date | None]  # The day of sign-in before that one: what came since is marked as new.


class AccountRole(db.Model):
    """One role of one account."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)
    record: Mapped[str | None]  # By which record the board voted somebody into it; None by the card they began with.


class WrongTries(db.Model):
    """Wrong tries in a row for one name, whether or not anybody has that name.

    The slot is a keyed hash of the name cut to 16 bits: names that nobody has cost the same work as real ones, leave
    no trace of what was typed, and cannot fill the table.
    """

    __tablename__ = "wrong_tries"

    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    failures: Mapped[int]
    last_on: Mapped[datetime]
    next_try_at: Mapped[datetime]


class SignIn(db.Model):
    """One device that is signed in. Only the secret in its cookie opens what is sealed here."""

    __tablename__ = "sign_in"

    id: Mapped[bytes] = mapped_column(primary_key=True)  # SHA-256 of the cookie's secret.
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes]
    epoch: Mapped[int]
    day: Mapped[date] = mapped_column(index=True)


class Draft(db.Model):
    """What somebody wrote in a long form and did not send. Nothing here says who, where, or how much.

    The id is a keyed hash of the form's address, and both it and the lock need what the writer's card alone unlocks.
    """

    __tablename__ = "draft"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    day: Mapped[date] = mapped_column(index=True)


class ReaderKey(db.Model):
    """One account's own pair for opening and pair for signing. The private halves open with the card's words alone."""

    __tablename__ = "reader_key"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    box_public: Mapped[bytes]
    sign_public: Mapped[bytes]
    mac: Mapped[bytes]  # Under a key derived from the pepper: a pair put in by SQL is refused.
    wrapped: Mapped[bytes]


class ChainEntry(db.Model):
    """One signed statement of who may read. Nothing in this chain is ever changed."""

    __tablename__ = "chain_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)  # Canonical JSON (RFC 8785), the exact bytes that were signed.
    signatures: Mapped[dict[str, str]] = mapped_column(JSON)  # Account id and signature in hex.
    hash: Mapped[bytes] = mapped_column(unique=True)


class Enrolment(db.Model):
    """Something that takes two people and has one so far."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("kind", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    body: Mapped[str] = mapped_column(Text, default="")
    first_account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    first_signature: Mapped[bytes] = mapped_column(default=b"")
    day: Mapped[date | None]  # It waits for two weeks. None: an older version took it.
    # Over all of it (`service/first_yes.py`): nobody writes a first yes by SQL. None: an older version took it.
    mark: Mapped[bytes | None]


class IntakeKey(db.Model):
    """The public half that messages to one audience are sealed with during one period."""

    __tablename__ = "intake_key"
    __table_args__ = (UniqueConstraint("audience", "period"), CheckConstraint("length(public) = 32", name="whole"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    audience: Mapped[str]
    period: Mapped[str]  # "2026-11", or "2026-11.2" after somebody was removed in November.
    public: Mapped[bytes]
    mac: Mapped[bytes]  # Under the period's secret, which is not in the database.
    destroyed_on: Mapped[date | None]
    emptied_on: Mapped[date | None]  # When the last of what it closed was emptied, which may take a while.


class KeyWrap(db.Model):
    """The private half of an intake key for one reader: locked under the period's secret, then sealed to the reader."""

    __tablename__ = "key_wrap"

    intake_key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intake_key.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    wrapped: Mapped[bytes]


class Asked(db.Model):
    """Something that takes two people (`governance/gates.py`) and has one so far. Gone once it is settled."""

    __tablename__ = "asked"
    __table_args__ = (UniqueConstraint("act", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]  # The endpoint that asked, as the table of gates names it.
    subject: Mapped[str]  # What it is about, so that nothing is asked for twice.
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # What will be done with it.
    said: Mapped[dict[str, Any]] = mapped_column(JSON)  # The sentence people agree to.
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    # Who agreed, where whoever asked still has to do it: to draw a card, and see it alone.
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    day: Mapped[date]
    mac: Mapped[bytes]  # Over all of it, with a secret outside the database: nobody writes a request by SQL.


class Told(db.Model):
    """An act that moved power, as every member is told of it.

    Where it has a *leaf*, the ledger holds a salted hash of *facts* and *said*: never a name in public. *facts* are
    the rows as the act left them. *number* and *mark* say that the program told it, and what came before
    (`service/notice_marks.py`).
    """

    __tablename__ = "told"

    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    salt: Mapped[bytes]
    day: Mapped[date] = mapped_column(index=True)
    leaf: Mapped[int | None]
    number: Mapped[int] = mapped_column(unique=True)
    mark: Mapped[bytes | None]  # None for what an older version told, until the first round.


class ToldSeen(db.Model):
    """A member has read one of them, and it leaves their first page."""

    __tablename__ = "told_seen"

    told_id: Mapped[int] = mapped_column(ForeignKey("told.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[bytes | None]  # Else a row put in by hand would take a notice from somebody's first page.


class RecoveryShare(db.Model):
    """One of the board's recovery shares, from when it is made until somebody has it on paper.

    What is *sealed* opens with a secret of its own in the key folder; both are destroyed once its holder has it.
    """

    __tablename__ = "recovery_share"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[bytes]  # The public half of the key it is a share of.
    sealed: Mapped[bytes]  # Empty once it is out, or no longer known.
    # Who saw it. Forgotten once all three are out: whoever takes the database learns from nobody whom to press.
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    of_board: Mapped[bool] = mapped_column(default=False)
    taken_on: Mapped[date | None]
    old_out: Mapped[int | None]  # How many of the key before somebody had taken when this one was made to replace it.
