"""Each option against each other: how many ballots put the one above the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from governance.counting.columns import Columns
from governance.counting.grouped import NO_OPINION, Ballots
from governance.counting.lot import Ties

Matrix = list[list[int]]


def pairwise(ballots: Ballots, unranked: str) -> tuple[Matrix, int]:
    """Return the matrix, and how many papers rank anything.

    *unranked*: options a paper does not name stand `last`, below all it names, or it has `no_opinion` of them. Ranks
    left out say nothing here. A paper puts its next rank above all that it has not named yet, so papers are first put
    together by who is next and who was named already; there are far fewer such pairs than papers.
    """
    if isinstance(ballots.groups, Columns):
        return _many_at_once(ballots.groups, ballots, unranked)
    options = len(ballots.choices)
    above: list[dict[int, int]] = [{} for _ in range(options)]
    named: dict[int, int] = {}
    bits = [1 << each for each in range(options)]
    for paper, number in ballots.groups:
        seen = 0
        for rank in paper:
            if isinstance(rank, tuple):
                together = sum({bits[each] for each in rank})
                for each in rank:
                    if not seen & bits[each]:
                        beside = (seen | together) & ~bits[each]
                        above[each][beside] = above[each].get(beside, 0) + number
                seen |= together
            else:
                where = above[rank]
                where[seen] = where.get(seen, 0) + number
                seen |= bits[rank]
        named[seen] = named.get(seen, 0) + number
    standing = sum(bits[each] for each in ballots.standing)
    valid = sum(number for seen, number in named.items() if seen & standing)
    matrix = [[0] * options for _ in range(options)]
    for one in ballots.standing:
        for beside, number in above[one].items():
            for other in ballots.standing:
                if other != one and not beside & bits[other]:
                    matrix[one][other] += number
    if unranked == NO_OPINION:
        _forget_unnamed(matrix, named, bits, ballots.standing)
    return matrix, valid


def _many_at_once(columns: Columns, ballots: Ballots, unranked: str) -> tuple[Matrix, int]:
    """The same from columns: for each two options, the bits of the rankings that name the one before the other."""
    standing, named = ballots.standing, {each: columns.named_by(each) for each in ballots.standing}
    anywhere = {each: ranks[-1] if ranks else 0 for each, ranks in named.items()}
    matrix = [[0] * len(ballots.choices) for _ in ballots.choices]
    for one in standing:
        for other in standing:
            if one < other:
                before = 0
                for rank, too in enumerate(named[other]):
                    here = columns.at(rank, one)
                    before |= here ^ (here & too)
                both = anywhere[one] & anywhere[other]
                after = (anywhere[one] | anywhere[other]) ^ before
                if unranked == NO_OPINION:
                    before, after = before & both, after & both
                matrix[one][other], matrix[other][one] = columns.papers(before), columns.papers(after)
    return matrix, columns.papers(reduce(or_, anywhere.values(), 0))


def _forget_unnamed(matrix: Matrix, named: Mapping[int, int], bits: Sequence[int], standing: Sequence[int]) -> None:
    for seen, number in named.items():
        for one in standing:
            for other in standing:
                if seen & bits[one] and not seen & bits[other]:
                    matrix[one][other] -= number


def strengths(matrix: Matrix, measure: str) -> Matrix:
    """Return how strongly each beats each, 0 where it does not: by `winning` votes, or by `margins`."""
    options = range(len(matrix))
    return [
        [
            0 if matrix[a][b] <= matrix[b][a] else matrix[a][b] - (matrix[b][a] if measure == "margins" else 0)
            for b in options
        ]
        for a in options
    ]


def named_matrix(matrix: Matrix, names: Sequence[str], standing: Sequence[int]) -> dict[str, Any]:
    """Return *matrix* as plain data, by name."""
    return {names[a]: {names[b]: matrix[a][b] for b in standing if b != a} for a in standing}


def wins(matrix: Matrix, standing: Sequence[int]) -> dict[int, int]:
    """Return how many others each option beats."""
    return {a: sum(matrix[a][b] > matrix[b][a] for b in standing) for a in standing}


def in_turn(standing: list[int], seats: int, ties: Ties, word: str, beats: Callable[[int, int], bool]) -> list[int]:
    """Return who wins: one in turn whom no one left *beats*, until all *seats* are filled or no one is left.

    Of several the lot decides; the account of the count says so under *word*.
    """
    left, winners = standing, list[int]()
    while left and len(winners) < seats:
        unbeaten = [each for each in left if not any(beats(other, each) for other in left)]
        winners += ties.by_lot(f"{len(winners) + 1} {word}", "elected", unbeaten)[:1]
        left = [each for each in left if each != winners[-1]]
    return winners
