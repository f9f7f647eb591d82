"""The second yes: what takes two people is asked for by one, and done when another agrees (`governance/gates.py`).

Each package says what is done then, where the page is that asks (`@does("board.end_term")`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from governance import retention
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.people.gates import Act, Gate, Gates, check_may_ask, check_second, may_be_second
from governance.people.gates import in_words as gates_in_words
from governance.people.models import Account, AccountRole, Asked
from governance.people.service.accounts import SETTLED, Draft, aliases, roles_of
from governance.people.service.notices import tell
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
NOT_AS_READ = N_("This is not what you read. Read it once more, then say yes or no.")
Doing = Callable[[Agreed], object]
DOINGS: dict[str, Doing] = {}
GATES: dict[str, Act] = {}


def keep(gates: Gates) -> None:
    """Go by this table of gates. Called once, where the house is put together."""
    GATES.update(gates)


def in_words() -> dict[Gate, list[str]]:
    """Return the table this house goes by, in words."""
    return gates_in_words(GATES)


def does(act: str) -> Callable[[Doing], Doing]:
    """Say what is done once two people agreed to *act*: used as a decorator, once for each act."""

    def named(doing: Doing) -> Doing:
        DOINGS[act] = doing
        return doing

    return named


def ask(
    session: Session, keys: KeyFolder, who: Who, act: str, said: Sentence, today: date, *, subject: object = "",
    values: Mapping[str, Any] | None = None, about: int | None = None, page: tuple[str, dict[str, Any]] | None = None,
) -> Asked:  # fmt: skip
    """Ask for *act* on *subject*, as the first of two. *about*: the account it is about, which agrees to nothing.

    *page*: where the second one can look at it first: an endpoint, and the values of its address.

    Raises RuleRefused where it is asked for already, or by somebody who could be neither of the two.
    """
    check_may_ask(GATES[act], who.roles)
    forget_asked(session, today)
    same = session.scalars(select(Asked).where(Asked.act == act, Asked.subject == str(subject))).first()
    if same is not None and not _stands(keys, same, today):
        session.delete(same)  # Put in by hand: it waits for nobody, and stops nobody.
        session.flush()
    elif same is not None:
        raise RuleRefused(N_("Somebody asked for this already. It waits for a second person, under “Second yes”."))
    # A number that comes no second time: SQLite gives the largest again, and a form that lies open would mean another.
    asked = Asked(
        id=secrets.randbelow(LARGEST) + 1, act=act,
        subject=str(subject), values={**(values or {}), "page": page}, said=to_json(said),
        asked_by=who.account_id, about_id=about, day=today,
    )  # fmt: skip
    asked.mac = _mac(keys, asked)
    session.add(asked)
    session.flush()
    return asked


def agree(
    session: Session, keys: KeyFolder, second: Who, asked_id: int, read: str, today: date, draft: Draft | None = None
) -> object:  # fmt: skip
    """Agree to it, as the second person, and do it; return what was made. Raises RuleRefused.

    *read*: the `Request.mark` of what this person read, so that they agree to nothing else.
    *draft*: fresh words for a card, where one is made; they are slow and come before any query.
    """
    asked = _waiting_for(session, keys, second, asked_id, today)
    if not hmac.compare_digest(read.encode(), _mark(asked).encode()):
        raise RuleRefused(NOT_AS_READ)
    said = _with_both(session, N_("{what} {first} asked, {second} agreed."), asked, second)
    act, values, roles = asked.act, asked.values, roles_of(session, asked.asked_by) | second.roles
    session.delete(asked)
    session.flush()
    return DOINGS[act](Agreed(session, keys, values, said, roles, today, draft))


def refuse(session: Session, keys: KeyFolder, second: Who, asked_id: int, today: date) -> None:
    """Say no, as somebody who could have agreed. Nothing is done, and members are told. Raises RuleRefused."""
    asked = _waiting_for(session, keys, second, asked_id, today)
    said = _with_both(session, N_("Not done: {what} {first} asked, {second} said no."), asked, second)
    session.delete(asked)
    tell(session, said, today)


def take_back(session: Session, who: Who, asked_id: int) -> None:
    """Take back what one asked for oneself. Somebody else's stays as it is."""
    session.execute(delete(Asked).where(Asked.id == asked_id, Asked.asked_by == who.account_id))
    session.flush()


def _on(subject: object) -> ColumnElement[bool]:
    """Return what holds for a request on *subject*, or on a part of it: subjects are words, the whole one first."""
    return (Asked.subject == str(subject)) | Asked.subject.startswith(f"{subject} ", autoescape=True)


def no_longer_asked(session: Session, act: str, subject: object) -> None:
    """Forget that *act* was asked for *subject*, or a part of it, because what it was asked of is another by now.

    What somebody agrees to at this moment is left to them: they wait for us, so we may not wait for them.
    """
    rows = select(Asked).where(Asked.act == act, _on(subject)).with_for_update(skip_locked=True)
    for asked in session.scalars(rows):
        session.delete(asked)
    session.flush()


