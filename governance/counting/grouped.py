"""Ballots as every rule takes them: options, and papers that say the same put together with how many there are.

A paper is a tuple. A **ranking** names options by their number from 0, first choice first; a rank that was left out is
`()`, and options put equal are a tuple of their numbers. Rules that ask "which of these?" (plurality, approval,
Phragmén, yes or no) read the same papers. A **score paper** has one whole number or None for each option, in order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from governance.counting.columns import Columns
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

PASS_OVER, STOP, REFUSE, LAST, NO_OPINION = "pass_over", "stop", "refuse", "last", "no_opinion"


class _Unread:
    """The mark at the end of a ranking that is published only as deep as the count looked."""

    def _read(self, *_: object) -> NoReturn:
        raise RuleRefused(N_("The count needs to see more of a ballot than was published."))

    __index__ = __hash__ = __eq__ = __len__ = __iter__ = __bool__ = _read


UNREAD: Any = _Unread()

Paper = tuple[Any, ...]


@dataclass(frozen=True)
class Ballots:
    """What is counted.

    *groups* are (paper, how many) pairs: a tuple of them or, for many plain rankings, `Columns`. *withdrawn* options
    take no part: a ranking is read as if they were not there. *plain* says that whoever made this knows: rankings
    without gaps, equals or unread marks.
    """

    choices: tuple[str, ...]
    groups: Sequence[tuple[Paper, int]]
    withdrawn: frozenset[int] = frozenset()
    plain: bool = False

    @classmethod
    def of(cls, choices: Sequence[str], papers: Iterable[Paper], withdrawn: Iterable[int] = ()) -> Ballots:
        """Group *papers*, one each, in whatever order they lie."""
        counts: dict[Paper, int] = {}
        for paper in papers:
            counts[paper] = counts.get(paper, 0) + 1
        return cls(tuple(choices), tuple(counts.items()), frozenset(withdrawn))

    @property
    def standing(self) -> list[int]:
        """The options that take part."""
        return [each for each in range(len(self.choices)) if each not in self.withdrawn]

    @property
    def total(self) -> int:
        """How many papers there are, empty ones too."""
        if isinstance(self.groups, Columns):
            return sum(self.groups.weights)
        return sum(number for _, number in self.groups)

    def digest(self) -> bytes:
        """SHA-256 of the ballots, grouped and sorted: the seed of the lot for a file that has no box root.

        Each group is a line `number TAB paper`: ranks are separated by `>`, equal options by `=`, scores by `,`; an
        option is the SHA-256 of its name in hexadecimal. Lines are sorted, so neither the order of the ballots nor
        that of the options matters.
        """
        keys = [hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest() for name in self.choices]
        told: dict[str, int] = {}
        for paper, number in self.groups:
            line = _told(paper, keys)
            told[line] = told.get(line, 0) + number
        whole = hashlib.sha256("".join(f"{key}\n" for key in sorted(keys)).encode())
        for line in sorted(told):
            whole.update(f"{told[line]}\t{line}\n".encode())
        return whole.digest()

    def flat(self, equal: str, skipped: str) -> list[tuple[int, ...]]:
        """Return each group's ranking as option numbers alone, withdrawn ones left out.

        *equal*: `refuse`, `stop` (nothing from there on is read) or `pass_over` (that rank is not read, the next is).
        *skipped*: `pass_over` or `stop`. Raises RuleRefused for equals where they are refused.
        """
        if self.plain and not self.withdrawn:
            return [paper for paper, _ in self.groups]
        return [tuple(rank for rank, _ in self._ranks(paper, equal, skipped)) for paper, _ in self.groups]

    def _ranks(self, paper: Paper, equal: str, skipped: str) -> Iterator[tuple[int, int]]:
        """Yield (option, position in the paper) for what a rule may read."""
        for position, rank in enumerate(paper):
            if rank is UNREAD:
                yield rank, position
                return
            if isinstance(rank, tuple):
                standing = [each for each in rank if each not in self.withdrawn]
                if len(standing) == 1:
                    yield standing[0], position
                elif len(standing) > 1 and equal == REFUSE:
                    raise RuleRefused(N_("A ballot puts options equal. This way to count needs one at each rank."))
                elif (not rank and skipped == STOP) or (len(standing) > 1 and equal == STOP):
                    return
            elif rank not in self.withdrawn:
                yield rank, position

    def depths(self, flat_depths: Sequence[int], equal: str, skipped: str) -> tuple[int, ...]:
        """Turn depths in the flat rankings into depths in the papers as they were cast.

        A depth is how many ranks were read; one more than there are means that the end was read too.
        """
        if self.plain and not self.withdrawn:
            return tuple(flat_depths)
        found = []
        for (paper, _), depth in zip(self.groups, flat_depths, strict=True):
            positions = [position for _, position in self._ranks(paper, equal, skipped)]
            found.append(positions[depth - 1] + 1 if depth <= len(positions) else len(paper) + 1)
        return tuple(found)

    def whole_depths(self) -> tuple[int, ...]:
        """The depths of a rule that reads everything."""
        if isinstance(self.groups, Columns):
            return tuple(self.groups.depths_of({}))
        return tuple(len(paper) + 1 for paper, _ in self.groups)

    def cut(self, depths: Sequence[int]) -> Ballots:
        """Return the rankings only as deep as *depths*, ending in UNREAD where the end was not reached."""
        groups = tuple(
            (paper if depth > len(paper) else (*paper[:depth], UNREAD), number)
            for (paper, number), depth in zip(self.groups, depths, strict=True)
        )
        return Ballots(self.choices, groups, self.withdrawn)

    def scores(self, highest: int) -> list[tuple[tuple[int | None, ...], int]]:
        """Return the score papers, checked. Raises RuleRefused when one is no score paper or leaves 0 to *highest*."""
        for paper, _ in self.groups:
            if len(paper) != len(self.choices):
                raise RuleRefused(N_("A ballot must have a place for each option, and no more."))
            for score in paper:
                if score is not None and not (type(score) is int and 0 <= score <= highest):
                    raise RuleRefused(
                        Sentence(N_("Each score must be a whole number from 0 to {highest}."), highest=highest)
                    )
        return [(paper, number) for paper, number in self.groups]

    def named(self) -> list[frozenset[int]]:
        """Return for each group which standing options its paper names, at whatever rank."""
        found = []
        for paper, _ in self.groups:
            ranks = [each for rank in paper for each in (rank if isinstance(rank, tuple) else (rank,))]
            found.append(frozenset(ranks) - self.withdrawn)
        return found


def _told(paper: Paper, keys: Sequence[str]) -> str:
    if any(each is None for each in paper):
        pairs = zip(keys, paper, strict=False)
        return ",".join(sorted(f"{key}:{score}" for key, score in pairs))
    ranks = ["=".join(sorted(keys[each] for each in rank)) if isinstance(rank, tuple) else rank for rank in paper]
    return ">".join(keys[each] if isinstance(each, int) and each < len(keys) else str(each) for each in ranks)
