"""How many examples of a property are tried: as many as it needs in a whole run, and few of each in the fast lane."""

from __future__ import annotations

from hypothesis import settings

WHOLE = 100  # What a property has by itself in a whole run.


def examples(number: int) -> int:
    """Return how many of *number* examples this run tries, by its profile (tests/conftest.py); at least five."""
    return max(number * settings().max_examples // WHOLE, 5)
