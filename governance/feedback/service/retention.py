"""Forgetting on schedule: the key goes first, then the rows (promise 12)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from governance import privacy
from governance.feedback import rules
from governance.feedback.models import FollowUp, FormToken, IntakeLeaf, Message, Quote, Reply, TakenOnce
from governance.feedback.service import ahead, flood, openings
from governance.feedback.service.beside import Beside, beside_each
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.people.key_rules import base_period
from governance.privacy import retention
from governance.storage.database import Piece
from governance.storage.pace import pace

AT_ONCE = 30  # rows in one transaction, at most

Pieces = Iterator[Callable[[Session], int]]  # Each is one transaction, and returns how many periods it destroyed.


class Of(NamedTuple):
    """What the emptying needs to know of a message: its key, what is beside it, and the digest of its seal."""

    key_id: uuid.UUID
    beside: Beside
    digest: bytes


Messages = Mapping[uuid.UUID, Of]
ByMessage = Mapping[uuid.UUID, list[IntakeLeaf]]


def retire(session: Session, keys: KeyFolder, today: date) -> int:
    """Destroy every period whose time is over, all in the caller's transaction; return how many."""
    return sum(piece(session) for piece in retire_in_pieces(session, keys, today))


def retire_in_pieces(session: Session, keys: KeyFolder, today: date) -> Pieces:
    """Destroy every period whose time is over. Backups of it open nothing from now on.

    The key goes at once; what it closed is emptied piece by piece. A period whose emptying was begun and not ended,
    because the server died, is emptied to its end first. A line lets go of the message it names when that is emptied,
    so what was noted ahead of its line is forgotten first, and a period with words that have no line waits for it.
    """
    ahead.forget_what_has_a_line(session, keys)
    yield from _empty_in_pieces(session, keys, today)
    over = [key.id for key in people.live_keys(session) if has_expired(key.period, key.audience, today)]
    waiting = ahead.keys_that_wait(session, keys)
    for key_id in (each for each in over if each not in waiting):
        yield partial(_destroy, keys=keys, key_id=key_id, today=today)
    yield from _empty_in_pieces(session, keys, today)
    yield from _withdraw_quotes_in_pieces(session)
    yield from _forget_codes_in_pieces(session, today)
    yield from _forget_form_tokens_in_pieces(session, today)
    yield from _forget_taken_in_pieces(session, today)
    for some in flood.forget_marks(session, today):
        yield partial(_forget_marks, some=some)


def _destroy(session: Session, keys: KeyFolder, key_id: uuid.UUID, today: date) -> int:
    key = people.live_key(session, key_id)
    if key is None:
        return 0
    people.destroy_period(session, keys, key, today)
    said = {"destroyed": f"{key.audience} {key.period}", "day": today.isoformat()}
    ledger.append(session, "decisions", "key", said)
    return 1


def has_expired(period: str, audience: str, today: date) -> bool:
    """Whether the words of *period* (with or without a rotation's number, "2026-11.2") have outlived their time."""
    return today >= privacy.expires_on(period.partition(".")[0], audience)


def gone_until(session: Session) -> date | None:
    """Return the last day of the newest month whose words are gone for good, or None before the first.

    The ledger names each key that is destroyed, so the public knows that day, whatever was said in that month.
    """
    gone = {base_period(key.period) for key in people.destroyed_keys(session) if key.audience != rules.Audience.URGENT}
    still = {base_period(key.period) for key in people.live_keys(session)}
    return max(map(privacy.last_day, gone - still), default=None)


def secrets_out_of_time(session: Session, today: date) -> set[str]:
    """Return the names of the period secrets whose words have outlived their time, destroyed already or not."""
    every = (*people.live_keys(session), *people.destroyed_keys(session))
    return {people.secret_name(k.audience, k.period) for k in every if has_expired(k.period, k.audience, today)}


def _empty_in_pieces(session: Session, keys: KeyFolder, today: date) -> Pieces:
    """Empty what was sealed with a key that is gone, and say so in the openings, older ones of the same words too."""
    for key_id in people.keys_to_empty(session):
        gone = select(Message.id).where(Message.intake_key_id == key_id)
        about = (IntakeLeaf.intake_key_id == key_id) | IntakeLeaf.message_id.in_(gone)
        emptied = select(IntakeLeaf.number).where(about, IntakeLeaf.fate == rules.Fate.MESSAGE)
        over = select(IntakeLeaf.number).where(IntakeLeaf.message_id.in_(gone), IntakeLeaf.fate == rules.Fate.EXPIRED)
        for some, act in ((emptied, _empty_leaves), (over, _let_leaves_go)):
            while numbers := session.scalars(some.order_by(IntakeLeaf.number).limit(pace.rows(AT_ONCE))).all():
                yield partial(act, keys=keys, key_id=key_id, numbers=numbers)
        full = gone.where(Message.state != rules.MessageState.EXPIRED)
        while names := session.scalars(full.limit(pace.rows(AT_ONCE))).all():
            yield partial(_empty_messages, names=names)
        yield partial(_note_emptied, key_id=key_id, today=today)


