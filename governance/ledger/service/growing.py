"""Growing: append in the transaction of the act, and sign heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import rfc8785
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules
from governance.ledger.models import Head, Leaf, Log
from governance.ledger.service import signed_last, tiling
from governance.ledger.service.names import origin, private
from governance.ruling.errors import NotReady, RuleRefused
from governance.ruling.sentences import N_

MANY = 1000  # rows read at a time
OLDER = (
    "This is an older copy of the database. Bring back the newest backup: governance restore. If nothing newer is left,"
    " the board says so in public: governance gap"
)

LINE_CHANGED = N_(
    "Someone changed a line of the ledger. So this has to wait. Ask whoever runs the server to bring the line back: "
    "“governance ledger mend” does it, just as the line was signed. “governance ledger audit” says which line it is."
)


class LedgerBroken(NotReady):
    """What is stored does not continue what was signed. Nothing is signed until somebody has looked."""


def append(session: Session, log: str, kind: str, facts: Mapping[str, object]) -> int:
    """Add one entry to *log* and return its number. Call it in the transaction of the act, as its last step.

    *facts* hold text, whole numbers, lists and dicts of them; never a participant's words. The row of the log
    stays locked until the commit. Raises RuleRefused for an entry over 65,535 bytes, ValueError for a kind the
    log does not have.
    """
    return append_many(session, log, [(kind, facts)])[0]


def append_many(session: Session, log: str, entries: Sequence[tuple[str, Mapping[str, object]]]) -> list[int]:
    """Add *entries* (kind and facts) to *log* in this order and return their numbers. Like `append`."""
    bodies = [canonical(log, kind, facts) for kind, facts in entries]
    if not bodies:
        return []
    row = _locked(session, log)
    edge = _edge(row)
    leaves = []
    for body in bodies:
        hashed = rules.leaf_hash(body)
        leaves.append({"log": log, "number": edge.size, "body": body.decode(), "hash": hashed})
        edge.add(hashed)
    session.execute(insert(Leaf), leaves)
    row.size, row.root, row.frontier = edge.size, edge.root(), as_hex(edge)
    session.flush()
    return list(range(edge.size - len(bodies), edge.size))


def append_once(session: Session, log: str, kind: str, facts: Mapping[str, object]) -> int:
    """Add one entry to *log* unless it stands there word for word; return its number either way. Like `append`."""
    _locked(session, log)
    hashed = rules.leaf_hash(canonical(log, kind, facts))
    there = session.scalar(select(func.min(Leaf.number)).where(Leaf.log == log, Leaf.hash == hashed))
    return append(session, log, kind, facts) if there is None else there


def checked_edge(session: Session, keys: KeyFolder, log: str) -> rules.Edge:
    """Return the tree of *log* as its entries make it on top of what was signed last. Only reads, and may take a while.

    Raises LedgerBroken if what was signed last does not hold.
    """
    last = head(session, log)
    return _grown(session, log, _signed_edge(keys, last) if last else rules.Edge())


def publish_head(
    session: Session, keys: KeyFolder, log: str, today: date, checked: rules.Edge | None = None
) -> Head | None:  # fmt: skip
    """Sign and store the head of *log*; return it, or None when nothing was added since the last one.

    *checked*: what `checked_edge` gave a moment ago, so that the log is locked for little more than the signature.

    Only this function makes a Head. C2SP tlog-checkpoint forbids a log ever to sign a head that contradicts an
    earlier one, so the entries since the last head are hashed again, from their text, on top of what was signed.
    Raises LedgerBroken if they do not lead to what the log holds, NotReady without the signing key.
    """
    row = _locked(session, log)
    refuse_another_history(session, keys, log)
    last = head(session, log)
    if row.size == (last.size if last else 0):
        return None
    stale = checked is None or (last and last.size > checked.size)  # Somebody signed more meanwhile.
    edge = checked_edge(session, keys, log) if stale or checked is None else _grown(session, log, checked)
    if (edge.size, as_hex(edge), edge.root()) != (row.size, row.frontier, row.root):
        raise LedgerBroken(f"The ledger '{log}' does not continue what was signed before. Run: governance doctor")
    name = origin(keys, log)
    text = note.Checkpoint(name, edge.size, edge.root()).text()
    signed = note.sign(text, name, private(keys, log))
    new = Head(log=log, size=edge.size, root=edge.root(), frontier=as_hex(edge), note=signed, day=today)
    session.add(new)
    tiling.keep_tiles(session, log, edge.size)
    session.flush()
    return new


def refuse_another_history(session: Session, keys: KeyFolder, log: str) -> None:
    """Raise LedgerBroken when more of *log* was signed than is here, or something else: this is an older database."""
    if late := signed_last.behind_in(session, keys, log):
        raise LedgerBroken(f"{late} {OLDER}")


def sign_closed(keys: KeyFolder, text: str) -> str:
    """Return the head of a closed log as a note, signed with the key of `decisions` under the closed log's own name."""
    name = text.partition("\n")[0]
    if name in {origin(keys, log) for log in rules.LOGS}:
        raise ValueError("Only publish_head signs a head of a log that grows.")
    return note.sign(text, name, private(keys, "decisions"))


def closed_key(keys: KeyFolder, name: str) -> str:
    """Return the key of the closed log called *name*, as one word."""
    return note.verifier_key(name, note.public_key(private(keys, "decisions")))


