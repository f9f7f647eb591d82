"""A bar on the error stream for work that takes long: only on a terminal, so a pipe or a log never sees it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import click


def watched(items: Collection[Any], label: str, long: int) -> Iterable[Any]:
    """Return *items*; whoever goes through more than *long* of them on a terminal sees how far it is."""
    return _bar(items, label) if len(items) > long and sys.stderr.isatty() else items


def _bar(items: Collection[Any], label: str) -> Iterator[Any]:
    steps = max(1, len(items) // 100)
    with click.progressbar(items, label=label, file=sys.stderr, update_min_steps=steps) as shown:
        yield from shown
