"""The wall: you said, we did. Noes and late answers stand there like everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from governance.decisions.models import Record
from governance.feedback.models import Quote
from governance.proposals.models import ProposalTheme
from governance.publishing.models import WallOrder
from governance.publishing.rules import check_room_on_top
from governance.responses import service as responses
from governance.responses.models import Duty
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

AT_ONCE = 30


@dataclass(frozen=True)
class WallRow:
    """One row: the duty as it stands, and somebody's own words where there is a yes to show them."""

    now: responses.DutyNow
    quote: Quote | None
    on_top: bool


def wall(
    session: Session, today: date, after: int | None = None, limit: int = AT_ONCE
) -> tuple[list[WallRow], int | None]:
    """Return rows and, when there are more, the id to pass as *after*. One query, whatever the length of the record.

    The board's own order comes first, on the first page; then the newest.
    """
    query = (
        responses.duty_query()
        .add_columns(Quote, WallOrder.position)
        .outerjoin(WallOrder, WallOrder.duty_id == Duty.id)
        .outerjoin(Quote, Quote.id == _first_quote())
    )
    if after:
        query = query.where(Duty.id < after, WallOrder.position.is_(None))
    query = query.order_by(WallOrder.position.is_(None), WallOrder.position, Duty.id.desc()).limit(limit + 1)
    found = list(session.execute(query))
    rows = _quoted_once(
        [WallRow(responses.from_row(row, today), row.Quote, row.position is not None) for row in found[:limit]]
    )
    older = rows[-1].now.duty.id if len(found) > limit and not rows[-1].on_top else None
    return rows, older


def _quoted_once(rows: list[WallRow]) -> list[WallRow]:
    """Leave a quote on one row alone: the theme's own, else the first decision that came from the theme."""
    owner = {row.quote.id: row.now.duty.id for row in reversed(rows) if row.quote}
    owner |= {row.quote.id: row.now.duty.id for row in rows if row.quote and row.now.theme}
    return [
        replace(row, quote=row.quote if row.quote and owner[row.quote.id] == row.now.duty.id else None) for row in rows
    ]


@cache
def _first_quote() -> Any:
    """Return the id of one quote that may be shown for a duty: of its theme, or of a theme behind the decision."""
    shown = aliased(Quote)
    behind = select(ProposalTheme.theme_id).where(ProposalTheme.proposal_id == Record.proposal_id).correlate(Record)
    return (
        select(shown.id)
        .where(shown.withdrawn.is_(False), or_(shown.theme_id == Duty.theme_id, shown.theme_id.in_(behind)))
        .order_by(shown.id)
        .limit(1)
        .correlate(Duty, Record)
        .scalar_subquery()
    )


def put_first(session: Session, duty_id: int) -> bool:
    """Put a row on top of the wall. The board may move rows; nobody can take one down, nor push it off the first page.

    Returns False when it stands first already, so that nothing changes. Raises RuleRefused for a row that is not there,
    and where enough others stand on top.
    """
    _take_turns(session)
    if session.get(Duty, duty_id) is None:
        raise RuleRefused(N_("There is no such row on the wall. Look at the wall again."))
    on_top = session.scalars(select(WallOrder.duty_id).order_by(WallOrder.position)).all()
    if on_top and on_top[0] == duty_id:
        return False
    check_room_on_top(len(on_top), is_there=duty_id in on_top)
    top = session.scalar(select(func.min(WallOrder.position)))
    session.merge(WallOrder(duty_id=duty_id, position=(top if top is not None else 1) - 1))
    session.flush()
    return True


def put_back(session: Session, duty_id: int) -> bool:
    """Let a row go back to where its day puts it. Returns False when it is there already."""
    _take_turns(session)
    row = session.get(WallOrder, duty_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def _take_turns(session: Session) -> None:
    """Lock the oldest row of all, which is never taken away: an order that nobody has made yet has no row to lock."""
    session.execute(select(Duty.id).order_by(Duty.id).limit(1).with_for_update())
