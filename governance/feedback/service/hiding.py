"""Hiding: two people of two sides, a reason from the list, and a public tombstone (promise 4)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence, Set
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance import privacy
from governance.feedback import rules
from governance.feedback.hiding import HideReason, check_two_hiders
from governance.feedback.models import HideRequest, IntakeLeaf, Message, Tombstone
from governance.feedback.service.retention import withdraw_quotes
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.permissions.roles import Role
from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.ruling.lifecycle import check_step
from governance.ruling.sentences import N_, Sentence
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED

HIDING = "feedback hide"  # What such a first yes is given to, in its mark.
KIND = "tombstone"  # Of the line in the ledger.
HIDDEN = N_("A message was hidden. What kind: {lane}. Why: {reason}. {first} asked, {second} agreed.")
IS_HIDDEN = N_("A message is hidden.")
NOT_SHOWN = N_("This message is not shown any more.")


def ask_to_hide(
    session: Session, keys: KeyFolder, message_id: uuid.UUID, reason: HideReason, account_id: int, today: date
) -> None:  # fmt: skip
    """Ask a reader of the other side to agree. Nothing is hidden yet."""
    message = session.get_one(Message, message_id)
    check_step(rules.STEPS, message.state, rules.MessageState.HIDDEN, NOT_SHOWN)
    if hide_request(session, keys, message_id, today):
        raise RuleRefused(N_("Somebody asked for this already. A reader of the other side must agree or leave it."))
    leave_shown(session, message_id)  # One put in by hand stops nobody.
    week = privacy.week_of(today)
    mark = people.mark_first(keys, HIDING, *_whole(message_id, reason, account_id, week))
    session.add(HideRequest(message_id=message_id, reason=reason, first_account_id=account_id, week=week, mark=mark))
    session.flush()


def agree_to_hide(
    session: Session, keys: KeyFolder, message_id: uuid.UUID, lane: rules.Lane, account_id: int, roles: Set[Role],
    today: date,
) -> Tombstone:  # fmt: skip
    """Hide a message somebody else asked to hide, and set its tombstone, in the same transaction as its ledger leaf.

    Everybody reads the tombstone; every member is told which two hid it.
    """
    request = session.get(HideRequest, message_id, with_for_update=True, populate_existing=True)
    if request is None or not _stands(keys, request, today):
        raise RuleRefused(N_("No one asked to hide this message, or it was settled a moment ago."))
    _check_two(session, request.first_account_id, account_id, roles, today)
    message = session.get_one(Message, message_id, with_for_update=True, populate_existing=True)
    check_step(rules.STEPS, message.state, rules.MessageState.HIDDEN, NOT_SHOWN)
    stone = Tombstone(message_id=message_id, lane=lane, week=privacy.week_of(today), reason=request.reason)
    facts = tombstone_facts(stone, _leaf_of(session, message))
    stone.leaf = ledger.append(session, "decisions", KIND, facts)
    message.state = rules.MessageState.HIDDEN
    withdraw_quotes(session, message_id)
    session.add(stone)
    people.tell(session, keys, _said(session, stone, request.first_account_id, account_id), today)
    session.delete(request)
    session.flush()
    return stone


def _said(session: Session, stone: Tombstone, first: int, second: int) -> Sentence:
    names = people.aliases(session, [first, second])
    lane, reason = Sentence(rules.LANE_WORDS[stone.lane]), Sentence(stone.reason.words)
    return Sentence(HIDDEN, lane=lane, reason=reason, first=names[first], second=names[second])


def tombstone_facts(stone: Tombstone, intake_leaf: int) -> dict[str, object]:
    """Return what the ledger says about a hidden message: lane, week, reason, both sides, and the leaf it covers."""
    return {
        "lane": stone.lane.value,
        "week": stone.week.isoformat(),
        "reason": stone.reason.value,
        "agreed": ["board reader", "staff reader"],
        "intake_leaf": intake_leaf,
    }


def _leaf_of(session: Session, message: Message) -> int:
    """Return the newest leaf of *message*. Nothing is hidden before the ledger has it, or it could vanish unseen."""
    wanted = select(func.max(IntakeLeaf.number)).where(IntakeLeaf.message_id == message.id)
    number = session.scalars(wanted).one()
    if number is None:
        raise RuleRefused(N_("This message joins the ledger today. It can be hidden from tomorrow on."))
    return number


def leave_shown(session: Session, message_id: uuid.UUID) -> None:
    """Turn a request down, or take it back: the message stays."""
    session.execute(delete(HideRequest).where(HideRequest.message_id == message_id))
    session.flush()


def forget_hidings_over(session: Session, keys: KeyFolder, today: date) -> None:
    """Forget what was asked to be hidden and not agreed to in its days. The messages stay, and members are told."""
    over = HideRequest.week < privacy.week_of(today) - retention.ASKED_FOR
    told = list[Sentence]()
    rows = session.scalars(select(HideRequest).where(over).order_by(HideRequest.week)).all()
    names = people.aliases(session, {row.first_account_id for row in rows})
    for row in rows:
        is_ours = None if row.mark is None else _is_ours(keys, row)
        told += people.not_done(is_ours, Sentence(IS_HIDDEN), names[row.first_account_id])
        session.delete(row)
    session.flush()
    for said in dict.fromkeys(told):  # One who asked for many times fills no first page.
        people.tell(session, keys, said, today)


def hiding_ends(request: HideRequest) -> date:
    """Return the day on which a request to hide a message ends where nobody of the other side agrees."""
    return request.week + retention.ASKED_FOR + retention.ITS_WEEK


def hide_request(session: Session, keys: KeyFolder, message_id: uuid.UUID, today: date) -> HideRequest | None:
    """Return what waits for a second person about one message. What was put in by hand, or is over, waits for none."""
    request = session.get(HideRequest, message_id)
    return request if request is not None and _stands(keys, request, today) else None


def hide_requests(
    session: Session, keys: KeyFolder, audiences: Set[rules.Audience], today: date
) -> Sequence[HideRequest]:
    """Return the requests that wait for a reader of the other side, within *audiences*."""
    query = select(HideRequest).join(Message, Message.id == HideRequest.message_id)
    found = session.scalars(query.where(Message.audience.in_(audiences)).order_by(HideRequest.week))
    return [request for request in found if _stands(keys, request, today)]


def hidings_not_as_asked(session: Session, keys: KeyFolder) -> Iterator[str]:
    """Yield that a request to hide a message was not taken by this program as it stands."""
    for request in session.scalars(select(HideRequest).order_by(HideRequest.week)):
        if request.mark is not None and not _is_ours(keys, request):
            yield "A request to hide a message was put in or changed by hand. It waits for nobody."


def _stands(keys: KeyFolder, request: HideRequest, today: date) -> bool:
    """Whether this program took the request as it stands, and its days are running: two weeks, and those of its own.

    The row names no day, as a day would tell more of the message than its week does.
    """
    this_week = privacy.week_of(today)
    return this_week - retention.ASKED_FOR <= request.week <= this_week and _is_ours(keys, request)


def _is_ours(keys: KeyFolder, request: HideRequest) -> bool:
    row = _whole(request.message_id, request.reason, request.first_account_id, request.week)
    return people.is_marked(request.mark, keys, HIDING, *row)


def _whole(message_id: uuid.UUID, reason: HideReason, account_id: int, week: date) -> tuple[str, str, int, str]:
    return str(message_id), reason.value, account_id, week.isoformat()


def hide_requests_for(
    session: Session, keys: KeyFolder, account_id: int, roles: Set[Role], audiences: Set[rules.Audience], today: date
) -> list[HideRequest]:
    """Return the requests that this reader can say yes or no to: those of a reader of the other side."""
    waiting = hide_requests(session, keys, audiences, today)
    return [each for each in waiting if _may_agree(session, each.first_account_id, account_id, roles, today)]


def _check_two(session: Session, first_id: int, account_id: int, roles: Set[Role], today: date) -> None:
    """Refuse two who are not of both sides. The board's half sits there: a reader who was voted out is none."""
    sitting = people.who_sits(session, today)
    first = people.of_the_board(first_id, people.roles_of(session, first_id), sitting)
    second = people.of_the_board(account_id, roles, sitting)
    check_two_hiders(first, second, same_person=first_id == account_id)


