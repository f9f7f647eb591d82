"""Hiding: two people of two sides, a reason from the list, and a public tombstone (promise 4)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence, Set
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import privacy
from governance.errors import RuleRefused
from governance.feedback import rules
from governance.feedback.models import HideRequest, Message, Tombstone
from governance.feedback.service.retention import withdraw_quotes
from governance.ledger import service as ledger
from governance.people import service as people
from governance.people.rules import Role
from governance.sentences import N_


def ask_to_hide(
    session: Session, message_id: uuid.UUID, reason: rules.HideReason, account_id: int, today: date
) -> None:
    """Ask a reader of the other side to agree. Nothing is hidden yet."""
    message = session.get_one(Message, message_id)
    if message.state is not rules.MessageState.LIVE:
        raise RuleRefused(N_("This message is not shown any more."))
    if session.get(HideRequest, message_id):
        raise RuleRefused(N_("Somebody asked for this already. A reader of the other side must agree or leave it."))
    session.add(
        HideRequest(message_id=message_id, reason=reason, first_account_id=account_id, week=privacy.week_of(today))
    )
    session.flush()


def agree_to_hide(
    session: Session, message_id: uuid.UUID, lane: rules.Lane, account_id: int, roles: Set[Role], today: date
) -> Tombstone:
    """Hide a message somebody else asked to hide, and set its tombstone, in the same transaction as its ledger leaf."""
    request = session.get(HideRequest, message_id)
    if request is None:
        raise RuleRefused(N_("Nobody asked to hide this message, or it was settled a moment ago."))
    first_roles = people.roles_of(session, request.first_account_id)
    rules.check_two_hiders(first_roles, roles, same_person=request.first_account_id == account_id)
    message = session.get_one(Message, message_id)
    week = privacy.week_of(today)
    facts = {
        "lane": lane.value,
        "week": week.isoformat(),
        "reason": request.reason.value,
        "agreed": ["board reader", "staff reader"],
        "intake_leaf": message.leaf,
    }
    stone = Tombstone(message_id=message_id, lane=lane, week=week, reason=request.reason)
    stone.leaf = ledger.append(session, "decisions", "tombstone", facts)
    message.state = rules.MessageState.HIDDEN
    withdraw_quotes(session, message_id)
    session.add(stone)
    session.delete(request)
    session.flush()
    return stone


def leave_shown(session: Session, message_id: uuid.UUID) -> None:
    """Turn a request down: the message stays."""
    request = session.get(HideRequest, message_id)
    if request:
        session.delete(request)
        session.flush()


def hide_requests(session: Session, audiences: Set[rules.Audience]) -> Sequence[HideRequest]:
    """Return the requests that wait for a reader of the other side, within *audiences*."""
    query = select(HideRequest).join(Message, Message.id == HideRequest.message_id)
    return session.scalars(query.where(Message.audience.in_(audiences)).order_by(HideRequest.week)).all()


def tombstones(session: Session) -> Sequence[Tombstone]:
    """Return every tombstone, newest week first. They are public."""
    return session.scalars(select(Tombstone).order_by(Tombstone.week.desc(), Tombstone.leaf.desc())).all()
