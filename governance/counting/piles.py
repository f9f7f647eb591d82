"""Ballot papers in piles, as at a counting table: each lies with one option, at a value, read as far as need be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Protocol

from governance.counting.columns import Columns
from governance.counting.grouped import Ballots

Lying = Sequence[Mapping[int, Any]]


@dataclass(frozen=True)
class Moved:
    """What a move did: the votes each option gained, and those that went to nobody."""

    gained: dict[int, int]
    ended: int


class Rankings(Protocol):
    """The rankings on the table. A parcel is some of them that lie together; only they know what it is made of."""

    def all(self) -> Any:
        """Return the parcel of all."""

    def read_on(self, parcel: Any, going: Sequence[bool]) -> tuple[dict[int, Any], Any]:
        """Read *parcel* to the next choices still going: a parcel for each that gets one, and one of the rest."""

    def papers(self, parcel: Any) -> int:
        """Return how many papers are in *parcel*."""

    def together(self, one: Any, other: Any) -> Any:
        """Return one parcel of two."""

    def depths(self, lying: Lying) -> list[int]:
        """Return how many ranks of each group were read; *lying* are the parcels, by option and by value."""


class OneByOne:
    """Any rankings, read one after the other. A parcel is a list of the numbers of groups."""

    def __init__(self, rankings: Sequence[Sequence[int]], weights: Sequence[int]) -> None:
        self._rankings, self._weights = rankings, weights
        self._at = [-1] * len(rankings)

    def all(self) -> list[int]:
        """Return the numbers of all groups."""
        return list(range(len(self._rankings)))

    def read_on(self, parcel: list[int], going: Sequence[bool]) -> tuple[dict[int, list[int]], list[int]]:
        """Read each group on from where it stopped; nothing is read twice."""
        found: dict[int, list[int]] = {}
        ended: list[int] = []
        rankings, read = self._rankings, self._at
        for group in parcel:
            ranking = rankings[group]
            end = len(ranking)
            at = read[group] + 1
            while at < end and not going[ranking[at]]:
                at += 1
            read[group] = at
            if at == end:
                ended.append(group)
            elif (option := ranking[at]) in found:
                found[option].append(group)
            else:
                found[option] = [group]
        return found, ended

    def papers(self, parcel: list[int]) -> int:
        """Return how many papers the groups of *parcel* stand for."""
        return sum(map(self._weights.__getitem__, parcel))

    def together(self, one: list[int], other: list[int]) -> list[int]:
        """Put *other* behind *one* and return that: neither is used by itself afterwards."""
        one += other
        return one

    def depths(self, lying: Lying) -> list[int]:
        """Return how many ranks of each group were read, wherever it lies."""
        return [at + 1 for at in self._at]


class ManyAtOnce:
    """Plain rankings as columns. A parcel is a number with a bit for each group."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.papers = columns.papers

    def all(self) -> int:
        """Return the number in which every group has its bit."""
        return self._columns.everybody

    def read_on(self, parcel: int, going: Sequence[bool]) -> tuple[dict[int, int], int]:
        """What was passed over before is not going any more, so each ranking can be read from its beginning again."""
        found: dict[int, int] = {}
        options = [option for option, goes in enumerate(going) if goes]
        for rank in range(len(self._columns.columns)):
            for option in options:
                here = parcel & self._columns.at(rank, option)
                if here:
                    found[option] = found.get(option, 0) | here
                    parcel ^= here
            if not parcel:
                break
        return found, parcel

    def together(self, one: int, other: int) -> int:
        """Return the number with the bits of both."""
        return one | other

    def depths(self, lying: Lying) -> list[int]:
        """Return how many ranks of each group were read, as its columns say of the option it lies with."""
        return self._columns.depths_of(
            {option: reduce(or_, parcels.values()) for option, parcels in enumerate(lying) if parcels}
        )


class Piles:
    """The papers of *ballots*, at their first choices. A paper without one is not valid and lies nowhere.

    Votes are counted in units of which *unit* make one vote. `tallies` are the votes of each option.
    """

    def __init__(self, ballots: Ballots, equal: str, skipped: str, unit: int = 1) -> None:
        self.unit = unit
        options = range(len(ballots.choices))
        self.going = [each not in ballots.withdrawn for each in options]
        self._rankings = _rankings(ballots, equal, skipped)
        first, _ = self._rankings.read_on(self._rankings.all(), self.going)
        self._lying: list[dict[int, Any]] = [{unit: first[each]} if each in first else {} for each in options]
        papers = [self._rankings.papers(first[each]) if each in first else 0 for each in options]
        self.valid = sum(papers)
        self.tallies = {option: papers[option] * unit for option in options}

    def move(self, sources: Iterable[int], worth: Callable[[int], int], keep: int = 0) -> Moved:
        """Give the papers of *sources* to their next choices among those still going, at worth(value) each.

        The sources get nothing from now on; each is left with *keep* votes. What the papers without a next choice are
        worth is in `ended`.
        """
        sources = list(sources)
        for source in sources:
            self.going[source] = False
        gained = dict.fromkeys((option for option, going in enumerate(self.going) if going), 0)
        ended = 0
        for source in sources:
            for value, parcel in self._lying[source].items():
                new = worth(value)
                found, nowhere = self._rankings.read_on(parcel, self.going)
                ended += self._rankings.papers(nowhere) * new
                for option, moved in found.items():
                    gained[option] += self._rankings.papers(moved) * new
                    there = self._lying[option]
                    there[new] = self._rankings.together(there[new], moved) if new in there else moved
            self._lying[source] = {}
            self.tallies[source] = keep
        for option, votes in gained.items():
            self.tallies[option] += votes
        return Moved(gained, ended)

    def depths(self) -> list[int]:
        """How many ranks of each group were read."""
        return self._rankings.depths(self._lying)


def _rankings(ballots: Ballots, equal: str, skipped: str) -> Rankings:
    if isinstance(ballots.groups, Columns) and not ballots.withdrawn:
        return ManyAtOnce(ballots.groups)
    return OneByOne(ballots.flat(equal, skipped), [number for _, number in ballots.groups])
