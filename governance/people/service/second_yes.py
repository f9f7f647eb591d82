"""The second yes: what takes two people is asked for by one, and done when another agrees (`governance/gates.py`).

Each package says what is done then, where the page is that asks (`@does("board.end_term")`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.people.gates import NO_SEAT, Act, Gate, Gates, check_may_ask, check_second, may_be_second
from governance.people.gates import in_words as gates_in_words
from governance.people.models import Account, Asked
from governance.people.service import first_yes
from governance.people.service.accounts import SETTLED, Draft, aliases, roles_of
from governance.people.service.notices import tell
from governance.people.service.who_counts import that_count, who_sits
from governance.permissions.roles import Role, Who
from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, from_json, to_json


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
BY_THE_FIRST: set[str] = set()  # What is done by whoever asked, once another one agreed.
GATES: dict[str, Act] = {}


def keep(gates: Gates) -> None:
    """Go by this table of gates. Called once, where the house is put together."""
    GATES.update(gates)


def in_words() -> dict[Gate, list[str]]:
    """Return the table this house goes by, in words."""
    return gates_in_words(GATES)


def does(act: str, *, by_the_first: bool = False) -> Callable[[Doing], Doing]:
    """Say what is done once two people agreed to *act*: used as a decorator, once for each act.

    *by_the_first*: it is not done by the second yes itself. Whoever asked does it then (`finish`), and alone sees what
    is made: a card is drawn at that moment, and nothing of it is kept in between.
    """

    def named(doing: Doing) -> Doing:
        DOINGS[act] = doing
        if by_the_first:
            BY_THE_FIRST.add(act)
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
    counted = that_count(GATES[act], who.account_id, who.roles, who_sits(session, today), asks=True)
    check_may_ask(GATES[act], counted)
    forget_asked(session, keys, today)
    same = session.scalars(select(Asked).where(Asked.act == act, Asked.subject == str(subject))).first()
    if same is not None and not stands(keys, same, today):
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


def agree(session: Session, keys: KeyFolder, second: Who, asked_id: int, read: str, today: date) -> bool:
    """Agree to it, as the second person; return whether it is done, or left to whoever asked. Raises RuleRefused.

    *read*: the `Request.mark` of what this person read, so that they agree to nothing else.
    """
    asked = _waiting_for(session, keys, second, asked_id, today)
    _check_read(asked, read)
    if asked.act in BY_THE_FIRST:
        asked.agreed_by = second.account_id
        asked.mac = _mac(keys, asked)
        session.flush()
        return False
    _do(session, keys, asked, second.account_id, today)
    return True


def finish(
    session: Session, keys: KeyFolder, first: Who, asked_id: int, read: str, today: date, draft: Draft | None
) -> object:  # fmt: skip
    """Do what one asked for oneself and another one agreed to; return what was made. Raises RuleRefused.

    *draft*: fresh words for a sign-in card; they are slow and come before any query.
    """
    asked = session.get(Asked, asked_id, with_for_update=True, populate_existing=True)
    if asked is None or asked.asked_by != first.account_id or not stands(keys, asked, today):
        raise RuleRefused(SETTLED)
    second = session.get(Account, asked.agreed_by) if asked.agreed_by else None
    if second is None or second.ended_on is not None:
        raise RuleRefused(N_("Nobody has agreed to this yet. It waits for a second person."))
    # Since then one of them may have lost the role, or the seat, that it takes.
    _check_two(session, asked, second.id, roles_of(session, second.id), today)
    _check_read(asked, read)
    return _do(session, keys, asked, second.id, today, draft)


def _check_read(asked: Asked, read: str) -> None:
    if not hmac.compare_digest(read.encode(), mark_of(asked).encode()):
        raise RuleRefused(NOT_AS_READ)


def _do(
    session: Session, keys: KeyFolder, asked: Asked, second: int, today: date, draft: Draft | None = None
) -> object:  # fmt: skip
    """Do what two people agreed to, whose roles together are those of both; the request is gone with it."""
    first, act, values = asked.asked_by, asked.act, asked.values
    said = _with_both(session, N_("{what} {first} asked, {second} agreed."), asked, second)
    roles = roles_of(session, first) | roles_of(session, second)
    session.delete(asked)
    session.flush()
    return DOINGS[act](Agreed(session, keys, values, said, roles, today, draft))


def refuse(session: Session, keys: KeyFolder, second: Who, asked_id: int, today: date) -> None:
    """Say no, as somebody who could have agreed. Nothing is done, and members are told. Raises RuleRefused."""
    asked = _waiting_for(session, keys, second, asked_id, today)
    said = _with_both(session, N_("Not done: {what} {first} asked, {second} said no."), asked, second.account_id)
    session.delete(asked)
    tell(session, keys, said, today)


def take_back(session: Session, who: Who, asked_id: int) -> None:
    """Take back what one asked for oneself. Somebody else's stays as it is."""
    session.execute(delete(Asked).where(Asked.id == asked_id, Asked.asked_by == who.account_id))
    session.flush()


