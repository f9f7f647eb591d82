"""Accounting for every line of the ledger: each is held against its rows, and each published row against its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger import service as ledger
from governance.packages import PACKAGES, leaves_of
from governance.storage.leaves import Books, Kind, unclaimed


def every_kind() -> list[Kind]:
    """Return the table of every kind of leaf, in the order of the packages."""
    return [kind for name in PACKAGES for kind in leaves_of(name)]


def differences(session: Session, keys: KeyFolder, today: date, kinds: Sequence[Kind] | None = None) -> Iterator[str]:
    """Yield what differs between the ledger and the rows, in sentences; nothing when all that was published stands.

    *kinds*: the table to go by, or None for the whole of it. That the ledger itself is whole is `ledger.check`'s part.
    What cannot be read is told too, and ends one kind only.
    """
    session.flush()
    session.expire_all()  # What somebody changed by SQL must not hide behind what was read before.
    kinds = every_kind() if kinds is None else kinds
    found, strange = sorted_out(session, kinds)
    yield from unclaimed(strange)
    for kind, entries in zip(kinds, found, strict=True):
        try:
            yield from list(kind.check(Books(session, keys, today, entries)))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, SQLAlchemyError) as error:
            tables = " or ".join(kind.tables)
            yield f"The rows of {tables} cannot be held against the ledger: {type(error).__name__}."


def sorted_out(session: Session, kinds: Sequence[Kind]) -> tuple[list[dict[int, Any]], dict[int, Any]]:
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
