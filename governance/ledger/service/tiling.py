"""The tiles of a log: written at the latest in the transaction of the head that covers them.

They lie in the database, beside the leaves they follow from: every app server reads the same rows, on both databases,
and no head is ever there without its tiles. Those of a large day are written a few at a time before it; none is shown
until a head covers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from governance.ledger import rules, tiles
from governance.ledger.models import Head, Leaf, TileRow
from governance.ledger.tiles import ENTRIES, WIDTH, Tile

AT_ONCE = 64  # tiles written with one statement


def keep_tiles(session: Session, log: str, size: int) -> None:
    """Keep every full tile of *log* at *size* that is not kept yet, from the lowest level up."""
    level = 0
    while full := tiles.hashes_at(level, size) // WIDTH:
        written = session.scalar(
            select(func.count()).select_from(TileRow).where(TileRow.log == log, TileRow.level == level)
        )
        for start in range(written or 0, full, AT_ONCE):
            session.execute(insert(TileRow), _rows(session, log, level, start, min(start + AT_ONCE, full)))
        level += 1


def has_all(session: Session, log: str, size: int) -> bool:
    """Whether as many tiles of *log* are kept as there are full ones at *size*, on every level."""
    level = 0
    while full := tiles.hashes_at(level, size) // WIDTH:
        kept = select(func.count()).select_from(TileRow).where(TileRow.log == log, TileRow.level == level)
        if session.scalar(kept) != full:
            return False
        level += 1
    return True


def make_anew(session: Session, log: str, numbers: Iterable[int]) -> None:
    """Make the kept tiles over the lines of these *numbers* once more, from the lowest level up."""
    level, over = 0, {number // WIDTH for number in numbers}
    while over:
        for number in sorted(over):
            kept = session.get(TileRow, (log, level, number))
            if kept is None:
                over.discard(number)
                continue
            for made in _rows(session, log, level, number, number + 1):
                kept.hashes, kept.root = made["hashes"], made["root"]
        session.flush()
        level, over = level + 1, {number // WIDTH for number in over}


def _rows(session: Session, log: str, level: int, start: int, end: int) -> list[dict[str, Any]]:
    hashes = _hashes(session, log, level, start * WIDTH, end * WIDTH)
    pieces = [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]
    return [
        {"log": log, "level": level, "number": start + at, "hashes": b"".join(piece), "root": tiles.above(piece)}
        for at, piece in enumerate(pieces)
        if len(piece) == WIDTH
    ]


def full_tile(session: Session, log: str, level: int, number: int) -> tuple[bytes, bytes] | None:
    """Return what a full tile must hold, and its root, worked out from what lies below it; None if that has gaps."""
    made = _rows(session, log, level, number, number + 1)
    return (made[0]["hashes"], made[0]["root"]) if made else None


def tile_content(session: Session, log: str, path: str) -> bytes | None:
    """Return the file of *log* that *path* names ("tile/…"), or None when no signed head covers it."""
    tile = tiles.read_path(path)
    if tile is None:
        return None
    signed = session.scalar(select(func.max(Head.size)).where(Head.log == log)) or 0
    if not tiles.is_within(tile, signed):
        return None
    if tile.level == ENTRIES:
        return _bundle(session, log, tile)
    return _content(session, log, tile)[: tile.width * rules.HASH_LENGTH]


def _bundle(session: Session, log: str, tile: Tile) -> bytes:
    within = (Leaf.log == log, Leaf.number >= tile.start, Leaf.number < tile.start + tile.width)
    bodies = session.scalars(select(Leaf.body).where(*within).order_by(Leaf.number))
    return tiles.bundle(body.encode() for body in bodies)


def _hashes(session: Session, log: str, level: int, start: int, end: int) -> list[bytes]:
    """Return the hashes *start* up to *end* of one level: of the leaves, or of the full tiles one level below."""
    if level == 0:
        within = (Leaf.log == log, Leaf.number >= start, Leaf.number < end)
        bodies = session.scalars(select(Leaf.body).where(*within).order_by(Leaf.number))
        return [rules.leaf_hash(body.encode()) for body in bodies]
    below = (TileRow.log == log, TileRow.level == level - 1, TileRow.number >= start, TileRow.number < end)
    kept = list(session.scalars(select(TileRow.root).where(*below).order_by(TileRow.number)))
    if len(kept) == end - start:
        return kept
    # Some are not kept: they are made from what lies below, and the next head writes them all.
    return [tiles.above(_hashes(session, log, level - 1, at * WIDTH, (at + 1) * WIDTH)) for at in range(start, end)]


def root_of_span(session: Session, log: str, span: rules.Span) -> bytes:
    """Return the root over the leaves of *span* (of a proof, so it begins at a whole subtree), from few rows."""
    return tiles.root_of_span(lambda tile: _content(session, log, tile), span)


def _content(session: Session, log: str, tile: Tile) -> bytes:
    kept = session.get(TileRow, (log, tile.level, tile.number))
    if kept:
        return kept.hashes
    return b"".join(_hashes(session, log, tile.level, tile.start, tile.start + tile.width))
