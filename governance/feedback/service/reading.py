"""Reading: opening what a reader's own key opens, sorting it, passing it on, writing back."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.errors import RuleRefused
from governance.feedback import rules
from governance.feedback.models import FollowUp, Message, Reply, UrgentAction
from governance.feedback.service.intake import message_info, thread_info
from governance.feedback.service.release import periods_around
from governance.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey
from governance.sentences import N_

PAGE = 30


@dataclass(frozen=True)
class OpenMessage:
    """A message as its reader sees it, for as long as the page is made."""

    id: uuid.UUID
    week: date
    audience: rules.Audience
    consent: rules.Consent
    state: rules.MessageState
    lane: rules.Lane
    sorted: bool
    about: rules.About
    topics: tuple[str, ...] = ()
    face: str = ""
    language: str = "en"
    words: str = ""
    place: str = ""
    via: str = ""
    thread_id: uuid.UUID | None = None
    thread_public: bytes = field(default=b"", repr=False)
    follows: uuid.UUID | None = None


@dataclass(frozen=True)
class Page:
    """Some messages, and where the next older ones begin."""

    messages: list[OpenMessage]
    after: str


def inbox(
    session: Session,
    keys: KeyFolder,
    reader: people.OpenReader,
    audience: rules.Audience,
    lane: rules.Lane | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """Return the messages of one audience, newest week first: one lane, or with *lane* None what is not sorted yet.

    *after* is the place where the page before ended (keyset, so a million messages cost the same as thirty).
    """
    wanted = select(Message).where(
        Message.audience == audience,
        Message.lane.is_(None) if lane is None else Message.lane == lane,
        Message.state == rules.MessageState.LIVE,
    )
    week, last_id = _place(after)
    if week and last_id:
        wanted = wanted.where(or_(Message.week < week, and_(Message.week == week, Message.id < last_id)))
    rows = session.scalars(wanted.order_by(Message.week.desc(), Message.id.desc()).limit(limit + 1)).all()
    shown = [_opened(session, keys, reader, row) for row in rows[:limit]]
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(shown, f"{more.week.isoformat()}_{more.id}" if more else "")


def _place(after: str) -> tuple[date | None, uuid.UUID | None]:
    week, _, last_id = after.partition("_")
    try:
        return date.fromisoformat(week), uuid.UUID(last_id)
    except ValueError:
        return None, None


def read(session: Session, keys: KeyFolder, reader: people.OpenReader, message_id: uuid.UUID) -> OpenMessage | None:
    """Return one message, opened, or None when there is no such message. Raises RuleRefused for another's audience."""
    row = session.get(Message, message_id)
    return None if row is None else _opened(session, keys, reader, row)


def _opened(session: Session, keys: KeyFolder, reader: people.OpenReader, row: Message) -> OpenMessage:
    if row.state is rules.MessageState.EXPIRED:
        return _closed(row)
    key = session.get_one(IntakeKey, row.intake_key_id)
    private = people.intake_private(session, keys, reader, key.id)
    facts = json.loads(sealing.open_sealed(private, row.sealed, message_info(keys, key.period, row.audience)))
    thread = facts["thread"] or {}
    return OpenMessage(
        id=row.id,
        week=row.week,
        audience=row.audience,
        consent=row.consent,
        state=row.state,
        lane=row.lane or rules.Lane(facts["lane"]),
        sorted=row.lane is not None,
        about=rules.About(facts["about"]),
        topics=tuple(facts["topics"]),
        face=facts["face"],
        language=facts["language"],
        words=facts["words"],
        place=facts["place"],
        via=facts["via"],
        thread_id=uuid.UUID(thread["id"]) if thread else None,
        thread_public=bytes.fromhex(thread["public"]) if thread else b"",
        follows=uuid.UUID(facts["follows"]) if facts["follows"] else None,
    )


def _closed(row: Message) -> OpenMessage:
    lane = row.lane or rules.Lane.OTHER
    return OpenMessage(row.id, row.week, row.audience, row.consent, row.state, lane, True, rules.About.NOBODY)


def unread_counts(session: Session, audiences: set[rules.Audience]) -> dict[rules.Audience, Counter[str]]:
    """Return, for readers only, how many live messages each lane of each audience holds ('' is not sorted yet)."""
    counts: dict[rules.Audience, Counter[str]] = {audience: Counter() for audience in audiences}
    query = (
        select(Message.audience, Message.lane, func.count())
        .where(Message.audience.in_(audiences), Message.state == rules.MessageState.LIVE)
        .group_by(Message.audience, Message.lane)
    )
    for audience, lane, count in session.execute(query):
        counts[audience][lane.value if lane else ""] = count
    return counts


def sort(session: Session, message_id: uuid.UUID, lane: rules.Lane) -> None:
    """Put a message in a lane. A reader's choice, never a machine's."""
    session.get_one(Message, message_id).lane = lane
    session.flush()


def move(
    session: Session,
    keys: KeyFolder,
    reader: people.OpenReader,
    message_id: uuid.UUID,
    audience: rules.Audience,
    today: date,
) -> None:
    """Pass a message to other readers: opened here, sealed again to their key, gone from this audience.

    The ledger gets a leaf for the new seal with the next batch; the old leaf still opens as this message.
    """
    row = session.get_one(Message, message_id)
    if row.state is not rules.MessageState.LIVE:
        raise RuleRefused(N_("This message is not open any more, so it cannot be moved."))
    if audience is row.audience:
        raise RuleRefused(N_("These readers have it already. Choose others."))
    old = session.get_one(IntakeKey, row.intake_key_id)
    plain = sealing.open_sealed(
        people.intake_private(session, keys, reader, old.id), row.sealed, message_info(keys, old.period, row.audience)
    )
    people.ensure_intake_keys(session, keys, {audience.value: periods_around(today)[audience.value]})
    new = people.current_key(session, keys, audience, privacy.period_of(today, audience))
    row.sealed = sealing.seal(new.public, plain, message_info(keys, new.period, audience))
    row.audience, row.intake_key_id, row.leaf, row.lane = audience, new.id, None, None
    session.flush()


def write_back(session: Session, keys: KeyFolder, message: OpenMessage, text: str, asks: bool, today: date) -> None:
    """Leave a private word, or a question, for whoever holds the message's code."""
    if message.thread_id is None:
        raise RuleRefused(N_("This person took no code, so there is no way to write back. Answer on the wall."))
    if not session.scalars(select(FollowUp.thread_id).where(FollowUp.thread_id == message.thread_id)).first():
        raise RuleRefused(N_("The code of this message has run out. Answer on the wall."))
    sealed = sealing.seal(message.thread_public, text.encode(), thread_info(keys, message.thread_id))
    session.add(Reply(thread_id=message.thread_id, week=privacy.week_of(today), sealed=sealed, asks=asks))
    session.flush()


def tick_urgent(session: Session, message_id: uuid.UUID, step: rules.UrgentStep, by_board: bool, today: date) -> None:
    """Tick what was done about an urgent message. It holds no story and no name."""
    session.merge(UrgentAction(message_id=message_id, action=step, by_board=by_board, day=today))
    session.flush()


def urgent_log(session: Session, message_id: uuid.UUID) -> list[UrgentAction]:
    """Return the ticks of one urgent message, oldest first."""
    query = select(UrgentAction).where(UrgentAction.message_id == message_id).order_by(UrgentAction.day)
    return list(session.scalars(query))
