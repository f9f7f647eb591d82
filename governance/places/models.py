"""The programme, its places, kiosks and help cards."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, Text, false
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from governance.places import rules
from governance.places.plan_rules import What
from governance.storage.database import LAID_AFRESH, db


class Programme(db.Model):
    """The one programme this installation serves, and what its own site may set."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("release_hour BETWEEN 0 AND 23", name="release_hour_of_the_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str]
    place_name: Mapped[str]
    board_name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="UTC")
    release_hour: Mapped[int] = mapped_column(default=18)
    working_days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [0, 1, 2, 3, 4])
    closed_days: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])
    intake_open: Mapped[bool] = mapped_column(default=False)
    workers_come: Mapped[bool] = mapped_column(default=False, server_default=false())  # When a kiosk asks for one.
    places_leaf: Mapped[int | None]  # The line of the ledger that says how places stood when it was written.


class PlanChange(db.Model):
    """A change of what the site decided at `init`, from a day on. Never edited: a correction is a newer one."""

    __tablename__ = "plan_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[What]
    value: Mapped[Any] = mapped_column(JSON)
    begins: Mapped[date]
    day: Mapped[date]  # When two people agreed to it.


class LegalLimit(db.Model):
    """What the site may have to report by law, written by the site with a lawyer, in one language."""

    __tablename__ = "legal_limit"

    language: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


def _its_name(made: DefaultExecutionContext) -> str:
    return str(made.get_current_parameters()["name"])


class Place(db.Model):
    """A place of the programme: a drop-in, a van. It stays when it is closed. *first_name*: the name it came with."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    hours: Mapped[str] = mapped_column(default="")
    first_name: Mapped[str] = mapped_column(unique=True, default=_its_name)
    closed_on: Mapped[date | None]


class Kiosk(db.Model):
    """A shared screen. The random number in its sealed cookie is its key; what is said on it never names it.

    Only a hash of its code is kept, and only until a screen was opened with it (`rules.CODE_DAYS`).
    """

    __tablename__ = "kiosk"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    name: Mapped[str]
    code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    code_until: Mapped[date | None]
    revoked_on: Mapped[date | None]
    goes_without: Mapped[bool] = mapped_column(default=False, server_default=false())  # It may be without a network.
    seen_on: Mapped[date | None]  # The last day its first page was asked for; no hour. To see that it has died.


class KioskCall(db.Model):
    """That somebody at a kiosk asks for a worker, until one goes there or its time is over. Nothing else is kept of it.

    One row for a kiosk, however often the button is pressed. It ends at a whole quarter of an hour, which does not say
    when it began.
    """

    __tablename__ = "kiosk_call"
    __table_args__ = LAID_AFRESH

    kiosk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("kiosk.id"), primary_key=True)
    gone_by: Mapped[datetime]
    on_the_way: Mapped[bool] = mapped_column(default=False)


class HelpCard(db.Model):
    """Help right now, in one language. Every word and number on it comes from the site."""

    __tablename__ = "help_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[rules.Help]
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="", server_default="")  # Where its number and its hours hold.
    hours: Mapped[str] = mapped_column(default="")
    run_by: Mapped[str] = mapped_column(default="")
    cost: Mapped[str] = mapped_column(default="")
    spoken: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)
    pictures: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")  # By the words of a step.

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Its numbered steps, each with its picture or ''."""
        return rules.pictured(self.text, self.pictures or {})

    def facts(self) -> dict[str, Any]:
        """Return what the page shows, for forms and tests."""
        shown = ("kind", "title", "text", "phone", "country", "hours", "run_by", "cost")
        return {name: getattr(self, name) for name in shown}


class Recording(db.Model):
    """One line of the program or the site, said by a person in one language. The sound says nothing of who it was."""

    __tablename__ = "recording"

    key: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    wav: Mapped[bytes] = mapped_column(LargeBinary)


class WaitingRecording(db.Model):
    """A recording that nobody is played yet: it waits for the yes of somebody of the board, who can listen to it.

    *mark*: by what a request for that yes says which sound it means.
    """

    __tablename__ = "waiting_recording"

    key: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    mark: Mapped[str]
    wav: Mapped[bytes] = mapped_column(LargeBinary)
