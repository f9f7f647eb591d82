"""Reading: opening what a reader's own keys open, and finding the way in the boxes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from governance import sealing
from governance.feedback import alike, rules
from governance.feedback.models import Message
from governance.feedback.service import flood, payload
from governance.feedback.service.release import SHOWN
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey, KeyWrap
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NOT_YOURS = N_("Your keys do not open this message. It is for other readers.")
PAGE = 30
FEW, AT_MOST = PAGE // 2, 300  # Where less than FEW say something of their own, a page reads on to so many messages.
HELD_BY = (  # Asked with every page of the desk, so it is put together once.
    select(IntakeKey, KeyWrap)
    .join(KeyWrap, KeyWrap.intake_key_id == IntakeKey.id)
    .where(KeyWrap.account_id == bindparam("reader"), IntakeKey.destroyed_on.is_(None))
)
# What a page shows of each message. Plain rows: thirty of them take a third of the time of thirty objects.
COLUMNS = (
    Message.id, Message.week, Message.audience, Message.consent, Message.state, Message.lane, Message.intake_key_id,
    Message.sealed,
)  # fmt: skip
Stored = Message | Row[Any]
APART = "apart"  # In `box_counts`, in the place of a lane.
COUNTED = 100  # A box is counted this far and no further, so that a million messages cost the same as thirty.


@dataclass(frozen=True)
class OpenMessage:
    """A message as its reader sees it, for as long as the page is made. *opens*: whether their keys opened it."""

    id: uuid.UUID
    week: date
    audience: rules.Audience
    consent: rules.Consent
    state: rules.MessageState
    lane: rules.Lane
    sorted: bool
    chosen: rules.Lane = rules.Lane.OTHER  # The lane its writer chose, whatever readers made of it.
    about: rules.About = rules.About.NOBODY
    topics: tuple[str, ...] = ()
    face: str = ""
    language: str = "en"
    words: str = field(default="", repr=False)
    unreadable: bool = False  # Words came sealed in a way that nobody can open.
    place: str = ""
    via: str = ""
    thread_id: uuid.UUID | None = None
    thread_public: bytes = field(default=b"", repr=False)
    follows: uuid.UUID | None = None
    opens: bool = True

    @property
    def upsetting(self) -> bool:
        """Whether the page asks first if the reader is ready."""
        return rules.Lane.URGENT in (self.audience, self.lane)


@dataclass(frozen=True)
class Page:
    """Some messages, and where the next older ones begin."""

    messages: list[OpenMessage]
    after: str


class Keyring:
    """The intake keys that one reader holds, read with one query and opened as they are needed, for one request."""

    def __init__(self, session: Session, keys: KeyFolder, reader: people.OpenReader) -> None:
        self.session, self.keys, self.reader = session, keys, reader
        # Kept here whole, so that the session need not ask for them again.
        self._held = {key.id: (key, wrap) for key, wrap in session.execute(HELD_BY, {"reader": reader.account_id})}
        self._openers: dict[tuple[uuid.UUID, rules.Audience], Callable[[bytes], payload.Facts]] = {}

    @property
    def audiences(self) -> list[rules.Audience]:
        """Return whose messages these keys open, urgent first."""
        held = {key.audience for key, _ in self._held.values()}
        return _urgent_first(held)

    @cached_property
    def marks_hold(self) -> bool:
        """Whether what is marked as of a flood lies apart. See `flood.marks_hold`."""
        return flood.marks_hold(self.session, self.keys)

    def open(self, row: Stored) -> payload.Facts:
        """Return what is sealed in *row*, as `payload.opener` does.

        Raises RuleRefused for other readers' messages, sealing.SealBroken.
        """
        if row.intake_key_id not in self._held:
            raise RuleRefused(NOT_YOURS)
        lock = row.intake_key_id, row.audience
        if lock not in self._openers:
            key, wrap = self._held[row.intake_key_id]
            private = people.unwrapped(self.keys, self.reader, key, wrap)
            self._openers[lock] = payload.opener(private, self.keys, key.period, row.audience)
        return self._openers[lock](row.sealed)

    def inbox(
        self, audience: rules.Audience, lane: rules.Lane | None = None, after: str = "", *, apart: bool = False
    ) -> Page:
        """Return live messages of one audience, newest week first: one lane, or with *lane* None the unsorted ones.

        What came in a flood and nobody has sorted lies *apart*, in a list of its own.
        *after* is the place where the page before ended (keyset, so a million messages cost the same as thirty).
        One that does not open is shown as such; it never hides the others. Nor does one sent three hundred times: a
        page that is full of what says the same holds more messages.
        """
        shown: list[OpenMessage] = []
        while True:
            place = place_of(after)
            there = dict(zip(("week", "last"), place, strict=True)) if place else {}
            query = _listing(audience, lane, onward=bool(place), apart=apart if self.marks_hold else None)
            rows = self.session.execute(query, there).all()
            shown += self.open_all(rows[:PAGE])
            after = place_after(rows[PAGE - 1]) if len(rows) > PAGE else ""
            if not after or len(shown) >= AT_MOST or len(alike.folded(shown)) >= FEW:
                return Page(shown, after)

    def newest(self, audience: rules.Audience, lane: rules.Lane | None) -> list[OpenMessage]:
        """Return the newest messages of a box and lane, opened, to look through: at most three hundred."""
        rows: Sequence[Row[Any]] = self.session.execute(_listing(audience, lane, onward=False).limit(AT_MOST)).all()
        return self.open_all(rows)

    def others_alike(self, message: OpenMessage) -> list[OpenMessage]:
        """Return what else of the same week lies in the same place and says the same, out of at most 300."""
        lane, same = message.lane if message.sorted else None, alike.sameness(message)
        around: Select[*tuple[Any, ...]] = select(*COLUMNS).where(_in_box(message.audience, lane))
        around = around.where(Message.week == message.week).limit(AT_MOST)
        found = self.open_all(self.session.execute(around).all())
        return [each for each in found if each.id != message.id and alike.sameness(each) == same]

    def read(self, message_id: uuid.UUID) -> OpenMessage | None:
        """Return one message, or None when there is none. Raises RuleRefused for another audience's."""
        row = self.session.scalar(select(Message).where(Message.id == message_id, SHOWN))
        if row is None:
            return None
        if row.audience not in self.audiences:
            raise RuleRefused(NOT_YOURS)
        return self._shown(row)

    def open_all(self, rows: Sequence[Stored]) -> list[OpenMessage]:
        """Return these messages as their reader sees them; those for other readers stay shut."""
        return [self._shown(row) for row in rows]

    def _shown(self, row: Stored) -> OpenMessage:
        frame: dict[str, Any] = {
            "id": row.id, "week": row.week, "audience": row.audience, "consent": row.consent, "state": row.state,
            "lane": row.lane or rules.Lane.OTHER, "sorted": row.lane is not None,
        }  # fmt: skip
        if row.state is not rules.MessageState.LIVE:
            return OpenMessage(**frame)
        try:
            facts = self.open(row)
        except (RuleRefused, sealing.SealBroken):
            return OpenMessage(**frame, opens=False)
        frame["consent"] = rules.narrower(row.consent, rules.Consent(facts.get("consent", row.consent)))
        return OpenMessage(**frame | _unpacked(facts, row.lane))


