"""Ties: earlier stages first, then a lot nobody can foresee and everybody can draw again. Never the order on the paper.

The lot of a stage is SHA-256(seed || stage), both as bytes, the stage's label in UTF-8. Each tied option then gets the
number SHA-256(lot || its name in UTF-8); the lowest number is favoured: it is elected first, or stays longest. The
seed is the root of the box of ballots; a file without one uses SHA-256 of its own ballots, grouped and sorted
(`grouped.Ballots.digest`), or a seed that was given. Source: docs/design.md 6; the two-step rule is that of the
Scottish Local Government Elections Order 2007, schedule 1, rules 49 and 51.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

EARLIER_THEN_LOT = "earlier_then_lot"
EARLIER_THEN_TALK = "earlier_then_talk"
LOT = "lot"
TIE_RULES = frozenset({EARLIER_THEN_LOT, EARLIER_THEN_TALK, LOT})
BY_LOT, TALK = "lot", "talk"  # What broke a tie, beside a stage; that it was not broken, and goes back to the talk.


class Lot:
    """A seed of 32 bytes and where it is from: `box_root`, `ballots` or `given`. A function is asked if need be."""

    def __init__(self, seed: bytes | Callable[[], bytes], source: str = "box_root") -> None:
        self._seed, self.source, self.drawn = seed, source, False

    @property
    def seed(self) -> bytes:
        """The seed. Asking for it is drawing: an account names the seed only when it was needed."""
        self.drawn = True
        if not isinstance(self._seed, bytes):
            self._seed = self._seed()
        return self._seed

    def order(self, stage: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return *names* as the lot of *stage* puts them, the favoured one first."""
        draw = hashlib.sha256(self.seed + stage.encode()).digest()
        return tuple(
            sorted(names, key=lambda name: hashlib.sha256(draw + name.encode("utf-8", "surrogatepass")).digest())
        )

    def fresh(self) -> Lot:
        """The same lot, not yet drawn, for another count."""
        return Lot(self._seed, self.source)


@dataclass(frozen=True)
class Tie:
    """One tie. *purpose*: what it was about; *broken_by* is `stage N`, `lot` or `talk`; *order*: the best first.

    Options that the stage left tied stand in *order* by name; what told them apart is the next tie.
    """

    stage: str
    purpose: str
    between: tuple[str, ...]
    broken_by: str
    order: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the tie as plain data."""
        return {
            "stage": self.stage,
            "purpose": self.purpose,
            "between": list(self.between),
            "broken_by": self.broken_by,
            "order": list(self.order),
        }


Earlier = Sequence[tuple[str, Mapping[int, int] | Sequence[int]]]
Step = tuple[str, Callable[[list[int]], Mapping[int, int]]]  # What is compared, and how: among those still tied.


class Ties:
    """Settles ties of one count and remembers each. *rule* is one of TIE_RULES."""

    def __init__(self, lot: Lot, names: Sequence[str], rule: str) -> None:
        self.lot, self.names, self.rule = lot, names, rule
        self.broken: list[Tie] = []

    def ranking(self, stage: str, purpose: str, values: Mapping[int, int], earlier: Earlier = ()) -> list[int]:
        """Return the options of *values*, highest first.

        *earlier* holds what came before, oldest first, as (name, tallies); the latest one that tells two tied options
        apart decides between them. What no earlier stage tells apart, the lot of *stage* does.
        """
        groups = _highest_first(values)
        return [option for group in groups for option in self._apart(stage, purpose, group, earlier)]

    def first(self, stage: str, purpose: str, values: Mapping[int, int], seats: int) -> list[int]:
        """Return the *seats* options with the highest values.

        The lot is drawn only among those of whom some get a seat and some do not: elsewhere it would decide nothing,
        and tied options stand by name.
        """
        chosen: list[int] = []
        for group in _highest_first(values):
            left = seats - len(chosen)
            if len(group) > left:
                return chosen + (self.by_lot(stage, purpose, group)[:left] if left else [])
            chosen += sorted(group, key=lambda each: self.names[each])
        return chosen

    def staying(self, stage: str, purpose: str, tied: Sequence[int], places: int, steps: Sequence[Step]) -> list[int]:
        """Return the *places* options of *tied* that stay in.

        Whoever is worst by the first of *steps* that tells them apart goes, and those who are left are compared anew;
        where too few would stay, only the worst are left to compare, for the rest of the places. Then the lot.
        """
        stay: list[int] = []
        tied = list(tied)
        while len(tied) > places - len(stay):
            worst, label = self._worst(tied, steps)
            if not worst:
                return stay + self.by_lot(stage, purpose, tied)[: places - len(stay)]
            better = [each for each in tied if each not in worst]
            by_name = [sorted(part, key=lambda each: self.names[each]) for part in (better, worst)]
            self._remember(stage, purpose, tied, label, [each for part in by_name for each in part])
            if len(better) >= places - len(stay):
                tied = better
            else:
                stay, tied = [*stay, *better], worst
        return stay + tied

    def _worst(self, tied: list[int], steps: Sequence[Step]) -> tuple[list[int], str]:
        for label, worth in steps if self.rule != LOT else ():
            values = worth(tied)
            least = min(values.values())
            if least < max(values.values()):
                return [each for each in tied if values[each] == least], label
        return [], ""

    def highest(self, stage: str, purpose: str, values: Mapping[int, int], earlier: Earlier = ()) -> int:
        """Return the option with the highest value."""
        top = max(values.values())
        return self._apart(stage, purpose, [each for each in values if values[each] == top], earlier, slice(1))[0]

    def lowest(self, stage: str, purpose: str, values: Mapping[int, int], earlier: Earlier = ()) -> int:
        """Return the option with the lowest value."""
        least = min(values.values())
        return self._apart(
            stage, purpose, [each for each in values if values[each] == least], earlier, slice(-1, None)
        )[-1]

    def by_lot(self, stage: str, purpose: str, tied: Sequence[int]) -> list[int]:
        """Return *tied* as the lot puts them."""
        return self._apart(stage, purpose, list(tied), ())

    def _apart(
        self, stage: str, purpose: str, tied: list[int], earlier: Earlier, wanted: slice = slice(None)
    ) -> list[int]:
        """Return *tied* in order; *wanted* says which parts of it must be told apart: all, the first or the last."""
        if len(tied) == 1:
            return tied
        if self.rule != LOT:
            for label, tallies in reversed(earlier):
                found = sorted({tallies[each] for each in tied}, reverse=True)
                if len(found) > 1:
                    parts = [[each for each in tied if tallies[each] == value] for value in found]
                    by_name = [sorted(part, key=lambda each: self.names[each]) for part in parts]
                    self._remember(stage, purpose, tied, label, [each for part in by_name for each in part])
                    told = [self._apart(stage, purpose, part, earlier, wanted) for part in parts[wanted]]
                    return [each for part in told for each in part]
        number = {self.names[each]: each for each in tied}
        order = [number[name] for name in self.lot.order(stage, [self.names[each] for each in tied])]
        self._remember(stage, purpose, tied, "lot", order)
        return order

    def _remember(self, stage: str, purpose: str, tied: list[int], how: str, order: list[int]) -> None:
        between = tuple(sorted(self.names[each] for each in tied))
        tie = Tie(stage, purpose, between, how, tuple(self.names[each] for each in order))
        if tie not in self.broken:
            self.broken.append(tie)


def _highest_first(values: Mapping[int, int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for option, value in values.items():
        groups.setdefault(value, []).append(option)
    return [groups[value] for value in sorted(groups, reverse=True)]
