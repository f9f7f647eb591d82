"""Proposals, every version of their words, where they came from, and the talk about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from governance.proposals import rules
from governance.storage.database import db


class Proposal(db.Model):
    """What the board is asked to decide. Its words stand in its versions."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    status: Mapped[rules.Status] = mapped_column(default=rules.Status.DRAFT, index=True)
    version: Mapped[int] = mapped_column(default=1)  # The newest one.
    power: Mapped[rules.Power | None]
    kind: Mapped[rules.Kind] = mapped_column(default=rules.Kind.ORDINARY)
    about_answer: Mapped[str] = mapped_column(default="")  # For a second look above: "decision 2026-010", "theme 3".
    changes_record: Mapped[str] = mapped_column(default="", index=True)  # The number of the decision it is to change.
    about_participants: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date | None]
    author_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_on: Mapped[date | None]  # The day its talk began. Before that it is no public thing.
    stands_since: Mapped[date | None]  # The day from which it asks for the same, and takes the same to pass.
    hurry: Mapped[str | None] = mapped_column(Text)  # Why its vote may open before the days of notice are over.

    @property
    def rule(self) -> str:
        """What it takes to pass: "majority" or "two_thirds"."""
        return "two_thirds" if rules.needs_two_thirds(self.kind) else "majority"

    @property
    def matter(self) -> str:
        """The name under which the board keeps who stepped out of it."""
        return f"proposal:{self.number}"


class ProposalVersion(db.Model):
    """One version of the words. From the talk on, none is ever changed: a change is the next version.

    *charter_numbers* are words too: which numbers of the charter it changes, and to what, as the charter stores them.
    None where it is no change of the charter, or was written before such a one said which.
    """

    __tablename__ = "proposal_version"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    ask: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    still_open: Mapped[str] = mapped_column(Text)
    gets_better: Mapped[str] = mapped_column(Text)
    could_go_wrong: Mapped[str] = mapped_column(Text)
    who_could_this_hurt: Mapped[str] = mapped_column(Text)
    principles: Mapped[list[int]] = mapped_column(JSON)
    charter_numbers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    written_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")


class ProposalTheme(db.Model):
    """A theme the proposal came from."""

    __tablename__ = "proposal_theme"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)


class Remark(db.Model):
    """What a member said in the talk. For members alone."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    kind: Mapped[rules.RemarkKind] = mapped_column(default=rules.RemarkKind.REMARK)
    day: Mapped[date]
    resolved: Mapped[bool] = mapped_column(default=False)
    # Who said that a concern is met; also once whoever raised it raised it again.
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