def _note_emptied(session: Session, key_id: uuid.UUID, today: date) -> int:
    people.note_emptied(session, key_id, today)
    return 0


def _empty_messages(session: Session, names: Sequence[uuid.UUID]) -> int:
    expired = {"sealed": b"", "state": rules.MessageState.EXPIRED}
    session.execute(update(Message).where(Message.id.in_(names)).values(expired))
    return 0


def _empty_leaves(session: Session, keys: KeyFolder, key_id: uuid.UUID, numbers: Sequence[int]) -> int:
    leaves = _leaves(session, numbers)
    messages, open_ = _messages_of(session, leaves), _open_leaves(session, leaves)
    for leaf in leaves:
        is_ours = _is_ours(keys, leaf, messages) and _words_stand(keys, leaf, key_id, open_, messages)
        if is_ours:
            _bridge(keys, leaf, open_, messages)
        leaf.fate, leaf.intake_key_id = rules.Fate.EXPIRED, key_id
        leaf.salt = leaf.digest = leaf.passed_on = None
        _let_go(keys, leaf, key_id, messages, is_ours=is_ours)
    session.flush()
    return 0


def _let_leaves_go(session: Session, keys: KeyFolder, key_id: uuid.UUID, numbers: Sequence[int]) -> int:
    leaves = _leaves(session, numbers)
    messages = _messages_of(session, leaves)
    for leaf in leaves:
        _let_go(keys, leaf, key_id, messages, is_ours=_is_ours(keys, leaf, messages))
    session.flush()
    return 0


def _leaves(session: Session, numbers: Sequence[int]) -> Sequence[IntakeLeaf]:
    return session.scalars(
        select(IntakeLeaf).where(IntakeLeaf.number.in_(numbers)).order_by(IntakeLeaf.number).with_for_update()
    ).all()


def _messages_of(session: Session, leaves: Sequence[IntakeLeaf]) -> Messages:
    """Return the messages of *leaves* by name: whose key each has, and what stands beside it."""
    names = {leaf.message_id for leaf in leaves if leaf.message_id}
    fields = select(
        Message.id, Message.intake_key_id, Message.week, Message.consent, Message.lane, Message.sealed
    )  # fmt: skip
    rows = session.execute(fields.where(Message.id.in_(names))).all()
    beside = beside_each(session, rows)
    return {row.id: Of(row.intake_key_id, beside[row.id], openings.digest_of(row.sealed)) for row in rows}


def _open_leaves(session: Session, leaves: Sequence[IntakeLeaf]) -> ByMessage:
    """Return, by message, every leaf of the messages of *leaves* that still opens, newest first."""
    names = {leaf.message_id for leaf in leaves if leaf.message_id}
    still = select(IntakeLeaf).where(IntakeLeaf.message_id.in_(names), IntakeLeaf.fate == rules.Fate.MESSAGE)
    found: dict[uuid.UUID, list[IntakeLeaf]] = {}
    for each in session.scalars(still.order_by(IntakeLeaf.number.desc())):
        found.setdefault(each.message_id or uuid.UUID(int=0), []).append(each)
    return found


def _is_ours(keys: KeyFolder, leaf: IntakeLeaf, messages: Messages) -> bool:
    """Whether nobody changed this opening since the program made it, nor took its message away."""
    message = messages.get(leaf.message_id) if leaf.message_id else None
    return openings.holds(keys, leaf, message.beside if message else None)


def _words_stand(
    keys: KeyFolder, leaf: IntakeLeaf, key_id: uuid.UUID, opening: ByMessage, messages: Messages
) -> bool:  # fmt: skip
    """Whether the message of *leaf* goes with the key that went by its newest line, where it goes with it.

    Else somebody who owns the database could hang words on a key that goes sooner, and nobody would miss them.
    """
    message = messages.get(leaf.message_id) if leaf.message_id else None
    if message is None or message.key_id != key_id:
        return True
    newest = next(each for each in opening[leaf.message_id or uuid.UUID(int=0)])
    has_this_key = bool(newest.passed_on) or newest.intake_key_id == key_id
    is_whole = message.digest == (newest.passed_on or newest.digest)
    return has_this_key and is_whole and _is_ours(keys, newest, messages)


