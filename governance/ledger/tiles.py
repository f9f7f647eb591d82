"""A log as plain files that any web server can serve: hash tiles and entry bundles, full and partial.

Source: C2SP `tlog-tiles` ("Merkle Tree", "Partial Tiles", "Log entries"). Everything here is pure: names of files,
bytes in, bytes out. Where the hashes lie is the service's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from governance.ledger import rules

WIDTH = 256  # hashes in a full tile, and entries in a full bundle
MOST_LEVELS = 64  # "Merkle Tree": a level is a number from 0 to 63.
ENTRIES = -1  # The level under which a bundle of entries is known here; in a path it is called "entries".

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Tile:
    """One file of the log: a tile of hashes at *level*, or the bundle of the entries below a tile of level 0."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def full(self) -> bool:
        """Whether it holds all it ever will."""
        return self.width == WIDTH

    @property
    def start(self) -> int:
        """Return the number of its first hash (or entry) within its level."""
        return self.number * WIDTH

    @property
    def path(self) -> str:
        """Return where it lies below the log's address ("Merkle Tree" and "Partial Tiles")."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        return f"tile/{level}/{name}" + ("" if self.full else f".p/{self.width}")


def read_path(path: str) -> Tile | None:
    """Return the tile that *path* names, or None when it is no tile's name in its one spelling."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    tile = Tile(level, int(found["number"].replace("x", "").replace("/", "")), int(found["width"] or WIDTH))
    return tile if level < MOST_LEVELS and tile.width <= WIDTH and tile.path == path else None


def hashes_at(level: int, size: int) -> int:
    """Return how many hashes *level* of a log of *size* entries has: one for each full subtree of that height."""
    return size >> 8 * max(level, 0)


def is_within(tile: Tile, size: int) -> bool:
    """Whether a log of *size* entries has this tile, or had it when it was smaller."""
    return tile.start + tile.width <= hashes_at(tile.level, size)


def of_size(size: int, after: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a log of *size* entries that one of *after* entries does not have, bundles first.

    The widths are those of "Partial Tiles": each level ends in what is left over, and an empty tile is none.
    """
    for level in (ENTRIES, *range(MOST_LEVELS)):
        here, before = hashes_at(level, size), hashes_at(level, after)
        if here == 0:
            return
        for number in range(before // WIDTH, here // WIDTH):
            yield Tile(level, number)
        if here % WIDTH and here > before:
            yield Tile(level, here // WIDTH, here % WIDTH)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return *entries* as a bundle: each with its length in two bytes before it ("Log entries")."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(content: bytes) -> list[bytes]:
    """Return the entries in a bundle. Raises ValueError when it ends within an entry."""
    entries, at = [], 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if len(content) < at + 2 or len(content) < end:
            raise ValueError("This bundle of entries is cut short.")
        entries.append(content[at + 2 : end])
        at = end
    return entries


def read_hashes(content: bytes) -> list[bytes]:
    """Return the hashes in a tile. Raises ValueError when they are not whole, none, or too many."""
    if not content or len(content) % rules.HASH_LENGTH or len(content) > WIDTH * rules.HASH_LENGTH:
        raise ValueError("A tile holds between 1 and 256 whole hashes.")
    return [content[at : at + rules.HASH_LENGTH] for at in range(0, len(content), rules.HASH_LENGTH)]


def above(hashes: Sequence[bytes]) -> bytes:
    """Return the one hash that a full tile gives to the level above it ("Merkle Tree")."""
    row = list(hashes)
    while len(row) > 1:
        row = _paired(row)
    return row[0]


def _paired(row: Sequence[bytes]) -> list[bytes]:
    """Return the hashes above each two of *row*; written out, since most of the time of a log is spent here."""
    sha256 = hashlib.sha256
    return [sha256(b"\x01" + row[at - 1] + row[at]).digest() for at in range(1, len(row), 2)]


@lru_cache(maxsize=64)
def _rows_in(content: bytes) -> list[list[bytes]]:
    """Return the rows of the small tree over a tile, its own hashes first. Kept for the tiles most asked for."""
    rows = [read_hashes(content)]
    while len(rows[-1]) > 1:
        rows.append(_paired(rows[-1]))
    return rows


def root_of_span(tile: Callable[[Tile], bytes], span: rules.Span) -> bytes:
    """Return the root over the leaves of *span* (of a proof, so it begins at a whole subtree).

    *tile* gives the content of a tile, at least as wide as it is asked for. One or two of each level are needed.
    """
    start, end = span
    roots: list[bytes] = []
    while start < end:
        height = (end - start).bit_length() - 1
        level, within = divmod(height, 8)
        number, at = divmod(start >> 8 * level, WIDTH)
        roots.append(_rows_in(tile(Tile(level, number, at + (1 << within))))[within][at >> within])
        start += 1 << height
    return rules.Edge(span[1] - span[0], roots).root()


class Writer:
    """Turns entries in their order into the files of the log, a bundle at a time, and knows the root at the end."""

    def __init__(self) -> None:
        self._entries: list[bytes] = []
        self._levels: list[list[bytes]] = [[]]
        self._written: list[int] = [0]

    def add(self, entry: bytes) -> Iterator[tuple[Tile, bytes]]:
        """Take the next entry; yield every file that became full with it."""
        hashed = rules.leaf_hash(entry)
        self._entries.append(entry)
        self._levels[0].append(hashed)
        if len(self._entries) == WIDTH:
            yield Tile(ENTRIES, self._written[0]), bundle(self._entries)
            self._entries = []
            yield from self._full(0)

    def _full(self, level: int) -> Iterator[tuple[Tile, bytes]]:
        row = self._levels[level]
        if len(row) < WIDTH:
            return
        yield Tile(level, self._written[level]), b"".join(row)
        self._written[level] += 1
        self._levels[level] = []
        if len(self._levels) == level + 1:
            self._levels.append([])
            self._written.append(0)
        self._levels[level + 1].append(above(row))
        yield from self._full(level + 1)

    def rest(self) -> Iterator[tuple[Tile, bytes]]:
        """Yield the partial files at the right edge, for the size reached so far."""
        if self._entries:
            yield Tile(ENTRIES, self._written[0], len(self._entries)), bundle(self._entries)
        for level, row in enumerate(self._levels):
            if row:
                yield Tile(level, self._written[level], len(row)), b"".join(row)

    @property
    def size(self) -> int:
        """Return how many entries were taken."""
        return self._written[0] * WIDTH + len(self._levels[0])

    def root(self) -> bytes:
        """Return the root of the tree over all entries taken (RFC 6962 section 2.1)."""
        edge: list[bytes] = []
        for row in reversed(self._levels):
            edge += _full_subtrees(row)
        return rules.Edge(self.size, edge).root()


def _full_subtrees(row: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the largest full subtrees over *row*, largest first."""
    edge = rules.Edge()
    for hashed in row:
        edge.add(hashed)
    return edge.hashes
