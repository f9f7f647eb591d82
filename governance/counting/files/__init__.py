"""Reads ballots from files: BLT, and CSV of rankings, scores or marks. Standard library alone.

`read` takes the bytes of a file and gives an `Election`, or raises `Malformed` with the line and what was expected.
What the formats may hold is said in `blt` and `table`.
"""

from __future__ import annotations

from governance.counting.files import blt, table
from governance.counting.files.source import Election, Malformed, Watch, decoded, unwatched

__all__ = ["Election", "Malformed", "Watch", "read"]


def read(content: bytes, papers: str, name: str = "", watch: Watch = unwatched) -> Election:
    """Return the election in *content*.

    *papers* is what the rule counts: `ranking`, `scores` or `approvals` (`Rule.papers`).
    *name* of the file: `.csv` and `.tsv` are CSV, `.blt` is BLT, and anything else is what its first line looks like.
    *watch* wraps the longest loop, for a progress bar. Raises Malformed.
    """
    text = decoded(content)
    lowered = name.lower()
    is_blt = lowered.endswith(".blt") or (not lowered.endswith((".csv", ".tsv")) and blt.looks_like(text))
    if is_blt and papers == "scores":
        raise Malformed(1, "a CSV file of scores, as this rule counts scores and BLT holds rankings")
    return blt.read(text, watch) if is_blt else table.read(text, papers, watch)
