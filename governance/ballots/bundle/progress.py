"""How far a check is, drawn as a bar where somebody is looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

Progress = Callable[[int, int], None]


def a_bar(out: TextIO) -> Progress | None:
    """Return what draws the progress of a check on *out*, where somebody is looking."""
    if not out.isatty():
        return None
    shown = -1

    def show(done: int, of: int) -> None:
        nonlocal shown
        if (percent := done * 100 // of) != shown:
            shown = percent
            filled = "#" * (percent // 4)
            out.write(f"\r[{filled:25}] {percent:3} %" + ("\n" if done == of else ""))
            out.flush()

    return show