def _let_go(
    keys: KeyFolder, leaf: IntakeLeaf, key_id: uuid.UUID, messages: Messages, *, is_ours: bool
) -> None:  # fmt: skip
    """Let an emptied leaf name its message only while that lives on under another key than the one that went.

    A tombstone names the leaf that was the newest when it was set. If words were passed on and hidden on the same day,
    that is the older one, and the audit must still know whose it was. One that is not ours is emptied and not signed
    anew: the audit tells of it, and goes on telling.
    """
    message = messages.get(leaf.message_id) if leaf.message_id else None
    lives_on = message if message and message.key_id != key_id else None
    leaf.message_id = leaf.message_id if lives_on else None
    if is_ours:
        openings.sign(keys, leaf, lives_on.beside if lives_on else None)


def _bridge(keys: KeyFolder, leaf: IntakeLeaf, opening: ByMessage, messages: Messages) -> None:
    """Let the leaf before *leaf* say which seal came after both.

    Words that were passed to the readers of urgent ones and back have a leaf in between that expires long before
    them. Without the bridge the audit would lose its way there and call honest words changed.
    """
    if leaf.message_id is None or leaf.message_id not in messages:
        return
    open_ = (each for each in opening[leaf.message_id] if each.fate is rules.Fate.MESSAGE)
    before = next((each for each in open_ if each.number < leaf.number), None)
    if before is None or not _is_ours(keys, before, messages):
        return
    if (before.passed_on or before.digest) == leaf.digest:  # Else the words were changed between the two.
        before.passed_on = leaf.passed_on or leaf.digest
        openings.sign(keys, before, messages[leaf.message_id].beside)


def _forget_codes_in_pieces(session: Session, today: date) -> Pieces:
    """Remove codes, and the replies they open, once the words of their month are gone."""
    periods = session.scalars(select(FollowUp.period).distinct()).all()
    over = [period for period in periods if has_expired(period, rules.Audience.EVERYONE, today)]
    theirs = select(FollowUp.thread_id).where(FollowUp.period.in_(over))
    while threads := session.scalars(theirs.limit(pace.rows(AT_ONCE))).all():
        yield partial(_forget_codes, threads=threads)


def _forget_codes(session: Session, threads: Sequence[uuid.UUID]) -> int:
    session.execute(delete(Reply).where(Reply.thread_id.in_(threads)))
    session.execute(delete(FollowUp).where(FollowUp.thread_id.in_(threads)))
    return 0


def _forget_form_tokens_in_pieces(session: Session, today: date) -> Pieces:
    """Forget which forms were sent, two days after."""
    old = select(FormToken.hash).where(FormToken.day < today - retention.SENT_FORMS)
    yield from _forget_by_hash(session, FormToken, old)


def _forget_taken_in_pieces(session: Session, today: date) -> Pieces:
    """Forget what was taken from tablets, once none of them could bring it again."""
    old = select(TakenOnce.hash).where(TakenOnce.month < today - retention.TAKEN_FROM_TABLETS)
    yield from _forget_by_hash(session, TakenOnce, old)


def _forget_by_hash(
    session: Session, table: type[FormToken | TakenOnce], old: Select[bytes]
) -> Pieces:  # fmt: skip
    """Forget the rows of *table* whose hash *old* finds, in pieces."""
    while hashes := session.scalars(old.limit(pace.rows(AT_ONCE))).all():
        yield partial(_forget_hashes, table=table, hashes=hashes)


def _forget_hashes(session: Session, table: type[FormToken | TakenOnce], hashes: Sequence[bytes]) -> int:
    session.execute(delete(table).where(table.hash.in_(hashes)))
    return 0


def _forget_marks(session: Session, some: Piece) -> int:
    some(session)
    return 0


def _withdraw_quotes_in_pieces(session: Session) -> Pieces:
    """Take down the words that were shown of messages that are gone: they go together, and so does the code."""
    shown = select(Quote.message_id).join(Message, Message.id == Quote.message_id)
    shown = shown.where(Message.state == rules.MessageState.EXPIRED, Quote.withdrawn.is_(False))
    while names := session.scalars(shown.distinct().limit(pace.rows(AT_ONCE))).all():
        yield partial(_withdraw_quotes_of, names=names)


def _withdraw_quotes_of(session: Session, names: Sequence[uuid.UUID]) -> int:
    for name in names:
        withdraw_quotes(session, name)
    return 0


def withdraw_quotes(session: Session, message_id: uuid.UUID) -> None:
    """Empty every quote of a message: its writer took the yes back, it was hidden, or its time is over."""
    session.execute(update(Quote).where(Quote.message_id == message_id).values(text="", withdrawn=True))
