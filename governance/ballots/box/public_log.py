"""The closed log of an election laid out to be served, where everyone may see its ballots.

Its hashes, 32 bytes a ballot, lie in a file of the home folder. The tick writes it within a minute of the count, so
that every process finds it there, after a restart too. Nothing is in it that the result does not give, which everyone
may fetch by then. The ballots stay in the result: only where each bundle of entries begins is kept, and it is read from
there when somebody asks for it.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from governance.ballots.bundle import closed_log, pieces
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import LONG
from governance.ballots.models import Ballot, Bundle, Count
from governance.ledger import tiles
from governance.ledger.rules import HASH_LENGTH
from governance.storage import durable
from governance.storage.database import Piece

FOLDER = "closed-logs"  # In the home folder: a file for each log.
AT_ONCE = 4096  # ballots gone through between two pauses of the tick, in which others have their turn
KEPT = 64  # logs that each process knows to be as they were written
COMMA = 1  # byte between two ballots in the file of the result
_one_at_a_time = Lock()  # Whoever asks for the same log meanwhile finds it ready.


@dataclass(frozen=True)
class Log:
    """A closed log: its signed head, its name, how many ballots it has, and where its hashes lie.

    *places*: at which byte of the result each bundle of ballots begins, and behind the last one its end. *source*: the
    file of its hashes, or what is in it; they begin at byte *begins*, level by level.
    """

    head: str
    name: str
    size: int
    places: tuple[int, ...]
    begins: int
    source: Path | bytes

    def hashes(self, tile: tiles.Tile) -> bytes | None:
        """Return the hashes of a *tile* that the log has; None where its file is gone, or shorter, by now.

        While somebody reads, the tick may let go of a file that is of no log any more, or a disk lose one.
        """
        before = sum(tiles.hashes_at(level, self.size) for level in range(tile.level)) + tile.start
        start, length = self.begins + before * HASH_LENGTH, tile.width * HASH_LENGTH
        if isinstance(self.source, bytes):
            return self.source[start : start + length]
        try:
            with self.source.open("rb") as file:
                file.seek(start)
                found = file.read(length)
        except OSError:
            return None
        return found if len(found) == length else None


def public_log(session: Session, ballot: Ballot, home: Path) -> Log | None:
    """Return the closed log of *ballot*; None before its count, and where not everyone may see its ballots.

    *home*: the home folder. Whoever asks before the tick has laid it out waits for that, and everyone else finds it.
    """
    name = _names(session, ballot.id).get(ballot.id)
    if name is None:
        return None
    path = home / FOLDER / name
    found = _found(path)
    if found is not None:
        return found
    with _one_at_a_time:
        return _found(path) or _laid_out_now(session, ballot.id, path)


def lay_out_in_pieces(session: Session, home: Path) -> Iterator[Piece]:
    """Lay out each log that has no file, going through its ballots without a lock; let go of files that are of none."""
    names, folder = _names(session), home / FOLDER
    durable.sweep(folder)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in names.values() and not path.name.startswith("."):
            path.unlink(missing_ok=True)
    for ballot_id in [each for each, name in names.items() if _found(folder / name) is None]:
        layout = _begun(session, ballot_id)
        if layout:
            for number, row in enumerate(layout.rows, 1):
                layout.add(row)
                if number % AT_ONCE == 0:
                    yield lambda _: None
            _keep(folder / names[ballot_id], layout.content())


def _names(session: Session, *ballot_ids: int) -> dict[int, str]:
    """Return, by ballot, the name of the file of each log that everyone may see: of one count, and no other."""
    wanted = _counted().where(Ballot.id.in_(ballot_ids)) if ballot_ids else _counted()
    rows = session.execute(wanted.order_by(Ballot.id)).all()
    return {
        row.id: hashlib.sha256((row.public_key or b"") + (row.salt or b"") + str(row.length).encode()).hexdigest()
        for row in rows
    }


def _counted() -> Select[Any]:
    """Select results that are as long for everyone as for members. Neither database reads them for that."""
    length = func.length(Bundle.public)
    fields = select(Ballot.id, Ballot.public_key, Count.salt, length.label("length"))
    joined = fields.join(Bundle, Bundle.ballot_id == Ballot.id).outerjoin(Count, Count.ballot_id == Ballot.id)
    return joined.where(length == func.length(Bundle.whole))


def _found(path: Path) -> Log | None:
    """Return the log in a file; None where there is none, or it is not as it was written."""
    try:
        here = path.stat()
        return _as_written(path, here.st_mtime_ns, here.st_size)
    except OSError:
        return None


@lru_cache(maxsize=KEPT)
def _as_written(path: Path, changed: int, length: int) -> Log | None:
    """Read a file whole once in each process, and again when it was *changed*: a disk may give back something else."""
    with path.open("rb") as file:
        try:
            line = file.readline()
            log = _read(line, path)
            same = json.loads(line)["hashes"] == hashlib.file_digest(file, "sha256").hexdigest()
        except (ValueError, TypeError, KeyError):
            return None
    return log if same and length == log.begins + _hashes_of(log.size) * HASH_LENGTH else None


def _read(line: bytes, source: Path | bytes) -> Log:
    facts = json.loads(line)
    return Log(facts["head"], facts["name"], int(facts["size"]), tuple(facts["places"]), len(line), source)


def _hashes_of(size: int) -> int:
    return sum(tiles.hashes_at(level, size) for level in range(tiles.MOST_LEVELS))


def _laid_out_now(session: Session, ballot_id: int, path: Path) -> Log | None:
    layout = _begun(session, ballot_id)
    if layout is None:
        return None
    for row in layout.rows:
        layout.add(row)
    content = layout.content()
    with suppress(OSError):  # On a full disk it is served all the same.
        _keep(path, content)
    return _read(content[: content.index(b"\n") + 1], content)


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    durable.put(path, content)


def _begun(session: Session, ballot_id: int) -> _Layout | None:
    seen_by_all = select(Bundle.public).where(Bundle.ballot_id == ballot_id, Bundle.whole == Bundle.public)
    body = session.scalar(seen_by_all)
    try:
        return None if body is None else _Layout(body)
    except ValueError:  # Somebody has changed the result; the audit tells of that.
        return None


class _Layout:
    """What is known of a log while its ballots, *rows*, are gone through in their order."""

    def __init__(self, body: bytes) -> None:
        self._parts = pieces.read(io.BytesIO(body), LONG).parts
        self.rows = self._parts["ballots"]
        self._writer, self._levels = tiles.Writer(), list[bytearray]()
        self._at, self._places = self.rows.at + len("["), list[int]()

    def add(self, row: Any) -> None:
        """Take the next ballot."""
        if self._writer.size % tiles.WIDTH == 0:
            self._places.append(self._at)
        entry = closed_log.entry(row)
        self._at += len(entry) + COMMA
        self._take(self._writer.add(entry))

    def content(self) -> bytes:
        """Return what is in the file of the log, once every ballot was taken."""
        self._take(self._writer.rest())
        hashes = b"".join(self._levels)
        facts = {
            "head": self._parts["closed"], "name": closed_log.name_of(self._parts["manifest"]),
            "size": self._writer.size, "places": [*self._places, self._at],
            "hashes": hashlib.sha256(hashes).hexdigest(),
        }  # fmt: skip
        return b"".join([canonical(facts), b"\n", hashes])

    def _take(self, files: Iterator[tuple[tiles.Tile, bytes]]) -> None:
        for tile, content in files:
            if tile.level != tiles.ENTRIES:
                self._levels += [bytearray() for _ in range(tile.level + 1 - len(self._levels))]
                self._levels[tile.level] += content


def _hashes_of_tile(session: Session, ballot: Ballot, log: Log, tile: tiles.Tile) -> bytes | None:
    """Return the hashes of a *tile*, from the result itself where the file of them went meanwhile."""
    found = log.hashes(tile)
    if found is not None or isinstance(log.source, bytes):
        return found
    with _one_at_a_time:
        anew = _laid_out_now(session, ballot.id, log.source)
    return anew.hashes(tile) if anew else None


def content_of(session: Session, ballot: Ballot, log: Log, tile: tiles.Tile) -> bytes | None:
    """Return what a *tile* of *log*, the log of *ballot*, holds.

    None for one that the log does not have, and where the result is no longer as it was laid out.
    """
    if not tiles.is_within(tile, log.size):
        return None
    if tile.level != tiles.ENTRIES:
        return _hashes_of_tile(session, ballot, log, tile)
    start, end = list(pairwise(log.places))[tile.number]
    part = func.substr(Bundle.public, start + 1, end - COMMA - start)  # SQL counts from 1.
    written = session.scalar(select(part).where(Bundle.ballot_id == ballot.id)) or b""
    try:
        rows = json.loads(b"[" + written + b"]")
    except ValueError:
        return None
    return tiles.bundle(canonical(row) for row in rows[: tile.width])
