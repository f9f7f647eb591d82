"""Accounting for every line of the ledger: each is held against its rows, and each published row against its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger import service as ledger
from governance.packages import PACKAGES, leaves_of
from governance.storage.leaves import Books, LeafKind, LetGo, unclaimed


def every_kind() -> list[LeafKind]:
    """Return the table of every kind of leaf, in the order of the packages."""
    return [kind for name in PACKAGES for kind in leaves_of(name)]


def differences(
    session: Session, keys: KeyFolder, today: date, kinds: Sequence[LeafKind] | None = None
) -> Iterator[str]:
    """Yield what differs between the ledger and the rows, in sentences; nothing when all that was published stands.

    *kinds*: the table to go by, or None for the whole of it. That the ledger itself is whole is `ledger.check`'s part.
    What cannot be read is told too, and ends one kind only. A row whose line the board let go of in public is told of
    as a `LetGo`, last of all, and is no fault; as many as there are such lines, and one for each of them.
    """
    session.flush()
    session.expire_all()  # What somebody changed by SQL must not hide behind what was read before.
    kinds = every_kind() if kinds is None else kinds
    found, strange = sorted_out(session, kinds)
    yield from unclaimed(strange)
    lost = {log: ledger.let_go_of(session, log) for log in rules.LOGS}
    gone: list[tuple[str, LetGo]] = []
    for kind, entries in zip(kinds, found, strict=True):
        try:
            told = list(kind.check(Books(session, keys, today, entries, lost[kind.log])))
            gone += [(kind.log, each) for each in told if isinstance(each, LetGo)]
            yield from (each for each in told if not isinstance(each, LetGo))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, SQLAlchemyError) as error:
            tables = " or ".join(kind.tables)
            yield f"The rows of {tables} cannot be held against the ledger: {type(error).__name__}."
    yield from _each_once(gone, lost)


def _each_once(gone: Sequence[tuple[str, LetGo]], lost: Mapping[str, Collection[int]]) -> Iterator[str]:
    """Yield what is told of rows whose line was let go of: a fault where more rows claim such a line than there are."""
    claimed = set()
    for log, told in gone:
        if told.number is not None:
            yield told.fault if (log, told.number) in claimed else told
            claimed.add((log, told.number))
    left = sum(map(len, lost.values())) - len(claimed)
    for number, told in enumerate(told for _, told in gone if told.number is None):
        yield told if number < left else told.fault


def sorted_out(session: Session, kinds: Sequence[LeafKind]) -> tuple[list[dict[int, Any]], dict[int, Any]]:
    """Return the entries of each kind, and those of no kind. Sealed ones, of which there are many, stay out."""
    found: list[dict[int, Any]] = [{} for _ in kinds]
    strange: dict[int, Any] = {}
    for log in rules.LOGS:
        for number, facts in ledger.leaves(session, log):
            mine = next((n for n, kind in enumerate(kinds) if kind.log == log and kind.has(facts)), None)
            if mine is None:
                strange[number] = facts
            elif facts.get("kind", rules.SEALED_ENTRY) != rules.SEALED_ENTRY:
                found[mine][number] = facts
    return found, strange
