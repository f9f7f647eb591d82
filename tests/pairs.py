"""Fewer cases that still bring each two choices together: pairwise testing.

A matrix of screens, endings and languages has hundreds of cases, and a fault that only three choices at once show is
rare (D. R. Kuhn, D. R. Wallace and A. M. Gallo, "Software fault interactions and implications for software testing",
IEEE Transactions on Software Engineering 30(6), 2004: seven in ten or more of their faults showed with two choices).
`make test` runs the pairs; `make test ARGS=--every-combination` runs all.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any, TypeAlias, TypeVar

# Set by `--every-combination` before any test is collected, and so seen by the processes of a run as well.
EVERY = "REAL_VOICE_EVERY_COMBINATION"

T = TypeVar("T")
Case: TypeAlias = tuple[Any, ...]
# Which two places of a case hold which two choices.
Pair: TypeAlias = tuple[int, int, int, int]


def pairs(*choices: Sequence[Any]) -> list[Case]:
    """Return cases, one of each of *choices*, in which each two choices of different kinds stand together once.

    The same cases each time, in the order of the whole product. With `--every-combination`: the whole product.
    Raises ValueError for fewer than two kinds, and where one has no choice: no case would be left, and no test would
    fail.
    """
    if len(choices) < 2 or not all(choices):
        raise ValueError(f"Pairs need two kinds of choices or more, and one of each: {choices}")
    places = list(product(*(range(len(each)) for each in choices)))
    taken = in_full(places, []) or sorted(_covering(places))
    return [tuple(choices[kind][at] for kind, at in enumerate(place)) for place in taken]


def in_full(all_of_it: T, part: T) -> T:
    """Return *all_of_it* with `--every-combination`, else the *part* that shows most of what it shows."""
    return all_of_it if os.environ.get(EVERY) else part


def _covering(places: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return few of *places* that hold each pair: again and again the one that brings most pairs nobody brought.

    Of several, the one whose pairs were brought least: so no two choices go together almost always.
    """
    left = {pair for place in places for pair in _pairs_of(place)}
    brought: Counter[Pair] = Counter()
    taken = []
    while left:
        best = max(
            places, key=lambda place: (len(left & _pairs_of(place)), -sum(brought[pair] for pair in _pairs_of(place)))
        )
        taken.append(best)
        left -= _pairs_of(best)
        brought.update(_pairs_of(best))
    return taken


def _pairs_of(place: tuple[int, ...]) -> set[Pair]:
    return {(one, place[one], other, place[other]) for one, other in combinations(range(len(place)), 2)}
