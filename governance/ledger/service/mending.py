"""Bringing back lines that somebody changed or took out, and letting go of those that nobody has any more.

To bring lines back takes nobody's leave: they have to lead to the root that was signed, which the key folder knows, so
nothing else can come in. To let go of some takes the board (`governance gap`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger.models import Head, Leaf, Log, TileRow
from governance.ledger.service import signed_last, tiling
from governance.ledger.service.growing import LedgerBroken, append, as_hex, canonical, hold, rows
from governance.ledger.service.names import secret_of_head

LOST = "lost"  # The kind of what stands in the place of a line that was let go of.
NAMED = 1000  # Lines that the ledger names of those brought back: an entry has an end.
UNKNOWN = bytes(rules.HASH_LENGTH)  # In the place of a hash that is gone: it leads to no root.
GONE = ("", UNKNOWN)  # Text and hash of a line that is not here.
AT_ONCE = 500  # lines asked for with one statement
MEANWHILE = "Somebody wrote a line of it just now. Run it again: governance ledger mend"
ANOTHER = (
    "The lines that are here do not lead to what was signed. Take a copy of the ledger: governance ledger mend COPY"
)
WRITTEN_SINCE = (
    "The end of this list was taken out after it was signed, and lines {first} to {last} were written in its place."
    " Nobody can tell who wrote these: the program, or somebody by hand. To bring the end back would take them away, so"
    " nothing was changed. Read them first: they count like any other line. The board says in public what was lost:"
    " governance gap. Or bring back a backup: governance restore FILE"
)


@dataclass(frozen=True)
class Mended:
    """The numbers of the lines that were brought back as they were signed, and of those that could not be."""

    back: list[int]
    left: list[int]


def changed_lines(session: Session, log: str) -> list[int]:
    """Return the lines of *log* whose text is not what was hashed, and those that are gone before its end."""
    return [number for number, body, hashed in _each(session, log, _here(session, log)) if not _is_held(body, hashed)]


@dataclass(frozen=True)
class Found:
    """What a walk through *log* found to bring back, and *left*: what it found nothing for.

    *back*: the texts as they were signed, by their numbers. *seen*: what stood there instead: text and hash. *edge*:
    the tree as it is once they are back. *signed*: the same at what was signed last, if the walk came so far, and
    *note* how that was signed.
    """

    log: str
    back: Mapping[int, bytes]
    seen: Mapping[int, tuple[str, bytes]]
    left: list[int]
    edge: rules.Edge
    signed: rules.Edge | None
    note: str


def to_bring_back(
    session: Session, keys: KeyFolder, log: str, copy: Iterable[bytes] = (), texts: Iterable[bytes] = ()
) -> Found:  # fmt: skip
    """Return what can be brought back of *log*. Only reads, and may take a while: `bring_back` then is short.

    *copy*: every entry in order, of a copy that was checked with the log's own key. It is taken as far as what was
    signed last: no root holds what comes after that. *texts*: what a changed line may have said, in any order. Raises
    LedgerBroken where they do not lead to what was signed, and where they would take away what was written honestly.
    """
    last, signed = signed_last.of(keys, log), None
    held_to = last.size if last else 0
    size = max(_here(session, log), held_to)
    by_hash = {rules.leaf_hash(text): text for text in texts}
    edge, theirs = rules.Edge(), islice(copy, held_to)
    back, seen, left = dict[int, bytes](), dict[int, tuple[str, bytes]](), list[int]()
    for number, body, hashed in _each(session, log, size):
        text = next(theirs, None) or (body.encode() if _is_held(body, hashed) else by_hash.get(hashed))
        if text is None:
            left.append(number)
        elif not _is_held(body, hashed) or body.encode() != text:
            back[number], seen[number] = text, (body, hashed)
        edge.add(hashed if text is None else rules.leaf_hash(text))
        if last and edge.size == last.size:
            if edge.root() != last.root:
                raise LedgerBroken(ANOTHER)
            signed = rules.Edge(edge.size, edge.hashes)
    row = session.get(Log, log)
    if row and (since := _written_since(session, row, seen, held_to)):
        raise LedgerBroken(WRITTEN_SINCE.format(first=since[0], last=since[-1]))
    if not left and row is not None and row.size > size:
        left.append(size)  # It was not signed yet, and nobody knows what it said.
    note = (keys.read(secret_of_head(log)) or b"").decode("utf-8", "replace")
    return Found(log, back, seen, left, edge, signed, note)


def _written_since(
    session: Session, row: Log, seen: Mapping[int, tuple[str, bytes]], held_to: int
) -> list[int]:  # fmt: skip
    """Return the lines of *seen* that the program wrote after the end of a log was taken out; none where it was not.

    Nothing after them is as it was signed, and the log is short of what was signed, or whole with them. A line that
    somebody put in by hand has others after it that were signed, or does not lead to the root beside the log.
    """
    ours = [number for number, (body, hashed) in seen.items() if (body, hashed) != GONE and _is_held(body, hashed)]
    if not ours:
        return []
    edge, as_signed = rules.Edge(), -1
    for number, _, hashed in _each(session, row.name, row.size):
        edge.add(hashed)
        if number < held_to and number not in seen:
            as_signed = number
    if row.size >= held_to and edge.root() != row.root:
        return []
    return [number for number in ours if number > as_signed]


def bring_back(session: Session, found: Found, today: date) -> Mended:
    """Bring back what was *found*, and say in the ledger of decisions which lines these were.

    What was added since it was found stays as it is. Raises LedgerBroken where a line was written meanwhile.
    """
    log = found.log
    row = hold(session, log)
    if dict(_lines(session, log, found.seen)) != {n: seen for n, seen in found.seen.items() if seen != GONE}:
        raise LedgerBroken(MEANWHILE)
    _write(session, log, found.back)
    if found.signed and all(number >= found.signed.size for number in found.left):
        session.merge(_head_of(session, log, found.signed, found.note, today))
    if not found.left:
        edge = rules.Edge(found.edge.size, found.edge.hashes)
        for number, body, _ in rows(session, log, edge.size):
            if number == edge.size:
                edge.add(rules.leaf_hash(body.encode()))
        if (row.size, row.root, row.frontier) != (edge.size, edge.root(), as_hex(edge)):
            _grow_from(session, log, edge)
    if found.back:
        lines = sorted(found.back)
        named: Mapping[str, object] = {"log": log, "count": len(lines), "lines": lines[:NAMED]}
        append(session, "decisions", "mended", {"day": today.isoformat(), **named})
    return Mended(sorted(found.back), found.left)


def let_go(session: Session, log: str) -> list[int]:
    """Put in the place of each line of *log* that is not as it was one that says so; return their numbers.

    The log has to take a new name with it: what was signed under the old one stays signed.
    """
    hold(session, log)
    lost = changed_lines(session, log)
    _write(session, log, {number: canonical(log, LOST, {"line": number}) for number in lost})
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
            yield number, row[1], _whole(row[2])
        else:
            yield number, *GONE


def _whole(hashed: object) -> bytes:
    """Return a hash as it was read; one that fits nothing where it is none. SQLite lets text into such a column."""
    return hashed if isinstance(hashed, bytes) and len(hashed) == rules.HASH_LENGTH else UNKNOWN


def _is_held(body: str, hashed: bytes) -> bool:
    return rules.leaf_hash(body.encode("utf-8", "surrogatepass")) == hashed


def _head_of(session: Session, log: str, edge: rules.Edge, text: str, today: date) -> Head:
    """Return the row of the head that the key folder knows, as it was when it was signed."""
    row = session.get(Head, (log, edge.size))
    day = row.day if row else today
    return Head(log=log, size=edge.size, root=edge.root(), frontier=as_hex(edge), note=text, day=day)


def _lines(session: Session, log: str, numbers: Iterable[int]) -> Iterator[tuple[int, tuple[str, bytes]]]:
    """Yield number, text and hash of those of these lines that are here."""
    wanted = sorted(numbers)
    for start in range(0, len(wanted), AT_ONCE):
        some = Leaf.number.in_(wanted[start : start + AT_ONCE])
        for row in session.execute(select(Leaf.number, Leaf.body, Leaf.hash).where(Leaf.log == log, some)):
            yield row.number, (row.body, _whole(row.hash))


def _write(session: Session, log: str, texts: Mapping[int, bytes]) -> None:
    """Give the lines of these numbers these texts, and the tiles over them, made anew, their hashes."""
    if not texts:
        return
    there = {number for number, _ in _lines(session, log, texts)}
    for number, text in texts.items():
        said = {"body": text.decode(), "hash": rules.leaf_hash(text)}
        if number in there:
            session.execute(update(Leaf).where(Leaf.log == log, Leaf.number == number).values(said))
        else:
            session.execute(insert(Leaf).values(log=log, number=number, **said))
    session.expire_all()
    signed = session.scalar(select(func.max(Head.size)).where(Head.log == log))
    size = min(signed or 0, _here(session, log))
    if tiling.has_all(session, log, size):
        tiling.make_anew(session, log, texts)
    else:
        session.execute(delete(TileRow).where(TileRow.log == log))
        tiling.keep_tiles(session, log, size)


def _grow_from(session: Session, log: str, edge: rules.Edge) -> None:
    row = session.get_one(Log, log)
    row.size, row.root, row.frontier = edge.size, edge.root(), as_hex(edge)
    session.flush()
