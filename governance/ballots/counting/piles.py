"""Ballot papers in piles, as at a counting table: each lies with one option, at a value, read as far as need be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from governance.ballots.counting.grouped import Ballots


@dataclass(frozen=True)
class Moved:
    """What a move did: the votes each option gained, and those that went to nobody."""

    gained: dict[int, int]
    ended: int


class Piles:
    """The papers of *ballots*, at their first choices. A paper without one is not valid and lies nowhere.

    Votes are counted in units of which *unit* make one vote. `tallies` are the votes of each option.
    """

    def __init__(self, ballots: Ballots, equal: str, skipped: str, unit: int = 1) -> None:
        self.rankings = ballots.flat(equal, skipped)
        self.weights = [number for _, number in ballots.groups]
        self.unit = unit
        options = len(ballots.choices)
        self.going = [each not in ballots.withdrawn for each in range(options)]
        self._at = [0] * len(self.rankings)
        self._lying: list[dict[int, list[int]]] = [{} for _ in range(options)]
        first: list[list[int]] = [[] for _ in range(options)]
        papers = [0] * options
        for group, ranking in enumerate(self.rankings):
            if len(ranking):
                option = ranking[0]
                first[option].append(group)
                papers[option] += self.weights[group]
        for option in range(options):
            if first[option]:
                self._lying[option][unit] = first[option]
        self.valid = sum(papers)
        self.tallies = {option: papers[option] * unit for option in range(options)}

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
            for value, groups in self._lying[source].items():
                new = worth(value)
                counted, nowhere = self._hand_on(groups, new)
                ended += nowhere * new
                for option, papers in counted.items():
                    gained[option] += papers * new
            self._lying[source] = {}
            self.tallies[source] = keep
        for option, votes in gained.items():
            self.tallies[option] += votes
        return Moved(gained, ended)

    def _hand_on(self, groups: list[int], new: int) -> tuple[dict[int, int], int]:
        """Move *groups* on, and return how many papers each option got and how many have no next choice."""
        counted: dict[int, int] = {}
        piles: dict[int, list[int]] = {}
        nowhere = 0
        rankings, weights, going, read = self.rankings, self.weights, self.going, self._at
        for group in groups:
            ranking = rankings[group]
            end = len(ranking)
            at = read[group] + 1
            while at < end and not going[ranking[at]]:
                at += 1
            read[group] = at
            if at == end:
                nowhere += weights[group]
                continue
            option = ranking[at]
            if option in piles:
                piles[option].append(group)
                counted[option] += weights[group]
            else:
                piles[option] = [group]
                counted[option] = weights[group]
        for option, moved in piles.items():
            self._lying[option].setdefault(new, []).extend(moved)
        return counted, nowhere

    def depths(self) -> list[int]:
        """How many ranks of each group were read."""
        return [at + 1 for at in self._at]
