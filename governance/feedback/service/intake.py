"""Taking a message: sealed before it is stored, with nothing beside it that could lead back."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import rules
from governance.feedback.models import FollowUp, FormToken, Held
from governance.feedback.service import payload
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey
from governance.places import service as places
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

# The two writes of every message are put together once; what goes in takes a fraction of a millisecond then.
KEEP = insert(Held.__table__)
FIRST_TIME = {
    name: dialect.insert(FormToken.__table__).on_conflict_do_nothing().returning(FormToken.hash)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
# What the outer seal is bound to as well, of what came in a flood. So no column says it, and it is gone with that seal.
IN_FLOOD = b" in a flood"

Row = dict[str, object]


@dataclass(frozen=True)
class PreparedCode:
    """A follow-up code and the keys it stretches to; made before any query, because it is slow on purpose."""

    code: sealing.Code
    keys: sealing.CodeKeys


@dataclass(frozen=True)
class Submission:
    """What somebody sends. Every part may be left empty; *token* is the form's own, used once.

    The words are text, or sealed already by the browser they were typed in; None where nobody can open them any more.
    """

    token: bytes
    lane: rules.Lane = rules.Lane.OTHER
    about: rules.About = rules.About.NOBODY
    topics: tuple[str, ...] = ()
    face: str = ""
    language: str = "en"
    words: str | payload.SealedWords | None = field(default="", repr=False)
    consent: rules.Consent = rules.Consent.IDEA
    route: rules.Route = rules.Route.LATER
    place: str = ""
    via: str = "phone"
    code: PreparedCode | None = None
    follows: uuid.UUID | None = None
    audience: rules.Audience | None = None  # Only a follow-up names it: the audience of the word it follows.
    in_flood: bool = False  # It came in a flood, and no puzzle was solved for it (`flood.py`).
    key: IntakeKey | None = None  # Only what waited on a tablet names it: the key of before, to which it was sealed.


@dataclass(frozen=True)
class Receipt:
    """What the sender is shown: the code, if they asked for one. *repeated*: this form had been sent before."""

    code: sealing.Code | None
    repeated: bool


def prepare_code(keys: KeyFolder, token: bytes, language: str) -> PreparedCode:
    """Return the follow-up code that belongs to a form's *token*: the same token, the same code.

    A double click therefore shows the code twice and keeps the message once. One Argon2id run.
    """
    code = sealing.code_from_token(token, keys.pepper, language)
    return PreparedCode(code, sealing.code_keys(code.number, keys.pepper))


@dataclass(frozen=True)
class Sealed:
    """What is ready to be kept: the rows, sealed, and the form's token and code they belong to."""

    token: bytes = field(repr=False)
    code: PreparedCode | None
    held: Row = field(repr=False)
    follow_up: FollowUp | None


def take(session: Session, keys: KeyFolder, said: Submission, today: date) -> Receipt:
    """Seal and hold what was said. Raises RuleRefused while the programme has not opened feedback."""
    return hold(session, seal(session, keys, said, today), today)


def seal(session: Session, keys: KeyFolder, said: Submission, today: date) -> Sealed:
    """Seal what was said. Only reads, so that nobody waits for the database meanwhile. Raises RuleRefused as
    `take`, and KeyChanged for words that were sealed to another key than today's.
    """
    if not places.intake_is_open(session):
        raise RuleRefused(N_("Feedback is not open here yet. Tell any worker or board member what you need."))
    follow_up, thread = _begin_thread(keys, said.code.keys, today) if said.code else (None, None)
    return Sealed(said.token, said.code, _sealed(session, keys, said, thread, today), follow_up)


def hold(session: Session, sealed: Sealed, today: date) -> Receipt:
    """Keep what was sealed, unless this form was sent before: short writes and nothing else."""
    code = sealed.code.code if sealed.code else None
    if not _first_time(session, sealed.token, today):
        return Receipt(code if _opens(session, sealed.code) else None, repeated=True)
    if sealed.follow_up:
        session.add(sealed.follow_up)
        session.flush()
    session.connection().execute(KEEP, sealed.held)
    return Receipt(code, repeated=False)


