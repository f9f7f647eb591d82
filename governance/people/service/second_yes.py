"""The second yes: what takes two people is asked for by one, and done when another agrees (`governance/gates.py`).

Each package says what is done then, where the page is that asks (`@does("board.end_term")`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import retention
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.people.gates import Act, Gate, Gates, check_may_ask, check_second, may_be_second
from governance.people.gates import in_words as gates_in_words
from governance.people.models import Account, Asked
from governance.people.service.accounts import SETTLED, Draft, aliases, roles_of
from governance.roles import Role, Who
from governance.sentences import N_, Sentence, from_json, to_json


@dataclass(frozen=True)
class Agreed:
    """What two people agreed to, for whoever does it. *said* tells what and who they are; *roles* are those of both."""

    session: Session
    keys: KeyFolder
    values: Mapping[str, Any]
    said: Sentence
    roles: frozenset[Role]
    today: date
    draft: Draft | None = None


LARGEST = 2_147_483_647  # The largest INTEGER of PostgreSQL.
Doing = Callable[[Agreed], object]
DOINGS: dict[str, Doing] = {}
GATES: dict[str, Act] = {}


def keep(gates: Gates) -> None:
    """Go by this table of gates. Called once, where the house is put together."""
    GATES.update(gates)


def in_words() -> dict[Gate, list[str]]:
    """Return the table for people to read: each gate with what goes through it, each sentence once."""
    return gates_in_words(GATES)


def does(act: str) -> Callable[[Doing], Doing]:
    """Say what is done once two people agreed to *act*: used as a decorator, once for each act."""

    def named(doing: Doing) -> Doing:
        DOINGS[act] = doing
        return doing

    return named


def ask(
    session: Session, who: Who, act: str, said: Sentence, today: date, *, subject: object = "",
    values: Mapping[str, Any] | None = None, about: int | None = None, page: tuple[str, dict[str, Any]] | None = None,
) -> Asked:  # fmt: skip
    """Ask for *act* on *subject*, as the first of two. *about*: the account it is about, which agrees to nothing.

    *page*: where the second one can look at it first: an endpoint, and the values of its address.

    Raises RuleRefused where it is asked for already, or by somebody who could be neither of the two.
    """
    check_may_ask(GATES[act], who.roles)
    session.execute(delete(Asked).where(Asked.day <= today - retention.ASKED_FOR))
    same = select(Asked.id).where(Asked.act == act, Asked.subject == str(subject))
    if session.scalars(same).first() is not None:
        raise RuleRefused(N_("Somebody asked for this already. It waits for a second person, under “Second yes”."))
    # A number that comes no second time: SQLite gives the largest again, and a form that lies open would mean another.
    asked = Asked(
        id=secrets.randbelow(LARGEST) + 1, act=act,
        subject=str(subject), values={**(values or {}), "page": page}, said=to_json(said),
        asked_by=who.account_id, about_id=about, day=today,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    return asked


def agree(
    session: Session, keys: KeyFolder, second: Who, asked_id: int, today: date, draft: Draft | None = None
) -> object:  # fmt: skip
    """Agree to it, as the second person, and do it; return what was made. Raises RuleRefused.

    *draft*: fresh words for a card, where one is made; they are slow and come before any query.
    """
    asked = _waiting_for(session, second, asked_id, today)
    names = aliases(session, (asked.asked_by, second.account_id))
    said = Sentence(
        N_("{what} {first} asked, {second} agreed."),
        what=from_json(asked.said), first=names[asked.asked_by], second=names[second.account_id],
    )  # fmt: skip
    act, values, roles = asked.act, asked.values, roles_of(session, asked.asked_by) | second.roles
    session.delete(asked)
    session.flush()
    return DOINGS[act](Agreed(session, keys, values, said, roles, today, draft))


def refuse(session: Session, second: Who, asked_id: int, today: date) -> None:
    """Say no, as somebody who could have agreed. Nothing is done. Raises RuleRefused."""
    session.delete(_waiting_for(session, second, asked_id, today))
    session.flush()


def take_back(session: Session, who: Who, asked_id: int) -> None:
    """Take back what one asked for oneself. Somebody else's stays as it is."""
    session.execute(delete(Asked).where(Asked.id == asked_id, Asked.asked_by == who.account_id))
    session.flush()


def forget_asked(session: Session, today: date) -> None:
    """Forget what nobody agreed to in its days."""
    session.execute(delete(Asked).where(Asked.day <= today - retention.ASKED_FOR))
    session.flush()


def _waiting_for(session: Session, second: Who, asked_id: int, today: date) -> Asked:
    asked = session.get(Asked, asked_id, with_for_update=True)
    first = session.get(Account, asked.asked_by) if asked else None
    if asked is None or asked.day <= today - retention.ASKED_FOR or first is None or first.ended_on is not None:
        raise RuleRefused(SETTLED)
    check_second(
        GATES[asked.act], roles_of(session, asked.asked_by), second.roles,
        same_person=asked.asked_by == second.account_id, about_them=asked.about_id == second.account_id,
    )  # fmt: skip
    return asked


@dataclass(frozen=True)
class Request:
    """Something asked for, as one person sees it on the page."""

    id: int
    act: str
    said: Sentence | str
    values: Mapping[str, Any]
    first: str
    until: date
    mine: bool
    about_me: bool
    mine_to_agree: bool


def asked_for(session: Session, who: Who, today: date) -> Sequence[Request]:
    """Return what this person asked for, may agree to, or is the one it is about; the oldest first."""
    rows = session.scalars(
        select(Asked).where(Asked.day > today - retention.ASKED_FOR).order_by(Asked.day, Asked.id)
    ).all()
    names = aliases(session, [row.asked_by for row in rows])
    found = [_seen_by(who, row, names, _may_agree(session, who, row)) for row in rows]
    return [each for each in found if each.mine or each.about_me or each.mine_to_agree]


def _may_agree(session: Session, who: Who, row: Asked) -> bool:
    others = who.account_id not in (row.asked_by, row.about_id)
    return others and may_be_second(GATES[row.act], roles_of(session, row.asked_by), who.roles)


def _seen_by(who: Who, row: Asked, names: Mapping[int, str], may_agree: bool) -> Request:
    return Request(
        id=row.id, act=row.act, said=from_json(row.said), values=row.values, first=names[row.asked_by],
        until=row.day + retention.ASKED_FOR, mine=row.asked_by == who.account_id,
        about_me=row.about_id == who.account_id, mine_to_agree=may_agree,
    )  # fmt: skip