def _unpacked(facts: dict[str, Any], lane: rules.Lane | None) -> dict[str, Any]:
    """Return what was sealed, with a reader's lane before the writer's own."""
    thread = facts["thread"] or {}
    return {name: facts[name] for name in ("face", "language", "place", "via")} | {
        "words": facts["words"] or "",
        "unreadable": facts["words"] is None,
        "lane": lane or rules.Lane(facts["lane"]),
        "chosen": rules.Lane(facts["lane"]),
        "about": rules.About(facts["about"]),
        "topics": tuple(facts["topics"]),
        "thread_id": uuid.UUID(thread["id"]) if thread else None,
        "thread_public": bytes.fromhex(thread["public"]) if thread else b"",
        "follows": uuid.UUID(facts["follows"]) if facts["follows"] else None,
    }


def inbox(
    session: Session, keys: KeyFolder, reader: people.OpenReader, audience: rules.Audience,
    lane: rules.Lane | None = None, after: str = "",
) -> Page:  # fmt: skip
    """Return some messages of one audience, opened. See `Keyring.inbox`."""
    return Keyring(session, keys, reader).inbox(audience, lane, after)


def read(session: Session, keys: KeyFolder, reader: people.OpenReader, message_id: uuid.UUID) -> OpenMessage | None:
    """Return one message, opened. See `Keyring.read`."""
    return Keyring(session, keys, reader).read(message_id)


def place_after(row: Stored) -> str:
    """Return the place in the list right after *row*, as a page's address carries it."""
    return f"{row.week.isoformat()}_{row.id}"