def forget_asked(session: Session, today: date) -> None:
    """Forget what nobody agreed to in its days, and what no living account asks any more. Members are told."""
    gone = (Asked.day <= today - retention.ASKED_FOR) | Account.ended_on.is_not(None)
    rows = session.execute(select(Asked, Account.alias).join(Account, Account.id == Asked.asked_by).where(gone))
    for asked, first in rows.all():
        what = from_json(asked.said)
        session.delete(asked)
        tell(
            session,
            Sentence(N_("Not done: {what} {first} asked, and no second yes came."), what=what, first=first),
            today,
        )
    session.flush()


def _waiting_for(session: Session, keys: KeyFolder, second: Who, asked_id: int, today: date) -> Asked:
    asked = session.get(Asked, asked_id, with_for_update=True)
    first = session.get(Account, asked.asked_by) if asked else None
    if asked is None or first is None or first.ended_on is not None or not _stands(keys, asked, today):
        raise RuleRefused(SETTLED)
    check_second(
        GATES[asked.act], roles_of(session, asked.asked_by), second.roles,
        same_person=asked.asked_by == second.account_id, about_them=asked.about_id == second.account_id,
    )  # fmt: skip
    return asked


def _with_both(session: Session, words: str, asked: Asked, second: Who) -> Sentence:
    names = aliases(session, (asked.asked_by, second.account_id))
    return Sentence(words, what=from_json(asked.said), first=names[asked.asked_by], second=names[second.account_id])


def _stands(keys: KeyFolder, asked: Asked, today: date) -> bool:
    """Whether this program took the request as it stands, and its days are running."""
    in_its_days = today - retention.ASKED_FOR < asked.day <= today
    return in_its_days and hmac.compare_digest(asked.mac, _mac(keys, asked))


def _mac(keys: KeyFolder, asked: Asked) -> bytes:
    """Return the mark of a request: keyed by a secret outside the database, so that one made by SQL is seen."""
    key = hmac.digest(keys.pepper, b"real-voice second yes v1", hashlib.sha256)
    whole: list[Any] = [
        asked.id, asked.act, asked.subject, asked.values, asked.said, asked.asked_by, asked.about_id,
        asked.day.isoformat(),
    ]  # fmt: skip
    return hmac.digest(key, rfc8785.dumps(whole), hashlib.sha256)


def _mark(asked: Asked) -> str:
    return hashlib.sha256(asked.mac).hexdigest()[:32]


def not_as_asked(session: Session, keys: KeyFolder) -> Iterator[str]:
    """Yield which requests for a second yes this program did not take as they stand."""
    for asked in session.scalars(select(Asked).order_by(Asked.day, Asked.id)):
        if not hmac.compare_digest(asked.mac, _mac(keys, asked)):
            yield f"A request for a second yes ({asked.act}) was put in or changed by hand. It is shown to nobody."


@dataclass(frozen=True)
class Request:
    """Something asked for, as one person sees it on the page."""

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


def requests_of(session: Session, keys: KeyFolder, who: Who, today: date) -> Sequence[Request]:
    """Return what this person asked for, may agree to, or is the one it is about; the oldest first."""
    found = _seen(session, keys, who, today)
    return [each for each in found if each.mine or each.about_me or each.mine_to_agree]


def requests_on(
    session: Session, keys: KeyFolder, who: Who, today: date, acts: Collection[str], subject: object
) -> Sequence[Request]:  # fmt: skip
    """Return what waits on *subject*, of these *acts*, for its own page, as this person sees it; the oldest first."""
    return _seen(session, keys, who, today, Asked.act.in_(acts), _on(subject))


def how_many_wait(session: Session, keys: KeyFolder, who: Who, today: date) -> int:
    """Return how many requests wait for this person, in one query: it is asked with every work page."""
    with session.no_autoflush:  # A page may be drawn after something was refused.
        rows = _standing(session, keys, today)
    return sum(_may_agree(who, row, roles) for row, roles in rows)


def _seen(session: Session, keys: KeyFolder, who: Who, today: date, *where: ColumnElement[bool]) -> list[Request]:
    rows = _standing(session, keys, today, *where)
    names = aliases(session, [row.asked_by for row, _roles in rows])
    return [_seen_by(who, row, names, _may_agree(who, row, roles)) for row, roles in rows]


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
    return [(asked, roles) for asked, roles in found.items() if _stands(keys, asked, today)]


def _may_agree(who: Who, row: Asked, first: Set[Role]) -> bool:
    others = who.account_id not in (row.asked_by, row.about_id)
    return others and may_be_second(GATES[row.act], first, who.roles)


def _seen_by(who: Who, row: Asked, names: Mapping[int, str], may_agree: bool) -> Request:
    return Request(
        id=row.id, mark=_mark(row), act=row.act, said=from_json(row.said), values=row.values, first=names[row.asked_by],
        until=row.day + retention.ASKED_FOR, mine=row.asked_by == who.account_id,
        about_me=row.about_id == who.account_id, mine_to_agree=may_agree,
    )  # fmt: skip
