"""The closed log of an election laid out to be served, where everyone may see its ballots.

A few logs are kept ready in each process as their hashes, 32 bytes a ballot. The ballots themselves stay in the file
of the result: only where each bundle of entries begins is kept, and it is read from there when somebody asks for it.
"""

from __future__ import annotations

import io
import json
from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.ballots.bundle import closed_log, pieces
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import LONG
from governance.ballots.models import Ballot, Bundle
from governance.ledger import tiles

MOST_KEPT = 1_000_000  # ballots of all the logs that a process keeps ready: 32 MB of hashes
COMMA = 1  # byte between two ballots in the file


@dataclass(frozen=True)
class Log:
    """A closed log: its signed head, its name, how many ballots it has, its tiles of hashes by level and number.

    *places*: at which byte of the result's file each bundle of ballots begins, and behind the last one its end.
    """

    head: str
    name: str
    size: int
    hashes: dict[tuple[int, int], bytes]
    places: tuple[int, ...]


class Shelf:
    """The logs asked for most lately. A log never changes once its box was counted, so none is ever out of date.

    *most*: how many ballots they have together. One log is kept however long it is.
    """

    def __init__(self, most: int) -> None:
        self._most, self._logs, self._lock = most, OrderedDict[tuple[int, bytes], Log](), Lock()
        self.laying_out = Lock()  # One log at a time: whoever asks for the same one meanwhile finds it ready.

    def get(self, name: tuple[int, bytes]) -> Log | None:
        """Return the log put here as *name*, unless others took its place."""
        with self._lock:
            if name in self._logs:
                self._logs.move_to_end(name)
            return self._logs.get(name)

    def put(self, name: tuple[int, bytes], log: Log) -> None:
        """Keep a log, and let go of those that nobody asked for the longest."""
        with self._lock:
            self._logs[name] = log
            while len(self._logs) > 1 and sum(each.size for each in self._logs.values()) > self._most:
                self._logs.popitem(last=False)


_shelf = Shelf(MOST_KEPT)


def public_log(session: Session, ballot: Ballot) -> Log | None:
    """Return the closed log of *ballot*; None before its count, and where not everyone may see its ballots."""
    name = (ballot.id, ballot.public_key)  # The key too: one process may serve more than one database.
    found = _shelf.get(name)
    if found is not None:
        return found
    seen_by_all = select(Bundle.public).where(Bundle.ballot_id == ballot.id, Bundle.whole == Bundle.public)
    body = session.scalar(seen_by_all)
    if body is None:
        return None
    with _shelf.laying_out:
        found = _shelf.get(name) or laid_out(body)
        _shelf.put(name, found)
    return found


def laid_out(body: bytes) -> Log:
    """Return the closed log in a result's file, gone through a piece at a time."""
    document, writer = pieces.read(io.BytesIO(body), LONG), tiles.Writer()
    hashes: dict[tuple[int, int], bytes] = {}
    rows = document.parts["ballots"]
    at, places = rows.at + len("["), []
    for number, row in enumerate(rows):
        if number % tiles.WIDTH == 0:
            places.append(at)
        entry = closed_log.entry(row)
        at += len(entry) + COMMA
        hashes |= {(tile.level, tile.number): content for tile, content in writer.add(entry) if _is_of_hashes(tile)}
    hashes |= {(tile.level, tile.number): content for tile, content in writer.rest() if _is_of_hashes(tile)}
    name = closed_log.name_of(document.parts["manifest"])
    return Log(document.parts["closed"], name, len(rows), hashes, (*places, at))


def _is_of_hashes(tile: tiles.Tile) -> bool:
    return tile.level != tiles.ENTRIES


def content_of(session: Session, ballot: Ballot, log: Log, tile: tiles.Tile) -> bytes | None:
    """Return what a *tile* of *log*, the log of *ballot*, holds.

    None for one that the log does not have, and where the result is no longer as it was laid out.
    """
    if not tiles.is_within(tile, log.size):
        return None
    if _is_of_hashes(tile):
        return b"".join(tiles.read_hashes(log.hashes[tile.level, tile.number])[: tile.width])
    start, end = list(pairwise(log.places))[tile.number]
    part = func.substr(Bundle.public, start + 1, end - COMMA - start)  # SQL counts from 1.
    written = session.scalar(select(part).where(Bundle.ballot_id == ballot.id)) or b""
    try:
        rows = json.loads(b"[" + written + b"]")
    except ValueError:
        return None
    return tiles.bundle(canonical(row) for row in rows[: tile.width])
