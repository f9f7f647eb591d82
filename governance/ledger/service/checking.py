"""Checking a log against itself: the text of its entries, its hashes, its tiles and every head that was signed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules
from governance.ledger.models import Head, Log, TileRow
from governance.ledger.service import tiling
from governance.ledger.service.growing import as_hex, opened, rows
from governance.ledger.tiles import Tile


def check(session: Session, keys: KeyFolder, log: str) -> list[str]:
    """Hash *log* again from the text of its entries, compare with every signed head; return what is wrong.

    Each problem is a plain sentence; an empty list means that all is well. Takes about 15 seconds for a million
    entries, and changes nothing. A deleted head leaves no trace here: that is what copies kept outside are for.
    """
    problems: list[str] = []
    signed = session.scalars(select(Head).where(Head.log == log).execution_options(populate_existing=True))
    heads = {row.size: row for row in signed}
    edge = rules.Edge()
    expected = 0
    for number, body, stored in rows(session, log, 0):
        if number != expected:
            problems.append(_gap(expected, number - 1))
        expected = number + 1
        hashed = rules.leaf_hash(body.encode())
        if hashed != stored:
            problems.append(f"Entry {number} does not say what it said when it was written.")
        edge.add(hashed)
        problems += _head_problems(keys, heads.get(edge.size), edge)
    for size in sorted(size for size in heads if size > edge.size):
        problems.append(f"A signed head counts {size} entries, but only {edge.size} are here.")
    problems += _tile_problems(session, log)
    return problems + _row_problems(session.get(Log, log, populate_existing=True), edge)


def _tile_problems(session: Session, log: str) -> list[str]:
    """Compare each tile that is kept with the entries it stands for."""
    wanted = select(TileRow.level, TileRow.number, TileRow.hashes, TileRow.root).where(TileRow.log == log)
    return [
        f"The tile {Tile(level, number).path} does not fit the entries it stands for."
        for level, number, hashes, root in session.execute(wanted.order_by(TileRow.level, TileRow.number))
        if (hashes, root) != tiling.full_tile(session, log, level, number)
    ]


def _head_problems(keys: KeyFolder, signed: Head | None, edge: rules.Edge) -> list[str]:
    """Compare one stored head with the key of the log and with the entries it covers (*edge*)."""
    if signed is None:
        return []
    try:
        said = opened(keys, signed)
    except note.NoteBroken as broken:
        return [f"The head of {signed.size} entries is not signed by this ledger. {broken}"]
    problems = []
    if (said.size, said.root) != (signed.size, signed.root):
        problems.append(f"The row of the head of {signed.size} entries differs from the text that was signed.")
    if said.size == edge.size and said.root != edge.root():
        problems.append(
            f"The first {edge.size} entries are not those that were signed on {signed.day.isoformat()}."
            " Something was changed, taken out or put in between."
        )
    return problems


def _row_problems(row: Log | None, edge: rules.Edge) -> list[str]:
    """Compare what the log would append to with the tree of its entries."""
    if row is None:
        return ["Entries are here, but the log itself is missing."] if edge.size else []
    if (row.size, row.root, row.frontier) != (edge.size, edge.root(), as_hex(edge)):
        return [f"The log counts {row.size} entries, and that does not fit the {edge.size} that are here."]
    return []


def _gap(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."
