"""Promise 2, for what was begun and not sent: whoever owns the database reads no word of a draft, nor whose it is."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import LargeBinary, cast, inspect, select, text
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people.models import Account, Draft, ReaderKey
from governance.people.service import drafts
from governance.permissions.roles import Role, Who
from tests.page import PageClient

NEW = "/board/proposals/new"
MARK = "sentinelword"
TYPED = {"title": f"{MARK} title", "ask": f"{MARK} is what we ask for", "why": f"{MARK} " * 40}

SignsIn = Callable[..., PageClient]


def all_bytes(session: Session) -> bytes:
    """Every value of every row of the database, in one."""
    found = []
    for table in inspect(session.connection()).get_table_names():
        for row in session.execute(text(f'SELECT * FROM "{table}"')):
            found += [bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in row]
    return b"\n".join([*found, *map(unpacked, found)])


def unpacked(value: bytes) -> bytes:
    """What lies packed in a value and is not locked: a draft is made small before it is sealed."""
    _, mark, packed = value.partition(zlib.compress(b"")[:2])
    try:
        return zlib.decompressobj().decompress(mark + packed) if mark else b""
    except zlib.error:
        return b""


def keeps(person: PageClient, **typed: str) -> None:
    fields = person.form(NEW, "ask")["fields"]
    assert person.post(f"/draft?of={NEW}", data={**fields, **TYPED, **typed}).status_code == 303


def test_no_word_of_a_draft_stands_in_the_database(sign_in: SignsIn, session: Session) -> None:
    person = sign_in(Role.MEMBER, alias="Juniper")
    keeps(person)
    assert len(session.scalars(select(Draft)).all()) == 1
    held = all_bytes(session)
    for each in (MARK, NEW, "proposals/new", *TYPED):
        assert each.encode() not in session.scalars(select(cast(Draft.sealed, LargeBinary))).one()
        assert MARK.encode() not in held
    session.rollback()
    assert MARK in person.get(f"/draft?of={NEW}").text, "its writer reads it"


@pytest.mark.of_one_database
def test_with_the_seal_taken_out_the_same_search_finds_the_words(
    sign_in: SignsIn, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same draft, laid into the database without its lock."""
    monkeypatch.setattr(drafts, "sealing", SimpleNamespace(lock=lambda _key, plain, _info: plain))
    keeps(sign_in(Role.MEMBER))
    assert MARK.encode() in all_bytes(session)


@pytest.mark.of_one_database
def test_a_row_tells_neither_whose_it_is_nor_how_much_was_written(
    sign_in: SignsIn, session: Session, keys: KeyFolder
) -> None:
    writers = [sign_in(Role.MEMBER) for _ in range(3)]
    for at, person in enumerate(writers):
        keeps(person, why="word " * at * 30)
    rows = session.scalars(select(Draft)).all()
    assert {column.name for column in Draft.__table__.columns} == {"id", "sealed", "day"}
    assert len({len(row.sealed) for row in rows}) == 1
    assert len({row.id for row in rows}) == 3, "of one page, for three writers"


@pytest.mark.of_one_database
def test_with_all_of_the_database_and_the_key_folder_none_opens(
    sign_in: SignsIn, session: Session, keys: KeyFolder
) -> None:
    """A stolen copy, every 32 bytes in it tried as the key; then, as the control, what the card alone unlocks."""
    person = sign_in(Role.MEMBER)
    keeps(person)
    account, own = session.scalars(select(Account)).one(), session.scalars(select(ReaderKey)).one()
    row = session.scalars(select(Draft)).one()
    folder = [keys.need(name) for name in keys.names() if len(keys.need(name)) == 32]
    for found in [*folder, account.proof, own.box_public, own.sign_public, own.mac, row.id, bytes(32)]:
        assert opened(session, Who(account.id, account.alias, frozenset(), found)) is None
        assert not opens(row, found)
    from governance.people import service as people

    right = people.stretch(keys, account.alias, person.card.passphrase)
    kept = opened(session, Who(account.id, account.alias, frozenset(), right.unlock))
    assert kept
    assert MARK in json.dumps(kept.fields)


def opened(session: Session, who: Who) -> drafts.OpenedDraft | None:
    return drafts.draft_kept(session, who, NEW)


def opens(row: Draft, key: bytes) -> bool:
    try:
        sealing.unlock(key, row.sealed, drafts.INFO + row.id)
    except sealing.SealBroken:
        return False
    return True