def _may_agree(session: Session, first_id: int, account_id: int, roles: Set[Role], today: date) -> bool:
    try:
        _check_two(session, first_id, account_id, roles, today)
    except RuleRefused:
        return False
    return True


def tombstone_of(session: Session, message_id: uuid.UUID) -> Tombstone | None:
    """Return the tombstone of one message, if it is hidden."""
    return session.scalars(select(Tombstone).where(Tombstone.message_id == message_id)).one_or_none()


class ShownStone(NamedTuple):
    """A tombstone as a page may show it, and what is doubtful about its row, or ""."""

    stone: Tombstone
    doubt: str


def shown_tombstones(session: Session) -> list[ShownStone]:
    """Return every tombstone as the ledger holds it, newest week first: one that was taken out or changed comes back.

    One that no line of the ledger holds is told to be one: nothing is left to go by.
    """
    held, rows = _lines(session), {stone.leaf: stone for stone in tombstones(session)}
    found = [_shown(leaf, rows.get(leaf), said) for leaf, said in held.items()]
    found += [ShownStone(row, NOT_AS_PUBLISHED) for leaf, row in rows.items() if leaf not in held]
    return sorted(found, key=lambda each: (each.stone.week, each.stone.leaf), reverse=True)


def _lines(session: Session) -> dict[int, dict[str, Any]]:
    """Return what the ledger holds of each message that was hidden, by the number of the line."""
    said = ledger.lines_with(session, "decisions", f'"kind":"{KIND}"')
    return {number: facts for number, facts in said.items() if facts.get("kind") == KIND}


def _shown(leaf: int, row: Tombstone | None, held: dict[str, Any]) -> ShownStone:
    said = Tombstone(
        leaf=leaf, lane=rules.Lane(held["lane"]), week=date.fromisoformat(held["week"]),
        reason=HideReason(held["reason"]),
    )  # fmt: skip
    if row is not None and tombstone_facts(row, -1) == tombstone_facts(said, -1):
        return ShownStone(row, "")
    return ShownStone(said, CHANGED_SINCE)


def tombstones(session: Session) -> Sequence[Tombstone]:
    """Return every tombstone, newest week first. They are public."""
    return session.scalars(select(Tombstone).order_by(Tombstone.week.desc(), Tombstone.leaf.desc())).all()
