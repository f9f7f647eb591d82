"""Many plain rankings as columns, one byte for each ranking: which option stands at the first rank, at the second …

A question about all of them at once ("who has option 3 at rank 2?") has a whole number for its answer, with one bit
for each ranking; Python's own numbers put such answers together, and count their bits, many rankings at a time. What
comes out is the same as from reading one ranking after the other.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import accumulate
from operator import or_, xor
from typing import Any, overload

END = 0xFF  # What stands in a column for a ranking that has ended. Options are numbers far below.
Ranking = tuple[Any, ...]


class Columns(Sequence[tuple[Ranking, int]]):
    """Groups of plain rankings: (ranking, how many) pairs like any others, kept as *columns*, and their *weights*.

    *columns* has one for each rank that any ranking has; *options* is how many there are, and END follows the last.
    """

    def __init__(self, columns: Sequence[bytes], weights: Sequence[int], options: int) -> None:
        self.columns, self.weights, self.options = columns, weights, options
        self._at: dict[tuple[int, int], int] = {}
        self._places: dict[int, list[int]] = {}

    @cached_property
    def _pairs(self) -> tuple[tuple[Ranking, int], ...]:
        rows = zip(*self.columns, strict=True) if self.columns else ((),) * len(self)
        rankings = (row[: row.index(END)] if END in row else row for row in rows)
        return tuple(zip(rankings, self.weights, strict=True))

    def __len__(self) -> int:
        return len(self.weights)

    @overload
    def __getitem__(self, at: int) -> tuple[Ranking, int]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[Ranking, int], ...]: ...
    def __getitem__(self, at: int | slice) -> Any:
        return self._pairs[at]

    def __iter__(self) -> Iterator[tuple[Ranking, int]]:
        return iter(self._pairs)

    def __eq__(self, other: object) -> bool:
        return self._pairs == (other._pairs if isinstance(other, Columns) else other)

    def __hash__(self) -> int:
        return hash(self._pairs)

    @cached_property
    def everybody(self) -> int:
        """The bits of all rankings."""
        return (1 << len(self)) - 1

    def at(self, rank: int, option: int) -> int:
        """Return the bits of the rankings that have *option* at *rank*, both from 0."""
        if (rank, option) not in self._at:
            found = self.everybody
            for place, bits in enumerate(self._places_of(rank)):
                found &= bits if option >> place & 1 else self.everybody ^ bits
            self._at[rank, option] = found
        return self._at[rank, option]

    def _places_of(self, rank: int) -> list[int]:
        """For each binary place of an option's number, the bits of the rankings whose option at *rank* has it.

        There are fewer of them than options, and END, which has every place, is above all options.
        """
        if rank not in self._places:
            tables = ONE_BIT[: self.options.bit_length()]
            self._places[rank] = [int(self.columns[rank].translate(table), 2) for table in tables]
        return self._places[rank]

    def named_by(self, option: int) -> list[int]:
        """Return for each rank the bits of the rankings that have named *option* there or before."""
        return list(accumulate((self.at(rank, option) for rank in range(len(self.columns))), or_))

    def none_twice(self) -> bool:
        """Whether no ranking names an option twice. Eight options are looked at together, each a bit of a byte."""
        for first in range(0, self.options, 8):
            table = bytes(1 << (each - first) if first <= each < first + 8 else 0 for each in range(256))
            seen = 0
            for column in self.columns:
                here = int.from_bytes(column.translate(table), "little")
                if seen & here:
                    return False
                seen |= here
        return True

    @cached_property
    def _weight_bits(self) -> list[tuple[int, int]]:
        """For each binary place of the weights, its worth and the bits of the rankings whose weight has it."""
        places = array("Q", self.weights)
        if sys.byteorder == "big":  # pragma: no cover - On no machine that the tests run on.
            places.byteswap()
        body, found = places.tobytes(), []
        for place in range(max(self.weights, default=0).bit_length()):
            found.append((1 << place, int(body[place // 8 :: 8].translate(ONE_BIT[place % 8]), 2)))
        return found

    def papers(self, rankings: int) -> int:
        """Return how many papers there are of these *rankings*, given as bits."""
        return sum(worth * (rankings & bits).bit_count() for worth, bits in self._weight_bits)

    def depths_of(self, lying: Mapping[int, int]) -> list[int]:
        """Return for each ranking how many ranks were read, when it was read to the option with which it is *lying*.

        *lying* has the bits of the rankings by option. One that lies nowhere was read past its end: one rank more.
        """
        ended = reduce(xor, lying.values(), self.everybody)
        found = nowhere = self._bytes(ended)
        for rank, column in enumerate(self.columns):
            here = reduce(or_, (bits & self.at(rank, option) for option, bits in lying.items()), 0)
            found += (rank + 1) * self._bytes(here) if here else 0
            found += nowhere & int.from_bytes(column.translate(HAS_RANK), "little")
        return list(found.to_bytes(len(self), "little"))

    def _bytes(self, rankings: int) -> int:
        """Turn bits into a number with a byte for each ranking, 1 where the bit is set."""
        return int.from_bytes(f"{rankings:0{len(self)}b}".encode().translate(ONE_OR_NONE), "little")


# For each binary place, the digit that the numbers from 0 to 255 have there.
ONE_BIT = [bytes(ord("0") + (each >> place & 1) for each in range(256)) for place in range(8)]
ONE_OR_NONE = bytes(1 if each == ord("1") else 0 for each in range(256))
HAS_RANK = bytes(0 if each == END else 1 for each in range(256))
