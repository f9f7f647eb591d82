"""Reads ballots from files: BLT, PrefLib, and CSV of rankings, scores or marks. Standard library alone.

`read` takes the bytes of a file and gives an `Election`, or raises `Malformed` with the line and what was expected.
What the formats may hold is said in `blt`, `preflib`, `table` and `dominion`.
"""

from __future__ import annotations

from governance.counting.files import blt, preflib, table
from governance.counting.files.source import Election, Malformed, Marks, Watch, decoded, unwatched

__all__ = ["Election", "Malformed", "Marks", "Watch", "read"]
USUAL = Marks()


def read(content: bytes, papers: str, name: str = "", watch: Watch = unwatched, marks: Marks = USUAL) -> Election:
    """Return the election in *content*.

    *papers* is what the rule counts: `ranking`, `scores` or `approvals` (`Rule.papers`).
    *name* of the file: `.blt` is BLT, `.soc`, `.soi`, `.toc` and `.toi` are PrefLib, and anything else is what its
    first line looks like, as BLT goes by the name of .csv too. *marks*: how a cast-vote record is read where it is not
    one option at one rank. *watch* wraps the longest loop, for a progress bar. Raises Malformed.
    """
    text = decoded(content)
    lowered = name.lower()
    is_preflib = lowered.endswith(preflib.ENDINGS) or preflib.looks_like(text)
    is_blt = is_preflib or lowered.endswith(".blt") or blt.looks_like(text)
    if is_blt and papers == "scores":
        raise Malformed(1, "a CSV file of scores, as this rule counts scores and this file holds rankings")
    if is_blt and marks.contest:
        raise Malformed(1, "a CSV file with columns for several contests, as --contest was said")
    if is_preflib:
        return preflib.read(text, watch, lowered)
    return blt.read(text, watch) if is_blt else table.read(text, papers, watch, marks)
