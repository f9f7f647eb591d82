"""The names of intake keys: "2026-11" is the first key of a period, "2026-11.2" the one after a reader was removed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from governance.privacy import last_day


def base_period(period: str) -> str:
    """Return the period a key belongs to, without the number it got when the key was changed within it."""
    return period.partition(".")[0]


def key_order(period: str) -> tuple[str, int]:
    """Return what the keys of one audience are sorted by, oldest first."""
    base, _, turn = period.partition(".")
    return base, int(turn or 1)


def next_key(periods: Collection[str]) -> str:
    """Return the name of the key that follows the newest of *periods*, which all have the same base."""
    base, turn = max(key_order(period) for period in periods)
    return f"{base}.{turn + 1}"


def still_used(period: str, today: date) -> bool:
    """Whether messages may still be sealed with a key of *period*: it has not ended."""
    return last_day(base_period(period)) >= today
