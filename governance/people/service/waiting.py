"""What waits for a second yes, as the person sees it who asked, may agree, or is the one it is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.people.gates import may_be_second, takes_the_board
from governance.people.models import Account, AccountRole, Asked
from governance.people.service.accounts import aliases
from governance.people.service.second_yes import GATES, mark_of, on, stands
from governance.people.service.who_counts import Sitting, that_count, who_sits
from governance.permissions.roles import Role, Who
from governance.privacy import retention
from governance.ruling.sentences import Sentence, from_json


@dataclass(frozen=True)
class Request:
    """Something asked for, as one person sees it on the page. *second*: who agreed, where the first one finishes it."""

    id: int
    mark: str
    act: str
    said: Sentence | str
    values: Mapping[str, Any]
    first: str
    until: date
    mine: bool
    about_me: bool
    mine_to_agree: bool
    second: str
    mine_to_finish: bool


def requests_of(session: Session, keys: KeyFolder, who: Who, today: date) -> Sequence[Request]:
    """Return what this person asked for, may agree to, or is the one it is about; the oldest first."""
    found = _seen(session, keys, who, today)
    return [each for each in found if each.mine or each.about_me or each.mine_to_agree]


def requests_on(
    session: Session, keys: KeyFolder, who: Who, today: date, acts: Collection[str], subject: object
) -> Sequence[Request]:  # fmt: skip
    """Return what waits on *subject*, of these *acts*, for its own page, as this person sees it; the oldest first."""
    return _seen(session, keys, who, today, Asked.act.in_(acts), on(subject))


def how_many_wait(session: Session, keys: KeyFolder, who: Who, today: date) -> int:
    """Return how many requests wait for this person, in one query where none does: it is asked with every work page."""
    with session.no_autoflush:  # A page may be drawn after something was refused.
        rows = _standing(session, keys, today)
        sitting = cache(lambda: who_sits(session, today))
        return sum(_may_agree(who, row, roles, sitting) or _may_finish(who, row) for row, roles in rows)


def _seen(session: Session, keys: KeyFolder, who: Who, today: date, *where: ColumnElement[bool]) -> list[Request]:
    rows = _standing(session, keys, today, *where)
    names = aliases(session, [account for row, _roles in rows for account in (row.asked_by, row.agreed_by) if account])
    sitting = cache(lambda: who_sits(session, today))
    return [_seen_by(who, row, names, _may_agree(who, row, roles, sitting)) for row, roles in rows]


def _standing(
    session: Session, keys: KeyFolder, today: date, *where: ColumnElement[bool]
) -> list[tuple[Asked, set[Role]]]:  # fmt: skip
    """Return what stands, the oldest first, each with the roles of who asked."""
    living = select(Asked, AccountRole.role).join(Account, Account.id == Asked.asked_by)
    with_roles = living.outerjoin(AccountRole, AccountRole.account_id == Asked.asked_by)
    found: dict[Asked, set[Role]] = {}
    rows = session.execute(with_roles.where(Account.ended_on.is_(None), *where).order_by(Asked.day, Asked.id))
    for asked, role in rows:
        found.setdefault(asked, set()).update({role} if role else ())
    return [(asked, roles) for asked, roles in found.items() if stands(keys, asked, today)]


def _may_agree(who: Who, row: Asked, first: Set[Role], sitting: Callable[[], Sitting]) -> bool:
    """Whether this person may say yes or no. Who is *sitting* is asked for where it is by the seat alone."""
    act, others = GATES[row.act], who.account_id not in (row.asked_by, row.about_id)
    if not others or row.agreed_by is not None or not may_be_second(act, first, who.roles):
        return False
    if not takes_the_board(act):
        return True
    asked = that_count(act, row.asked_by, first, sitting(), asks=True)
    return may_be_second(act, asked, that_count(act, who.account_id, who.roles, sitting()))


def _may_finish(who: Who, row: Asked) -> bool:
    return row.agreed_by is not None and row.asked_by == who.account_id


def _seen_by(who: Who, row: Asked, names: Mapping[int, str], may_agree: bool) -> Request:
    return Request(
        id=row.id, mark=mark_of(row), act=row.act, said=from_json(row.said), values=row.values,
        first=names[row.asked_by], until=row.day + retention.ASKED_FOR, mine=row.asked_by == who.account_id,
        about_me=row.about_id == who.account_id, mine_to_agree=may_agree,
        second=names[row.agreed_by] if row.agreed_by else "", mine_to_finish=_may_finish(who, row),
    )  # fmt: skip
