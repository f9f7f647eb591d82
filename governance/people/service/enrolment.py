"""Making and removing readers: one reader asks and signs, a second one signs too, and the keys follow."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from governance.keys.keyfolder import KeyFolder
from governance.people import rules
from governance.people.gates import RequestKind
from governance.people.models import Account, AccountRole, Enrolment
from governance.people.rules import ChainBroken, ReaderFacts
from governance.people.service import chain, first_yes, intake_keys
from governance.people.service.accounts import aliases
from governance.people.service.notices import tell
from governance.people.service.own_keys import OpenReader, own_public
from governance.people.service.who_counts import one_sits, who_sits
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

MOVED_ON = N_("The list of readers has changed since this was asked for. Ask for it again.")
READS_NOW = N_("{reader} can read what people say. {first} and {second} signed for it.")
READS_NO_MORE = N_("{reader} reads nothing new that people say. {first} and {second} signed for that.")
NOT_A_READER = N_("Only a reader on the list can sign. If your card is new, two readers must sign for you first.")

ONE_SITS = N_(
    "One of the two who sign must read for the board and sit there today. Ask a board reader who has a seat to sign."
)


def begin_chain(
    session: Session, keys: KeyFolder, founders: Sequence[tuple[OpenReader, Collection[str], bool]]
) -> None:
    """Begin the readers' chain with its founders (keys, audiences, whether for the board), all of whom sign.

    Raises RuleRefused when there is a chain, or when the founders could not sign for anybody later.
    """
    if len({reader.account_id for reader, _, _ in founders}) < 2 or not any(board for _, _, board in founders):
        raise RuleRefused(N_("Begin with two readers or more, one of them of the board."))
    facts = [(reader, _facts(session, keys, reader.account_id, names, board)) for reader, names, board in founders]
    chain.begin(session, keys, facts)


def propose_enrolment(
    session: Session,
    keys: KeyFolder,
    first: OpenReader,
    account_id: int,
    audiences: Collection[str],
    board: bool,
    today: date,
) -> Enrolment:
    """Ask, as a reader, that *account_id* may read *audiences*; signed by the first of two. Raises RuleRefused."""
    now = _signing(session, keys, first)
    if account_id == first.account_id:
        rules.check_two_sign(now, {first.account_id}, account_id)
    said = chain.enrolling(_facts(session, keys, account_id, audiences, board))
    return _ask(session, keys, first, RequestKind.ENROL, account_id, said, today)


def confirm_enrolment(session: Session, keys: KeyFolder, second: OpenReader, enrolment_id: int, today: date) -> None:
    """Sign, as a second reader, and hand the new reader the keys that the second one holds of the same audiences.

    Keys only the first one holds follow at that person's next sign-in (`pass_on_keys`). Those that nobody holds any
    more are changed, so that what comes can be read again. Every member is told. Raises RuleRefused.
    """
    asked = _asked(session, keys, enrolment_id, RequestKind.ENROL, today)
    said = _said(session, READS_NOW, asked, second)
    facts = chain.reader_in(asked.body)
    if facts != _facts(session, keys, asked.account_id, facts.audiences, facts.board):
        raise RuleRefused(MOVED_ON)
    _sign_second(session, keys, second, asked, today)
    intake_keys.forget_wraps(session, facts.account_id)
    intake_keys.pass_on_keys(session, keys, second)
    intake_keys.rotate_unheld(session, keys, facts.audiences, today)
    tell(session, keys, said, today)


def propose_removal(session: Session, keys: KeyFolder, first: OpenReader, account_id: int, today: date) -> Enrolment:
    """Ask, as a reader, that *account_id* may no longer read; signed by the first of two. Raises RuleRefused."""
    now = _signing(session, keys, first)
    _check_removal(session, keys, first.account_id, account_id)
    if account_id == first.account_id:
        rules.check_two_sign(now, {first.account_id}, account_id)
    return _ask(session, keys, first, RequestKind.REVOKE, account_id, chain.revoking(account_id), today)


def confirm_removal(session: Session, keys: KeyFolder, second: OpenReader, enrolment_id: int, today: date) -> None:
    """Sign, as a second reader, and change every key in use at once, so that what comes is closed to who leaves.

    Every member is told. Raises RuleRefused.
    """
    asked = _asked(session, keys, enrolment_id, RequestKind.REVOKE, today)
    said = _said(session, READS_NO_MORE, asked, second)
    leaving = _check_removal(session, keys, second.account_id, asked.account_id)
    number = _sign_second(session, keys, second, asked, today)
    intake_keys.forget_wraps(session, leaving.account_id)
    intake_keys.rotate(session, keys, leaving.audiences, today)
    tell(session, keys, said, today)
    chain.mark_gone(keys, leaving, number)


def _said(session: Session, words: str, asked: Enrolment, second: OpenReader) -> Sentence:
    """Return who became a reader, or is none any more, and which two signed: for members alone."""
    names = aliases(session, [asked.account_id, asked.first_account_id, second.account_id])
    return Sentence(
        words, reader=names[asked.account_id], first=names[asked.first_account_id], second=names[second.account_id]
    )


def drop_request(session: Session, enrolment_id: int) -> None:
    """Take back something that was asked for and not agreed to."""
    session.execute(delete(Enrolment).where(Enrolment.id == enrolment_id))
    session.flush()


@dataclass(frozen=True)
class WaitingRequest:
    """Something about somebody (*account_id*, *alias*) that takes two people and has one so far."""

    id: int
    kind: RequestKind
    account_id: int
    alias: str
    language: str
    first_account_id: int
    first_alias: str
    until: date


def requests(session: Session, keys: KeyFolder, today: date) -> list[WaitingRequest]:
    """Return what waits for a second person, by the alias it is about; nothing put in by hand or too old.

    For work pages alone.
    """
    about, first = aliased(Account), aliased(Account)
    rows = select(Enrolment, about.id, about.alias, about.language, first.id, first.alias)
    joined = rows.join(about, about.id == Enrolment.account_id).join(first, first.id == Enrolment.first_account_id)
    found = session.execute(joined.order_by(about.alias, Enrolment.id))
    return [
        WaitingRequest(row[0].id, row[0].kind, *row[1:], until=first_yes.ends_on(row[0].day or today))
        for row in found
        if first_yes.stands(keys, row[0], today)
    ]


@dataclass(frozen=True)
class Reader:
    """Somebody who reads, or whose card says that they could, as the readers' page shows it."""

    account_id: int
    alias: str
    audiences: tuple[str, ...]
    board: bool


