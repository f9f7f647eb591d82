"""What readers do with a message: sort it, pass it on, write back, tick what was done."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import rules
from governance.feedback.models import FollowUp, IntakeLeaf, Message, Reply, UrgentAction
from governance.feedback.moving import Move
from governance.feedback.service import openings, payload
from governance.feedback.service.intake import thread_info
from governance.feedback.service.moved import Hand
from governance.feedback.service.reading import Keyring, OpenMessage
from governance.feedback.service.release import periods_around
from governance.feedback.service.vouching import vouched_again
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import plain

NOT_OPEN = N_("This message is not open any more, so it cannot be moved.")


def sort(session: Session, message_id: uuid.UUID, lane: rules.Lane, by: Hand) -> None:
    """Put a message in a lane. A reader's choice, never a machine's. Out of one where it lay, it leaves a mark."""
    sort_all(session, [message_id], lane, by)


def sort_all(session: Session, message_ids: Iterable[uuid.UUID], lane: rules.Lane, by: Hand) -> None:
    """Put messages in a lane, each as `sort` does; their marks are noted together."""
    with vouched_again(session, by.keys, message_ids) as messages:
        before = [message.lane for message in messages.values()]
        for message in messages.values():
            message.lane = lane
    by.marks(session, Move.SORTED_AGAIN, *((lay, lane) for lay in before if lay not in (None, lane)))


def move(
    session: Session,
    keys: KeyFolder,
    reader: people.OpenReader,
    message_id: uuid.UUID,
    audience: rules.Audience,
    today: date,
) -> None:
    """Pass a message to other readers: opened here, sealed again to their key, gone from this audience.

    Raises RuleRefused for readers it was kept from.

    The ledger gets a leaf for the new seal with the next batch; the opening of the old leaf says which seal came
    after it, so that nobody can change the words on the way.
    """
    with vouched_again(session, keys, [message_id]) as messages:
        row = messages[message_id]
        if row.state is not rules.MessageState.LIVE:
            raise RuleRefused(NOT_OPEN)
        said = Keyring(session, keys, reader).open(row)
        rules.check_may_pass_to(audience, row.audience, rules.Lane(said["lane"]), rules.About(said["about"]))
        people.ensure_intake_keys(session, keys, {audience.value: periods_around(today)[audience.value]})
        new = people.current_key(session, keys, audience, privacy.period_of(today, audience))
        row.sealed = payload.pack(keys, new, said)
        before = row.audience
        row.audience, row.intake_key_id, row.leaf, row.lane = audience, new.id, None, None
        _note_passed_on(session, row)
    Hand(keys, today).marks(session, Move.PASSED_ON, (before, audience))


def _note_passed_on(session: Session, row: Message) -> None:
    mine = (IntakeLeaf.message_id == row.id, IntakeLeaf.fate == rules.Fate.MESSAGE)
    wanted = select(IntakeLeaf).where(*mine).order_by(IntakeLeaf.number.desc()).limit(1)
    newest = session.scalars(wanted).one_or_none()
    if newest is not None:
        newest.passed_on = openings.digest_of(row.sealed)


def can_write_back(session: Session, message: OpenMessage) -> bool:
    """Whether somebody holds a code for this message that still opens."""
    wanted = select(FollowUp.thread_id).where(FollowUp.thread_id == message.thread_id)
    return message.thread_id is not None and session.scalars(wanted).first() is not None


def write_back(session: Session, keys: KeyFolder, message: OpenMessage, text: str, asks: bool, today: date) -> None:
    """Leave a private word, or a question, for whoever holds the message's code."""
    if message.thread_id is None:
        raise RuleRefused(N_("This person took no code, so there is no way to write back. Answer on the wall."))
    if not can_write_back(session, message):
        raise RuleRefused(N_("The code of this message has run out. Answer on the wall."))
    words = plain(text, rules.LONGEST_WORDS).encode()
    sealed = sealing.seal(message.thread_public, words, thread_info(keys, message.thread_id))
    session.add(Reply(thread_id=message.thread_id, week=privacy.week_of(today), sealed=sealed, asks=asks))
    session.flush()


def replies_sent(session: Session, message: OpenMessage) -> list[Reply]:
    """Return what readers wrote back so far: week and kind. Only the code opens the words."""
    if message.thread_id is None:
        return []
    return list(session.scalars(select(Reply).where(Reply.thread_id == message.thread_id).order_by(Reply.week)))


def tick_urgent(session: Session, message_id: uuid.UUID, step: rules.UrgentStep, by_board: bool, today: date) -> None:
    """Tick what was done about an urgent message. It holds no story and no name."""
    if session.get_one(Message, message_id).audience is not rules.Audience.URGENT:
        raise RuleRefused(N_("This list is for urgent messages. Pass the message to the urgent readers first."))
    session.merge(UrgentAction(message_id=message_id, action=step, by_board=by_board, day=today))
    session.flush()


def urgent_log(session: Session, message_id: uuid.UUID) -> list[UrgentAction]:
    """Return the ticks of one urgent message, oldest first."""
    query = select(UrgentAction).where(UrgentAction.message_id == message_id).order_by(UrgentAction.day)
    return list(session.scalars(query))