def place_of(after: str) -> tuple[date, uuid.UUID] | None:
    """Return the place an address names, or None for the beginning and for what is no place."""
    week, _, last_id = after.partition("_")
    try:
        return date.fromisoformat(week), uuid.UUID(last_id)
    except ValueError:
        return None


@cache
def _listing(
    audience: rules.Audience, lane: rules.Lane | None, *, onward: bool, apart: bool | None = None
) -> Select[*tuple[Any, ...]]:
    """Return the query of `Keyring.inbox`, put together once for each box and lane; *onward*: after a place."""
    wanted = select(*COLUMNS).where(_in_box(audience, lane))
    if lane is None and apart is not None:
        wanted = wanted.where(flood.MARKED if apart else ~flood.MARKED)
    if onward:
        place = bindparam("week", type_=Message.week.type), bindparam("last", type_=Message.id.type)
        wanted = wanted.where(tuple_(Message.week, Message.id) < tuple_(*place))
    # The lane comes first in the order as it does in the index, which both databases then simply follow.
    return wanted.order_by(Message.lane.desc(), Message.week.desc(), Message.id.desc()).limit(PAGE + 1)


def _in_box(audience: rules.Audience, lane: rules.Lane | None) -> ColumnElement[bool]:
    return and_(Message.audience == audience, _in_lane(lane))


def _in_lane(lane: rules.Lane | None) -> ColumnElement[bool]:
    """Return the condition that a message is shown, in this lane; with None, that no reader has sorted it."""
    in_lane = Message.lane.is_(None) if lane is None else Message.lane == lane
    return and_(Message.state == rules.MessageState.LIVE, in_lane, SHOWN)


def box_counts(
    session: Session, audiences: Sequence[rules.Audience], open_box: rules.Audience
) -> dict[tuple[rules.Audience, str], int]:
    """Return how many messages wait unsorted in each box ('' for the lane), and how many each lane of one box holds.

    Under APART stands how many of its unsorted ones came in a flood. For readers only; counted up to 100. One query.
    """
    rows = session.execute(_counting(frozenset(audiences), open_box))
    return {(rules.Audience(name), lane): count for name, lane, count in rows}


def boxes_of(session: Session, account_id: int) -> list[rules.Audience]:
    """Return whose messages the keys of this account open, urgent first. One query, and no key is opened."""
    return _urgent_first(set(session.scalars(_held_by(account_id).distinct())))


def _held_by(account_id: int) -> Select[str]:
    """Return the query for the audiences whose keys this account holds."""
    mine = select(IntakeKey.audience).join(KeyWrap, KeyWrap.intake_key_id == IntakeKey.id)
    return mine.where(KeyWrap.account_id == account_id, IntakeKey.destroyed_on.is_(None))


def unsorted_for(account_id: int) -> Select[int]:
    """Return the query for a row for each message that nobody has sorted in the boxes of this account, up to 100."""
    return select(literal(1)).where(Message.audience.in_(_held_by(account_id)), _in_lane(None)).limit(COUNTED)


def _urgent_first(held: Set[str]) -> list[rules.Audience]:
    return sorted((a for a in rules.Audience if a in held), key=lambda a: a is not rules.Audience.URGENT)


def unsorted_counts(session: Session, boxes: Sequence[rules.Audience]) -> dict[rules.Audience, int]:
    """Return how many messages wait unsorted in each of *boxes*, counted up to 100. One query."""
    if not boxes:
        return {}
    counts = {name: count for name, _lane, count in session.execute(_counting(frozenset(boxes), None))}
    return {box: counts[box] for box in boxes}


@cache
def _counting(audiences: frozenset[rules.Audience], open_box: rules.Audience | None) -> CompoundSelect[Any]:
    """Return the query of `box_counts`. It is long, so it is put together once for each choice of boxes."""
    wanted: set[tuple[rules.Audience, rules.Lane | None]] = {(audience, None) for audience in audiences}
    wanted |= {(open_box, lane) for lane in (None, *rules.Lane)} if open_box else set()
    parts: list[Select[str, str, int]] = []
    if open_box:
        apart = select(literal(1)).where(_in_box(open_box, None), flood.MARKED).limit(COUNTED).subquery()
        parts.append(select(literal(open_box.value), literal(APART), func.count()).select_from(apart))
    for audience, lane in wanted:
        some = select(literal(1)).where(_in_box(audience, lane)).limit(COUNTED).subquery()
        parts.append(
            select(literal(audience.value), literal(lane.value if lane else ""), func.count()).select_from(some)
        )
    return union_all(*parts)