@dataclass(frozen=True)
class ReaderList:
    """Who reads now, who waits to be signed for, and a sentence if the list does not hold together."""

    now: Sequence[Reader]
    unsigned: Sequence[Reader]
    problem: str | Sentence | None = None


def reader_list(session: Session, keys: KeyFolder) -> ReaderList:
    """Return the readers, and those whose roles would let them read but for whom nobody has signed yet."""
    able = _able_to_read(session)
    try:
        now = intake_keys.readers(session, keys)
    except ChainBroken as broken:
        return ReaderList((), (), broken.sentence)
    names = aliases(session, now)
    reading = [Reader(key, names[key], facts.audiences, facts.board) for key, facts in now.items()]
    return ReaderList(sorted(reading, key=lambda reader: reader.alias), [r for r in able if r.account_id not in now])


def _able_to_read(session: Session) -> list[Reader]:
    rows = select(Account.id, Account.alias, AccountRole.role).join(AccountRole, AccountRole.account_id == Account.id)
    roles: dict[tuple[int, str], set[Role]] = {}
    for account_id, alias, role in session.execute(rows.where(Account.ended_on.is_(None)).order_by(Account.alias)):
        roles.setdefault((account_id, alias), set()).add(role)
    able = []
    for (account_id, alias), held in roles.items():
        audiences = tuple(sorted(rules.audiences_for(held)))
        if audiences:
            able.append(Reader(account_id, alias, audiences, rules.reads_for_board(held)))
    return able


