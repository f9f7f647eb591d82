"""What a follow-up code opens: what became of the word, the private replies, and the way to take a yes back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.feedback import rules
from governance.feedback.models import FollowUp, Held, IntakeLeaf, Message, Reply, Theme, Tombstone
from governance.feedback.service.intake import Submission, held_info, take, thread_info
from governance.feedback.service.payload import SealedWords
from governance.feedback.service.release import SHOWN, without_outer_seal
from governance.feedback.service.retention import withdraw_quotes
from governance.feedback.service.themes import themes_of
from governance.feedback.service.vouching import vouched_again
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NOBODY: tuple[None, bool] = (None, False)


@dataclass(frozen=True)
class PrivateWord:
    """A reply from the readers, opened by the code."""

    week: date
    text: str
    asks: bool


@dataclass(frozen=True)
class FollowUpPage:
    """What the holder of a code sees. *state* is 'held' until the word is let out, then the message's own."""

    state: str
    audience: rules.Audience
    week: date | None
    consent: rules.Consent
    themes: Sequence[Theme]
    replies: Sequence[PrivateWord]
    tombstone: Tombstone | None
    thread_id: uuid.UUID
    leaf: int | None
    opening: tuple[str, str] | None = (
        None  # What the leaf was made of, in hex: a salt, and the mark of the sealed word.
    )


def look_up(session: Session, keys: KeyFolder, code: sealing.CodeKeys) -> FollowUpPage | None:
    """Return what the code opens, or None. A wrong, an expired and a removed code look alike here."""
    thread = session.get(FollowUp, code.find)
    if thread is None:
        return None
    replies = _opened_replies(session, keys, thread, code)
    # What is held first: looked for after the messages, one that is let out in between would be in neither.
    held = session.scalars(select(Held).where(Held.tag == code.tag)).one_or_none()
    message, is_shown = session.execute(select(Message, SHOWN).where(Message.tag == code.tag)).one_or_none() or NOBODY
    if message is None or not is_shown:
        waits = message or held
        if waits is None:
            return None
        return FollowUpPage("held", waits.audience, None, waits.consent, (), replies, None, thread.thread_id, None)
    stone = session.scalars(select(Tombstone).where(Tombstone.message_id == message.id)).one_or_none()
    return FollowUpPage(
        state=message.state.value,
        audience=message.audience,
        week=message.week,
        consent=message.consent,
        themes=themes_of(session, message.id),
        replies=replies,
        tombstone=stone,
        thread_id=thread.thread_id,
        leaf=message.leaf,
        opening=_opening_of(session, message),
    )


def _opening_of(session: Session, message: Message) -> tuple[str, str] | None:
    """Return what shows that the leaf stands for a message and not for a blank, while there is one."""
    leaf = session.get(IntakeLeaf, message.leaf) if message.leaf is not None else None
    return (leaf.salt.hex(), leaf.digest.hex()) if leaf and leaf.salt and leaf.digest else None


def _opened_replies(session: Session, keys: KeyFolder, thread: FollowUp, code: sealing.CodeKeys) -> list[PrivateWord]:
    info = thread_info(keys, thread.thread_id)
    private = sealing.unlock(code.unlock, thread.wrapped_private, info)
    rows = session.scalars(select(Reply).where(Reply.thread_id == thread.thread_id).order_by(Reply.week))
    return [PrivateWord(row.week, sealing.open_sealed(private, row.sealed, info).decode(), row.asks) for row in rows]


def add_to(
    session: Session,
    keys: KeyFolder,
    code: sealing.CodeKeys,
    words: str | SealedWords,
    language: str,
    token: bytes,
    today: date,
) -> None:
    """Send more words to the readers of the first ones. They are held and mixed like any other.

    Raises RuleRefused, and KeyChanged for words that were sealed to another key than today's.
    """
    page = look_up(session, keys, code)
    if page is None:
        raise RuleRefused(N_("We could not find that code. Check each word and try again."))
    lane, about = rules.behind(page.audience)
    more = Submission(
        token=token,
        lane=lane,
        about=about,
        words=words,
        language=language,
        follows=page.thread_id,
        audience=page.audience,
        via="code",
    )
    take(session, keys, more, today)


def withdraw_quote(session: Session, keys: KeyFolder, code: sealing.CodeKeys) -> None:
    """Take back the yes to showing words, also while the message is held. Quotes are emptied at once.

    The rows are locked first: a message that is let out or quoted at this moment is met on the other side.
    """
    held = session.scalars(select(Held).where(Held.tag == code.tag).with_for_update()).one_or_none()
    wanted = select(Message.id).where(Message.tag == code.tag)
    with vouched_again(session, keys, session.scalars(wanted)) as messages:
        rows: list[Held | Message] = [*([held] if held else []), *messages.values()]
        for row in rows:
            if row.consent is rules.Consent.WORDS:
                if isinstance(row, Held):
                    _seal_again(keys, row, rules.Consent.IDEA)
                row.consent = rules.Consent.IDEA
        for name in messages:
            withdraw_quotes(session, name)


def _seal_again(keys: KeyFolder, row: Held, consent: rules.Consent) -> None:
    """Bind what waits to another *consent*. What somebody changed by hand stays as it is: the audit tells of it."""
    outer = keys.need("held.key")
    inner = without_outer_seal(outer, row)
    if inner is not None:
        row.sealed = sealing.lock(outer, inner, held_info(row.id, consent))
