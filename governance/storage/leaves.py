"""Leaves held against the rows they vouch for: whoever changes a published row by hand is found out.

Each package has a table of its kinds of leaf in `*/leaves.py`: the fact that marks the kind, the tables whose rows it
is about, and the check that builds its facts from those rows again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import rfc8785
from sqlalchemy.orm import Session

from governance.ruling.sentences import N_

if TYPE_CHECKING:  # The key folder stands on this room, so this room does not stand on it.
    from governance.keys.keyfolder import KeyFolder

# What a page says where words are not those that stand in the ledger.
CHANGED_SINCE = N_("Someone changed these words in our books. You read here what was first made public.")
NOT_AS_PUBLISHED = N_("These words are not the ones that were made public. Do not trust them. Tell the board.")
TAKEN_OUT = N_("Something that stood here was taken out. The board can look into it.")
SOME_LINE = N_("Someone changed a line of the ledger in our books. So something may be missing here. Tell the board.")

Facts = Mapping[str, Any]
Entries = Mapping[int, Facts]


@dataclass(frozen=True)
class Books:
    """What a check is given: the rows, the key folder, the day, and the *entries* of its kind by their number.

    *lost*: the lines of its log that the board let go of, and said so in public.
    """

    session: Session
    keys: KeyFolder
    today: date
    entries: Entries
    lost: frozenset[int] = frozenset()


class LetGo(str):
    """What a check says of a row whose line the board let go of in public: no fault, and nothing vouches for it.

    *number*: the line, or None where the row keeps none. *fault*: what to say where no such line can have been its own.
    """

    number: int | None
    fault: str

    @classmethod
    def of(cls, name: str, number: int | None, fault: str = "") -> LetGo:
        """Return what to say of the row called *name*."""
        which = "a line" if number is None else f"line {number}"
        said = cls(f"{name} stood in {which} of the ledger that the board let go of. Nothing vouches for it.")
        said.number, said.fault = number, fault or f"{name} names line {number} of the ledger, as another row does."
        return said


@dataclass(frozen=True)
class LeafKind:
    """One kind of leaf: entries of one of *kinds* that hold the fact *mark*, and the *tables* they vouch for.

    *check* returns what differs, each in a sentence. *mark* is empty where the kind alone tells.
    """

    kinds: tuple[str, ...]
    mark: str
    tables: tuple[str, ...]
    check: Callable[[Books], Iterable[str]]
    log: str = "decisions"

    def has(self, facts: Facts) -> bool:
        """Whether an entry with these *facts* is of this kind."""
        return facts.get("kind", "batch") in self.kinds and (not self.mark or self.mark in facts)


@dataclass(frozen=True)
class LedgerRow:
    """A row as it should stand in the ledger. *number*: the line it says it is, where it keeps that.

    *newer*: facts that older lines of its kind do not have, because the program did not write them.
    """

    name: str
    facts: Facts
    number: int | None = None
    newer: frozenset[str] = field(default=frozenset())


def held(rows: Iterable[LedgerRow], books: Books, same: Iterable[str] = ()) -> Iterator[str]:
    """Yield what differs between *rows* and the entries of *books*: each row has its line, and each line its row.

    Where a row keeps no number, its line is the next one that has the same values of the facts *same*. One whose line
    was let go of in public is told of as such (`LetGo`).
    """
    names, left = tuple(same), dict(books.entries)
    for row in rows:
        facts = as_written(row.facts)
        number = row.number if row.number is not None else _like(facts, left, names)
        said = left.pop(number, None) if number is not None else None
        if said is None:
            fault = f"{row.name} stands in no line of the ledger."
            is_lost = bool(books.lost) if row.number is None else row.number in books.lost
            yield LetGo.of(row.name, row.number, fault) if is_lost else fault
        else:
            yield from differing(row.name, number, facts, said, row.newer)
    yield from unclaimed(left)


def differing(
    name: str, number: int | None, facts: Facts, said: Facts, newer: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield a sentence that names the facts in which a row and its line differ, if any do."""
    names = (facts.keys() | said.keys()) - {"v", "kind"} - (newer - said.keys())
    wrong = sorted(each for each in names if facts.get(each) != said.get(each))
    if wrong:
        yield f"{name} is not what line {number} of the ledger holds: {', '.join(wrong)}."


def unclaimed(entries: Entries) -> Iterator[str]:
    """Yield a sentence for each entry that no row is left for."""
    for number, facts in entries.items():
        yield f"Line {number} of the ledger ({facts.get('kind', 'sealed')}) is about something that is not here."


def as_written(facts: Facts) -> dict[str, Any]:
    """Return *facts* as they read once they went through the ledger."""
    written: dict[str, Any] = json.loads(rfc8785.dumps(dict(facts)))
    return written


def _like(facts: Facts, entries: Entries, names: tuple[str, ...]) -> int | None:
    return next((n for n, said in entries.items() if all(said.get(each) == facts.get(each) for each in names)), None)
