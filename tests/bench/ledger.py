"""The ledger's own figures: append and prove beside pymerkle in memory, a million entries as tiles, and their check.

pymerkle (GPL) is no part of what we install. Where it is not there, the line says "not measured".
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from governance.ledger import rules, tiles, verifying
from governance.ledger.verifying import Trust
from tests.bench.tile import figures as served
from tests.ledger import logs

ENTRIES, PROOFS = 100_000, 2_000
MANY = 1_000_000
ENTRY = b"x" * 200


def taken(work: Callable[[], object]) -> float:
    """Return how many seconds *work* takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ours() -> tuple[float, float]:
    """Return appends and inclusion proofs a second, from tiles in memory."""
    writer, levels = tiles.Writer(), [bytearray() for _ in range(4)]

    def append() -> None:
        for _ in range(ENTRIES):
            for tile, content in writer.add(ENTRY):
                if tile.level >= 0:
                    levels[tile.level] += content

    appending = taken(append)
    for tile, content in writer.rest():
        if tile.level >= 0:
            levels[tile.level] += content

    pieces = [[bytes(level[at : at + 8192]) for at in range(0, len(level), 8192)] for level in levels]

    def content(tile: tiles.Tile) -> bytes:
        return pieces[tile.level][tile.number]

    def prove() -> None:
        for number in range(0, ENTRIES, ENTRIES // PROOFS):
            for span in rules.inclusion_spans(number, ENTRIES):
                tiles.root_of_span(content, span)

    return ENTRIES / appending, PROOFS / taken(prove)


def pymerkle() -> tuple[float, float] | None:
    """Return the same of pymerkle's tree in memory, or None where it is not installed."""
    with suppress(ImportError):
        tree: Any = importlib.import_module("pymerkle").InmemoryTree(algorithm="sha256")
        appending = taken(lambda: [tree.append_entry(ENTRY) for _ in range(ENTRIES)])
        numbers = range(1, ENTRIES + 1, ENTRIES // PROOFS)
        return ENTRIES / appending, PROOFS / taken(lambda: [tree.prove_inclusion(number) for number in numbers])
    return None


def figures() -> str:
    """Measure and return the lines to print."""
    mine, beside = ours(), pymerkle()
    lines = ["The ledger, in memory (goal: 2.0 times pymerkle)"]
    for at, name in enumerate(("append", "inclusion proof")):
        ratio = (
            f"{mine[at] / beside[at]:.2f} times pymerkle ({beside[at]:,.0f}/s)" if beside else "pymerkle: not measured"
        )
        lines.append(f"  {name:<18}{mine[at]:>10,.0f}/s   {ratio}")
    with TemporaryDirectory(prefix="bench-") as folder:
        copy = Path(folder) / "log"
        entries = [ENTRY] * MANY
        lines.append(
            f"  {MANY:,} entries written as tiles: {taken(lambda: logs.write(copy, entries)):.1f} s (goal: 5 s)"
        )
        check = taken(lambda: verifying.check_log(verifying.folder(copy), Trust(logs.KEY)))
        lines.append(f"  {MANY:,} entries checked from their files: {check:.1f} s")
    return "\n".join(lines)


if __name__ == "__main__":
    print(figures(), flush=True)
    print(served())
