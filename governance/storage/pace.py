"""How many rows go in one piece of a duty: fewer where a piece took long, so that on a slow machine too nobody waits.

What is left to do is cut anew before each piece (`programme/schedule.py` measures them), so a duty asks here each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

SLOW = 0.1  # seconds. After a piece that took longer the next ones are half as large.
QUICK = SLOW / 4  # seconds. After one that took less they are twice as large again, up to what the duty asks for.
MOST_WHERE_OTHERS_COUNT = 3  # Halvings, where a piece's time holds what it waited for others: an eighth at least.
AT_FIRST, MOST_HALVINGS = 2, 10  # A duty begins with pieces of a quarter: how fast the machine is nobody knows yet.

Row = TypeVar("Row")


class Pace:
    """How often the pieces of the duty that goes on were halved. One process does one duty at a time."""

    def __init__(self) -> None:
        """Begin with pieces as large as is asked for."""
        self.halvings = 0

    @contextmanager
    def of_a_duty(self) -> Iterator[None]:
        """Within this block a duty goes on. What was slow in the one before says nothing of it."""
        self.halvings = AT_FIRST
        try:
            yield
        finally:
            self.halvings = 0

    def took(self, seconds: float, most: int = MOST_HALVINGS) -> None:
        """Take note of how long a piece has kept others from writing. *most*: as often it may be halved."""
        if seconds > SLOW:
            self.halvings = min(self.halvings + 1, most)
        elif seconds < QUICK:
            self.halvings = max(self.halvings - 1, 0)

    def rows(self, most: int) -> int:
        """Return how many rows the next piece takes: at least one, and *most* where it is quick."""
        return max(1, most >> self.halvings)

    def portions(self, rows: Sequence[Row], most: int) -> Iterator[Sequence[Row]]:
        """Yield all *rows* in their order, as many at once as `rows` says at that moment."""
        start = 0
        while start < len(rows):
            some = rows[start : start + self.rows(most)]
            start += len(some)
            yield some


pace = Pace()