def on(subject: object) -> ColumnElement[bool]:
    """Return what holds for a request on *subject*, or on a part of it: subjects are words, the whole one first."""
    return (Asked.subject == str(subject)) | Asked.subject.startswith(f"{subject} ", autoescape=True)


def waiting_on(session: Session, keys: KeyFolder, act: str, subject: object, today: date) -> Asked | None:
    """Return what was asked for as *act* on *subject* and is not settled, or None.

    One put in by hand is none, nor is one whose asker's account has ended: nobody can say yes or no to that any more.
    """
    asker = select(Asked).join(Account, Account.id == Asked.asked_by).where(Account.ended_on.is_(None))
    asked = session.scalars(asker.where(Asked.act == act, Asked.subject == str(subject))).first()
    return asked if asked is not None and stands(keys, asked, today) else None


def no_longer_asked(session: Session, act: str, subject: object) -> None:
    """Forget that *act* was asked for *subject*, or a part of it, because what it was asked of is another by now.

    What somebody agrees to at this moment is left to them: they wait for us, so we may not wait for them.
    """
    rows = select(Asked).where(Asked.act == act, on(subject)).with_for_update(skip_locked=True)
    for asked in session.scalars(rows):
        session.delete(asked)
    session.flush()


def forget_asked(session: Session, keys: KeyFolder, today: date) -> None:
    """Forget what was not agreed to and done in its days, and what no living account asks. Members are told."""
    ended = select(Account.id).where(Account.ended_on.is_not(None))
    gone = (Asked.day <= today - retention.ASKED_FOR) | Asked.asked_by.in_(ended) | Asked.agreed_by.in_(ended)
    every = []
    rows = session.execute(select(Asked, Account.alias).join(Account, Account.id == Asked.asked_by).where(gone))
    for asked, first in rows.all():
        words = first_yes.NO_SECOND
        if asked.agreed_by is not None:
            words = N_("Not done: {what} {first} asked, another agreed, and it was left at that.")
        every.append(Sentence(words, what=from_json(asked.said), first=first))
        session.delete(asked)
    every += first_yes.forget_over(session, keys, today)
    session.flush()
    for said in dict.fromkeys(every):  # When no row is waited for any more: telling waits for the ledger.
        tell(session, keys, said, today)


def _waiting_for(session: Session, keys: KeyFolder, second: Who, asked_id: int, today: date) -> Asked:
    asked = session.get(Asked, asked_id, with_for_update=True, populate_existing=True)
    first = session.get(Account, asked.asked_by) if asked else None
    if asked is None or first is None or first.ended_on is not None or not stands(keys, asked, today):
        raise RuleRefused(SETTLED)
    if asked.agreed_by is not None:
        raise RuleRefused(SETTLED)
    _check_two(session, asked, second.account_id, second.roles, today)
    return asked


def _check_two(session: Session, asked: Asked, second: int, roles: Set[Role], today: date) -> None:
    """Refuse a second yes that this person, with these *roles*, may not say. Raises RuleRefused."""
    act, sitting = GATES[asked.act], who_sits(session, today)
    first = that_count(act, asked.asked_by, roles_of(session, asked.asked_by), sitting, asks=True)
    counted = that_count(act, second, roles, sitting)
    one, other = asked.asked_by == second, asked.about_id == second
    if not one and not other and may_be_second(act, first, roles) and not may_be_second(act, first, counted):
        raise RuleRefused(NO_SEAT)
    check_second(act, first, counted, same_person=one, about_them=other)


def _with_both(session: Session, words: str, asked: Asked, second: int) -> Sentence:
    names = aliases(session, (asked.asked_by, second))
    return Sentence(words, what=from_json(asked.said), first=names[asked.asked_by], second=names[second])


def stands(keys: KeyFolder, asked: Asked, today: date) -> bool:
    """Whether this program took the request as it stands, and its days are running."""
    in_its_days = today - retention.ASKED_FOR < asked.day <= today
    return in_its_days and hmac.compare_digest(asked.mac, _mac(keys, asked))


def _mac(keys: KeyFolder, asked: Asked) -> bytes:
    """Return the mark of a request: keyed by a secret outside the database, so that one made by SQL is seen."""
    key = hmac.digest(keys.pepper, b"real-voice second yes v1", hashlib.sha256)
    whole: list[Any] = [
        asked.id, asked.act, asked.subject, asked.values, asked.said, asked.asked_by, asked.about_id,
        asked.day.isoformat(), *([] if asked.agreed_by is None else [asked.agreed_by]),
    ]  # fmt: skip
    return hmac.digest(key, rfc8785.dumps(whole), hashlib.sha256)


def mark_of(asked: Asked) -> str:
    """Return by what a form says which request its reader read, just as it stood."""
    return hashlib.sha256(asked.mac).hexdigest()[:32]


def not_as_asked(session: Session, keys: KeyFolder) -> Iterator[str]:
    """Yield which requests for a second yes this program did not take as they stand."""
    for asked in session.scalars(select(Asked).order_by(Asked.day, Asked.id)):
        if not hmac.compare_digest(asked.mac, _mac(keys, asked)):
            yield f"A request for a second yes ({asked.act}) was put in or changed by hand. It is shown to nobody."
