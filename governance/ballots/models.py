"""A ballot, its roll, its box. The roll knows who may vote and the box what was voted; nothing joins the two."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from governance.ballots.calling.kinds import Kind
from governance.ballots.result import outcome
from governance.board.rules import SeatClass
from governance.storage.database import LAID_AFRESH, db


class Ballot(db.Model):
    """A vote on the frozen text of a proposal. All of it is in the ledger before the first pass is taken."""

    __tablename__ = "ballot"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    version: Mapped[int]
    question: Mapped[str]
    kind: Mapped[Kind]
    charter_number: Mapped[int]
    second_check: Mapped[bool]
    only_lived: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    cancelled_reason: Mapped[str | None]
    public_key: Mapped[bytes]
    manifest_leaf: Mapped[int | None]
    manifest: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    voters_salt: Mapped[bytes | None]
    box_leaf: Mapped[int | None]
    partner: Mapped[dict[str, str] | None] = mapped_column(JSON)  # The second issuer, as it stands in the manifest.
    tellers: Mapped[list[int] | None] = mapped_column(JSON)  # Only where the counting key was made away from here.
    standing: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # Who stands, by letter, and a salt: members' alone.
    marks_back: Mapped[int] = mapped_column(default=0, server_default="0")  # Names that two people took off the sheet.

    hurry: Mapped[str | None] = mapped_column(Text)  # Why two people let it open before the days of notice are over.

    @property
    def binding(self) -> bool:
        """Whether the vote decides. One that only asks leaves the words in the talk."""
        return bool((self.manifest or {}).get("binding", True))

    @property
    def named(self) -> bool:
        """Whether each ballot bears its voter's name, by a charter that says so."""
        return bool((self.manifest or {}).get("named", False))

    @property
    def who_stands(self) -> dict[str, str]:
        """Who may be chosen among members, by the letter that stands for them everywhere else; else nobody."""
        return dict((self.standing or {}).get("names", {}))

    @property
    def gives(self) -> dict[str, Any]:
        """What whoever is chosen gets: *seats* or a *role*, *from* a day on, and *accounts* by letter; else nothing."""
        return dict((self.standing or {}).get("gives", {}))

    @property
    def with_names(self) -> dict[str, Any]:
        """The manifest as who may vote reads it: the names of who stands in place of their letters."""
        manifest, names = self.manifest or {}, self.who_stands
        return {**manifest, "options": [names.get(each, each) for each in manifest.get("options", ())]}

    @property
    def key_apart(self) -> bool:
        """Whether the counting key was made away from the server, which then never holds its private half."""
        return self.tellers is not None


class Roll(db.Model):
    """Who may vote, and whether they took a card or a pass. Never which, never what they did with it, never when."""

    __tablename__ = "roll"
    __table_args__ = LAID_AFRESH

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seat_class: Mapped[SeatClass]
    salt: Mapped[bytes]
    has_pass: Mapped[bool] = mapped_column(default=False)
    # The hash of what was signed blind for a pass, or as many random bytes for a card: nobody can tell which.
    issued: Mapped[bytes | None]


class Box(db.Model):
    """A sealed ballot, found again only by who holds its pass. No row number, no time, no owner."""

    __tablename__ = "box"
    __table_args__ = LAID_AFRESH

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    drop_tag: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class CardDrop(db.Model):
    """The check of one card's drop token. Which key is on the same card is written nowhere."""

    __tablename__ = "card_drop"
    __table_args__ = {"sqlite_with_rowid": False}

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(primary_key=True)


class CardKey(db.Model):
    """The check of one card's ballot key, in a list of its own."""

    __tablename__ = "card_key"
    __table_args__ = {"sqlite_with_rowid": False}

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(primary_key=True)


class VoidedCard(db.Model):
    """A card that was left over, opened after close in front of the tellers, and made void."""

    __tablename__ = "voided_card"
    __table_args__ = {"sqlite_with_rowid": False}

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)


class PaperEntry(db.Model):
    """What one teller read on a paper ballot, until a second one read the same. Only a check, keyed by the card."""

    __tablename__ = "paper_entry"
    __table_args__ = LAID_AFRESH

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    drop_tag: Mapped[bytes] = mapped_column(primary_key=True)
    teller_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    check: Mapped[bytes]


class Bundle(db.Model):
    """The result bundle. The ballots in it go when the record is adopted, unless everyone may see them."""

    __tablename__ = "bundle"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    public: Mapped[bytes]
    whole: Mapped[bytes | None]


class CoSigned(db.Model):
    """A line of another organisation's roll for which this one signed a pass as its partner. Once, and never whose."""

    __tablename__ = "co_signed"
    __table_args__ = LAID_AFRESH

    issuer: Mapped[str] = mapped_column(primary_key=True)
    leaf: Mapped[bytes] = mapped_column(primary_key=True)
    asked: Mapped[bytes]


RECOVERY = "recovery"  # The holder of the third part of a counting key: the board, with two of its recovery shares.


class KeyPart(db.Model):
    """One part of the counting key, sealed to its holder: two tellers, and the board's recovery key as a third."""

    __tablename__ = "key_part"
    __table_args__ = {"info": {"laid_afresh": True}}

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    handed_in: Mapped[bytes | None]


class Count(db.Model):
    """The count of a ballot, made once, after close. A lost race to make it is refused by the primary key."""

    __tablename__ = "count"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    result: Mapped[outcome.Result]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    roll: Mapped[dict[str, Any]] = mapped_column(JSON)
    sentences: Mapped[list[Any]] = mapped_column(JSON)
    invalid: Mapped[int] = mapped_column(default=0)
    with_recovery: Mapped[bool] = mapped_column(default=False)  # Opened with the board's part, as a teller's was lost.
    account: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # The whole count: for who may see the ballots.
    blocks: Mapped[list[Any]] = mapped_column(JSON, default=list)  # For members alone: ground and words of each block.
    leaf: Mapped[int]
    salt: Mapped[bytes | None]  # Of the commitment to all this in the ledger: small numbers could be guessed without.