def _facts(session: Session, keys: KeyFolder, account_id: int, audiences: Collection[str], board: bool) -> ReaderFacts:
    """Return what the chain will say of an account, if its card may carry it. Raises RuleRefused."""
    account = session.get(Account, account_id)
    if account is None or account.ended_on is not None:
        raise RuleRefused(N_("This account has ended. Make a new one first."))
    roles = set(session.scalars(select(AccountRole.role).where(AccountRole.account_id == account_id)))
    rules.check_may_read(roles, audiences, board)
    own = own_public(session, keys, account_id)
    names = tuple(sorted(str(audience) for audience in audiences))
    return ReaderFacts(account_id, own.box_public, own.sign_public, names, board)


def _signing(session: Session, keys: KeyFolder, reader: OpenReader) -> dict[int, ReaderFacts]:
    """Return the readers, of whom *reader* must be one. Raises RuleRefused."""
    now = intake_keys.readers(session, keys)
    if reader.account_id not in now:
        raise RuleRefused(NOT_A_READER)
    return now


def _check_removal(session: Session, keys: KeyFolder, signer: int, account_id: int) -> ReaderFacts:
    said = chain.verified(session, keys)
    if account_id not in said:
        raise RuleRefused(N_("This person is not on the list of readers."))
    now = intake_keys.readers(session, keys)
    rules.check_readers_remain({**now, account_id: said[account_id]}, account_id)
    return said[account_id]


def _ask(
    session: Session,
    keys: KeyFolder,
    first: OpenReader,
    kind: RequestKind,
    account_id: int,
    said: dict[str, object],
    today: date,
) -> Enrolment:
    """Keep the request with its first signature, in the place of an older one about the same person."""
    body = chain.statement(session, keys, said)
    session.execute(delete(Enrolment).where(Enrolment.kind == kind, Enrolment.account_id == account_id))
    asked = Enrolment(kind=kind, account_id=account_id, body=body, first_account_id=first.account_id)
    asked.first_signature = chain.sign(first, body)
    return first_yes.put(session, keys, asked, today)


def _asked(session: Session, keys: KeyFolder, enrolment_id: int, kind: RequestKind, today: date) -> Enrolment:
    asked = session.get(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    if asked is None or asked.kind is not kind or not first_yes.stands(keys, asked, today):
        raise RuleRefused(N_("This has been settled already. Load the page again."))
    return asked


def could_sign_with(session: Session, keys: KeyFolder, today: date) -> Callable[[Set[int], int], bool]:
    """Return what says of a pair, and of whom it is about, whether the two could sign today: one of the board does.

    The whole list of readers is checked here, once, however many pairs are asked about.
    """
    try:
        of_board = _of_board(intake_keys.readers(session, keys))
    except ChainBroken:
        of_board = set()
    sitting = who_sits(session, today)
    return lambda pair, about: one_sits(of_board, sitting, pair, about)


def _of_board(readers: Mapping[int, ReaderFacts]) -> set[int]:
    return {account_id for account_id, facts in readers.items() if facts.board}


def _sign_second(session: Session, keys: KeyFolder, second: OpenReader, asked: Enrolment, today: date) -> int:
    """Add the entry both have signed; return its number. Raises RuleRefused when it no longer fits the chain.

    The chain says who reads for the board, and the seats say who sits there: whoever left it is not the board's half.
    """
    now, pair = _signing(session, keys, second), {asked.first_account_id, second.account_id}
    rules.check_two_sign(now, pair, asked.account_id)
    if not one_sits(_of_board(now), who_sits(session, today), pair, asked.account_id):
        raise RuleRefused(ONE_SITS)
    said = json.loads(asked.body)
    facts = {name: said[name] for name in ("act", "reader", "account") if name in said}
    first = now[asked.first_account_id]
    if asked.body != chain.statement(session, keys, facts) or not chain.signature_holds(
        first, asked.body, asked.first_signature
    ):
        raise RuleRefused(MOVED_ON)
    both = {asked.first_account_id: asked.first_signature, second.account_id: chain.sign(second, asked.body)}
    chain.add(session, asked.body, both)
    session.delete(asked)
    session.flush()
    number: int = said["number"]
    return number
