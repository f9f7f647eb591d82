"""The leaves of readers and keys, held against their rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import select

from governance.people.models import ChainEntry, IntakeKey
from governance.people.rules import ChainBroken
from governance.people.service import ACCOUNTS, SHARES, chain, power_of, shares_stand
from governance.people.service.first_yes import not_as_asked as first_yes_not_as_asked
from governance.people.service.notice_marks import not_as_marked
from governance.people.service.notices import not_as_told
from governance.people.service.second_yes import not_as_asked
from governance.storage.leaves import Books, LeafKind, LedgerRow, held


def _keys_made(books: Books) -> Iterator[str]:
    keys = books.session.scalars(select(IntakeKey))
    made = [LedgerRow(f"The key “{k.audience} {k.period}”", {"made": _name(k), "public": k.public.hex()}) for k in keys]
    return held(made, books, ("made",))


def _keys_destroyed(books: Books) -> Iterator[str]:
    gone = books.session.scalars(select(IntakeKey).where(IntakeKey.destroyed_on.is_not(None)))
    rows = [
        LedgerRow(f"The end of the key “{_name(k)}”", {"destroyed": _name(k), "day": k.destroyed_on.isoformat()})
        for k in gone
        if k.destroyed_on
    ]
    return held(rows, books, ("destroyed",))


def _name(key: IntakeKey) -> str:
    return f"{key.audience} {key.period}"


def _chain(books: Books) -> Iterator[str]:
    rows = []
    for entry in books.session.scalars(select(ChainEntry).order_by(ChainEntry.number)):
        digest, said = hashlib.sha256(entry.body.encode()), json.loads(entry.body)
        facts = {"number": entry.number, "act": said["act"], "hash": digest.hexdigest()}
        rows.append(LedgerRow(f"Statement {entry.number} of who may read", facts))
    yield from held(rows, books, ("number",))
    try:
        chain.verified(books.session, books.keys)
    except ChainBroken as broken:
        yield str(broken)


def _accounts(books: Books) -> Iterator[str]:
    yield from not_as_told(books, ACCOUNTS, power_of(books.session))
    yield from not_as_asked(books.session, books.keys)
    yield from first_yes_not_as_asked(books.session, books.keys)
    yield from not_as_marked(books.session, books.keys)


def _shares(books: Books) -> Iterator[str]:
    return not_as_told(books, SHARES, shares_stand(books.session))


LEAVES = (
    LeafKind(("key",), "made", ("intake_key",), _keys_made),
    LeafKind(("key",), "destroyed", ("intake_key",), _keys_destroyed),
    LeafKind(("power",), ACCOUNTS, ("told", "account_role"), _accounts),
    LeafKind(("power",), SHARES, ("told", "recovery_share"), _shares),
    LeafKind(("reader-chain",), "", ("chain_entry",), _chain),
)