def give_code(session: Session, keys: KeyFolder, said: Submission, today: date) -> None:
    """Bind a message that waits, and was sent without a code, to the code of *said*, which the same form sent again.

    Its day and its way stay: it waits no longer for that. Once it is let out nobody can say any more which message a
    form sent. Raises RuleRefused then.
    """
    sealed = seal(session, keys, said, today)
    if sealed.code is None or sealed.follow_up is None:
        raise ValueError("There is no code to give.")
    if _opens(session, sealed.code):
        return
    waits = select(Held.id, Held.day, Held.route).where(Held.tag == _tag_without_code(said.token)).with_for_update()
    found = session.execute(waits).one_or_none()
    if found is None:
        raise RuleRefused(N_("It has gone to its readers already. A code can only be made before that."))
    session.execute(delete(Held).where(Held.id == found.id))
    session.add(sealed.follow_up)
    session.flush()
    session.connection().execute(KEEP, {**sealed.held, "day": found.day, "route": found.route})


def _tag_without_code(token: bytes) -> bytes:
    """Return the tag of a message without a code. Only the page that sent it holds the form's token."""
    return hashlib.sha256(b"tag without code" + token).digest()


def _first_time(session: Session, token: bytes, today: date) -> bool:
    """Whether this form's token is new. Decided by the database, so that two clicks at once count as one."""
    connection = session.connection()
    row = {"hash": hashlib.sha256(b"form token" + token).digest(), "day": today}
    return connection.execute(FIRST_TIME[connection.dialect.name], row).first() is not None


def _opens(session: Session, code: PreparedCode | None) -> bool:
    """Whether the first sending of a form took this code too. If not, it would open nothing and must not be shown."""
    return code is not None and session.get(FollowUp, code.keys.find) is not None


def _begin_thread(keys: KeyFolder, code: sealing.CodeKeys, today: date) -> tuple[FollowUp, dict[str, str]]:
    """Make what a code opens, and what the readers need to write back. No row leads to the message."""
    pair, thread_id = sealing.new_pair(), uuid.uuid4()
    row = FollowUp(
        find=code.find,
        thread_id=thread_id,
        thread_public=pair.public,
        wrapped_private=sealing.lock(code.unlock, pair.private, thread_info(keys, thread_id)),
        period=privacy.period_of(today),
    )
    return row, {"id": str(thread_id), "public": pair.public.hex()}


def thread_info(keys: KeyFolder, thread_id: uuid.UUID) -> bytes:
    """Return what the seals of one thread are bound to."""
    return sealing.context(keys.programme, "thread", str(thread_id), "reply")


def held_info(held_id: uuid.UUID, consent: rules.Consent) -> bytes:
    """Return what the outer seal of what waits is bound to: its name, and what its writer lets be shown."""
    return held_id.bytes + consent.value.encode()


def _sealed(session: Session, keys: KeyFolder, said: Submission, thread: dict[str, str] | None, today: date) -> Row:
    """Return the row that is held, sealed and sealed once more."""
    audience = said.audience or rules.audience_for(said.lane, said.about)
    key = said.key or people.current_key(session, keys, audience, privacy.period_of(today, audience))
    inner = payload.pack(keys, key, _facts(said, thread))
    held_id, flood = uuid.uuid4(), IN_FLOOD if said.in_flood else b""
    return {
        "id": held_id,
        "audience": audience,
        "day": today,
        "route": said.route,
        "consent": said.consent,
        # Without a code the tag looks as random as a code's, so nobody can tell who took one.
        "tag": said.code.keys.tag if said.code else _tag_without_code(said.token),
        "intake_key_id": key.id,
        "sealed": sealing.lock(keys.need("held.key"), inner, held_info(held_id, said.consent) + flood),
    }


def _facts(said: Submission, thread: dict[str, str] | None) -> payload.Facts:
    return {
        "lane": said.lane,
        "about": said.about,
        "topics": [topic for topic in said.topics if topic in rules.TOPIC_KEYS],
        "face": said.face,
        "language": said.language,
        "words": said.words,
        "consent": said.consent,
        "place": said.place,
        "via": said.via,
        "thread": thread,
        "follows": str(said.follows) if said.follows else None,
    }