def head(session: Session, log: str) -> Head | None:
    """Return the newest signed head of *log*, or None before the first."""
    return session.scalar(select(Head).where(Head.log == log).order_by(Head.size.desc()).limit(1))


def size(session: Session, log: str) -> int:
    """Return how many entries *log* has, signed or not."""
    return session.scalar(select(Log.size).where(Log.name == log)) or 0


def leaf(session: Session, log: str, number: int) -> Leaf | None:
    """Return entry *number* of *log* (from 0), or None."""
    return session.get(Leaf, (log, number))


def leaves(session: Session, log: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every entry of *log* in order: its number, and its facts; none where its text is not what was hashed."""
    for number, body, hashed in rows(session, log, 0):
        yield number, rules.facts_held(body, hashed)


def check_whole(session: Session, log: str) -> None:
    """Refuse to go by what *log* does not hold while a line of it was changed or is gone. Raises RuleRefused.

    Whoever changes the root of the log as well is refused when the next head is signed.
    """
    said = session.execute(select(Log.size, Log.root).where(Log.name == log)).one_or_none()
    size, root = said or (0, rules.EMPTY_ROOT)
    edge = rules.Edge()
    for number, body, hashed in rows(session, log, 0):
        if number >= size:  # Somebody has just added it.
            break
        if not rules.facts_held(body, hashed):
            raise RuleRefused(LINE_CHANGED)
        edge.add(hashed)
    if (edge.size, edge.root()) != (size, root):
        raise RuleRefused(LINE_CHANGED)


def newest(session: Session, log: str, limit: int) -> list[Leaf]:
    """Return the last *limit* entries of *log*, newest first."""
    return list(session.scalars(select(Leaf).where(Leaf.log == log).order_by(Leaf.number.desc()).limit(limit)))


def verifier_key(keys: KeyFolder, log: str) -> str:
    """Return the public key of *log* as one word, for tools that check signed notes."""
    return note.verifier_key(origin(keys, log), note.public_key(private(keys, log)))


def canonical(log: str, kind: str, facts: Mapping[str, object]) -> bytes:
    """Return the text of an entry as canonical JSON (RFC 8785). Raises ValueError for what JSON cannot hold exactly."""
    body = rfc8785.dumps(rules.entry(log, kind, facts))  # type: ignore[arg-type]
    rules.check_size(body)
    return body


def hold(session: Session, log: str) -> Log:
    """Let nobody else append to *log* until the commit: whoever decides what to append asks again after this.

    Returns the row of the log, freshly read.
    """
    return _locked(session, log)


def _locked(session: Session, log: str) -> Log:
    """Return the row of *log*, locked until the commit and freshly read. SQLite's one writer holds its lock already."""
    row = session.get(Log, log, with_for_update=True, populate_existing=True)
    return row or _begun(session, log)


def _begun(session: Session, log: str) -> Log:
    """Begin *log*; if somebody begins it at the same moment, wait for them and take theirs."""
    if log not in rules.LOGS:
        raise ValueError(f"There is no ledger called '{log}'.")
    try:
        with session.begin_nested():
            session.add(Log(name=log, size=0, root=rules.EMPTY_ROOT, frontier=[]))
    except IntegrityError:
        pass
    return session.get_one(Log, log, with_for_update=True, populate_existing=True)


def rows(session: Session, log: str, start: int) -> Iterator[tuple[int, str, bytes]]:
    """Yield number, body and stored hash of the entries from *start* on, in order, without holding them all."""
    wanted = select(Leaf.number, Leaf.body, Leaf.hash).where(Leaf.log == log, Leaf.number >= start)
    for row in session.execute(wanted.order_by(Leaf.number).execution_options(yield_per=MANY)):
        yield row.number, row.body, row.hash


def _grown(session: Session, log: str, edge: rules.Edge) -> rules.Edge:
    """Return *edge* with the entries that come after it, hashed again from their text."""
    for number, body, _ in rows(session, log, edge.size):
        if number == edge.size:  # After a gap nothing fits any more, and whoever compares the roots sees it.
            edge.add(rules.leaf_hash(body.encode()))
    return edge


def _edge(row: Log | Head) -> rules.Edge:
    try:
        return rules.Edge(row.size, map(bytes.fromhex, row.frontier))
    except (ValueError, TypeError):
        raise LedgerBroken("The ledger was changed by hand and cannot grow. Run: governance doctor") from None


def _signed_edge(keys: KeyFolder, signed: Head) -> rules.Edge:
    """Return the tree that *signed* vouches for. Raises LedgerBroken if the row is not what was signed."""
    edge = _edge(signed)
    try:
        said = opened(keys, signed)
    except note.NoteBroken as broken:
        raise LedgerBroken(f"The last head is not signed by this ledger. {broken}") from None
    if (said.size, said.root) != (edge.size, edge.root()):
        raise LedgerBroken("The last head differs from the text that was signed. Run: governance doctor")
    return edge


def opened(keys: KeyFolder, signed: Head) -> note.Checkpoint:
    """Return what the note of *signed* says. Raises note.NoteBroken if the log's key has not signed it."""
    name = origin(keys, signed.log)
    said = note.read_checkpoint(note.open_note(signed.note, name, note.public_key(private(keys, signed.log))))
    if said.origin != name:
        raise note.NoteBroken("It belongs to another ledger.")
    return said


def as_hex(edge: rules.Edge) -> list[str]:
    """Return the edge of a tree as it is stored."""
    return [hashed.hex() for hashed in edge.hashes]
