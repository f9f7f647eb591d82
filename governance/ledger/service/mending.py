"""Bringing back lines that somebody changed or took out, and letting go of those that nobody has any more.

To bring lines back takes nobody's leave: they have to lead to the root that was signed, which the key folder knows, so
nothing else can come in. To let go of some takes the board (`governance gap`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger.models import Head, Leaf, Log, TileRow
from governance.ledger.service import signed_last, tiling
from governance.ledger.service.growing import LedgerBroken, append, as_hex, canonical, hold, rows
from governance.ledger.service.names import secret_of_head

NAMED = 1000  # Lines that the ledger names of those brought back: an entry has an end.
UNKNOWN = bytes(rules.HASH_LENGTH)  # In the place of a hash that is gone: it leads to no root.
ANOTHER = (
    "The lines that are here do not lead to what was signed. Take a copy of the ledger: governance ledger mend COPY"
)


@dataclass(frozen=True)
class Mended:
    """The numbers of the lines that were brought back as they were signed, and of those that could not be."""

    back: list[int]
    left: list[int]


def changed_lines(session: Session, log: str) -> list[int]:
    """Return the lines of *log* whose text is not what was hashed, and those that are gone before its end."""
    return [number for number, body, hashed in _each(session, log, _here(session, log)) if not _is_held(body, hashed)]


def mend(
    session: Session, keys: KeyFolder, log: str, today: date, copy: Iterable[bytes] = (), texts: Iterable[bytes] = ()
) -> Mended:
    """Bring back what was changed or taken out of *log*, and say in the ledger of decisions which lines these were.

    *copy*: every entry in order, of a copy that was checked with the log's own key. *texts*: what a changed line may
    have said, in any order. Raises LedgerBroken, before anything is written, where they do not lead to what was signed.
    """
    hold(session, log)
    signed, head = signed_last.of(keys, log), None
    size = max(_here(session, log), signed.size if signed else 0)
    by_hash = {rules.leaf_hash(text): text for text in texts}
    edge, back, left, theirs = rules.Edge(), dict[int, bytes](), list[int](), iter(copy)
    for number, body, hashed in _each(session, log, size):
        text = next(theirs, None) or (body.encode() if _is_held(body, hashed) else by_hash.get(hashed))
        if text is None:
            left.append(number)
        elif not _is_held(body, hashed) or body.encode() != text:
            back[number] = text
        edge.add(hashed if text is None else rules.leaf_hash(text))
        if signed and edge.size == signed.size:
            if edge.root() != signed.root:
                raise LedgerBroken(ANOTHER)
            head = _head_of(session, keys, log, edge, today)
    _write(session, log, back)
    if head and not left:
        session.merge(head)
    if not left and session.get_one(Log, log).size > size:
        left.append(size)  # It was not signed yet, and nobody knows what it said.
    if not left:
        _grow_from(session, log, edge)
    if back:
        named: Mapping[str, object] = {"log": log, "count": len(back), "lines": sorted(back)[:NAMED]}
        append(session, "decisions", "mended", {"day": today.isoformat(), **named})
    return Mended(sorted(back), left)


def let_go(session: Session, log: str) -> list[int]:
    """Put in the place of each line of *log* that is not as it was one that says so; return their numbers.

    The log has to take a new name with it: what was signed under the old one stays signed.
    """
    hold(session, log)
    lost = changed_lines(session, log)
    _write(session, log, {number: canonical(log, "lost", {"line": number}) for number in lost})
    edge = rules.Edge()
    for _, body, _ in rows(session, log, 0):
        edge.add(rules.leaf_hash(body.encode()))
    row = session.get_one(Log, log)
    if lost or (row.size, row.root, row.frontier) != (edge.size, edge.root(), as_hex(edge)):
        session.execute(delete(TileRow).where(TileRow.log == log))
        _grow_from(session, log, edge)
    return lost


def _here(session: Session, log: str) -> int:
    last = session.scalar(select(func.max(Leaf.number)).where(Leaf.log == log))
    return 0 if last is None else last + 1


def _each(session: Session, log: str, size: int) -> Iterator[tuple[int, str, bytes]]:
    """Yield number, text and hash of each place below *size*: nothing, and a hash that fits nothing, for a gap."""
    there = rows(session, log, 0)
    row = next(there, None)
    for number in range(size):
        while row and row[0] < number:
            row = next(there, None)
        if row and row[0] == number:
            is_hash = isinstance(row[2], bytes) and len(row[2]) == rules.HASH_LENGTH
            yield number, row[1], row[2] if is_hash else UNKNOWN
        else:
            yield number, "", UNKNOWN


def _is_held(body: str, hashed: bytes) -> bool:
    return rules.leaf_hash(body.encode("utf-8", "surrogatepass")) == hashed


def _head_of(session: Session, keys: KeyFolder, log: str, edge: rules.Edge, today: date) -> Head:
    """Return the row of the head that the key folder knows, as it was when it was signed."""
    text = (keys.read(secret_of_head(log)) or b"").decode()
    row = session.get(Head, (log, edge.size))
    day = row.day if row else today
    return Head(log=log, size=edge.size, root=edge.root(), frontier=as_hex(edge), note=text, day=day)


def _write(session: Session, log: str, texts: Mapping[int, bytes]) -> None:
    """Give the lines of these numbers these texts, and the tiles over them, made anew, their hashes."""
    if not texts:
        return
    there = set(session.scalars(select(Leaf.number).where(Leaf.log == log)))
    for number, text in texts.items():
        said = {"body": text.decode(), "hash": rules.leaf_hash(text)}
        if number in there:
            session.execute(update(Leaf).where(Leaf.log == log, Leaf.number == number).values(said))
        else:
            session.execute(insert(Leaf).values(log=log, number=number, **said))
    session.execute(delete(TileRow).where(TileRow.log == log))
    session.expire_all()
    signed = session.scalar(select(func.max(Head.size)).where(Head.log == log))
    tiling.keep_tiles(session, log, min(signed or 0, _here(session, log)))


def _grow_from(session: Session, log: str, edge: rules.Edge) -> None:
    row = session.get_one(Log, log)
    row.size, row.root, row.frontier = edge.size, edge.root(), as_hex(edge)
    session.flush()
