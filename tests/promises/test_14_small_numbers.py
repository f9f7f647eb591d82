"""Promise 14: small numbers stay hidden. A solver that knows the rule and the sum can't work out a hidden one.

It attacks the rule that tables are published by. What is really published is attacked in
`test_14_every_public_byte.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.privacy import Shown, safe_counts, shown


def test_a_number_under_three_is_fewer_than_three_and_zero_is_too() -> None:
    assert [str(shown(n).text) for n in range(5)] == ["fewer than 3"] * 3 + ["3", "4"]
    assert [shown(n).value for n in range(5)] == [None, None, None, 3, 4]


def test_the_floor_is_the_boards_to_set() -> None:
    assert str(shown(4, floor=5).text) == "fewer than 5"
    assert [shown(n, floor=1).value for n in (0, 1)] == [None, 1]
    with pytest.raises(ValueError, match="floor"):
        shown(4, floor=0)


def texts(row: Mapping[str, Shown]) -> dict[str, str]:
    return {name: str(cell.text) for name, cell in row.items()}


def test_the_other_side_of_a_lonely_no_is_held_back_too() -> None:
    assert texts(safe_counts({"yes": 6, "no": 1})) == {"yes": "not shown", "no": "fewer than 3"}
    assert texts(safe_counts({"yes": 3, "no": 4})) == {"yes": "3", "no": "4"}
    assert texts(safe_counts({"yes": 3, "no": 1})) == {"yes": "not shown", "no": "not shown"}
    # As little as keeps the small one hidden: what may be shown beside it is shown.
    assert list(texts(safe_counts({"yes": 4, "no": 3, "blank": 2})).values()) == ["not shown", "3", "fewer than 3"]


def test_without_a_known_total_only_the_small_numbers_are_hidden() -> None:
    row = safe_counts({"wait": 9, "water": 1}, total_shown=False)
    assert texts(row) == {"wait": "9", "water": "fewer than 3"}


def test_an_empty_row_is_an_empty_row() -> None:
    assert safe_counts({}) == {}


# The solver. It knows the total, it knows the rule and the program, and it tries every row there could be: those that
# would be published in the same way as the true one are what it cannot tell apart.


def rows_with_total(cells: int, total: int) -> Iterator[tuple[int, ...]]:
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in rows_with_total(cells - 1, total - first):
            yield (first, *rest)


def could_be(
    rows: Iterator[tuple[int, ...]], publish: Callable[[tuple[int, ...]], tuple[str, ...]]
) -> dict[tuple[str, ...], list[tuple[int, ...]]]:
    """Group all *rows* by what would be published of each."""
    groups = defaultdict(list)
    for row in rows:
        groups[publish(row)].append(row)
    return groups


def narrowest(groups: Mapping[tuple[str, ...], list[tuple[int, ...]]], cells: int) -> int:
    """Return to how few values the solver can narrow any hidden one of the first *cells* numbers, at worst."""
    fewest = 10**9
    for published, rows in groups.items():
        for place, text in enumerate(published[:cells]):
            if not text.isdecimal():
                fewest = min(fewest, len({row[place] for row in rows}))
    return fewest


def published_row(floor: int) -> Callable[[tuple[int, ...]], tuple[str, ...]]:
    def publish(row: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(texts(safe_counts({str(i): n for i, n in enumerate(row)}, floor)).values())

    return publish


@pytest.mark.parametrize("floor", [3, 5])
@pytest.mark.parametrize("cells", [1, 2, 3, 4, 5])
def test_a_solver_cannot_narrow_a_hidden_number_of_a_row_below_the_floor(cells: int, floor: int) -> None:
    # Totals under the floor are not published as numbers (`shown`), so the solver does not know those.
    for total in range(floor, 21 if cells < 4 else 14):
        groups = could_be(rows_with_total(cells, total), published_row(floor))
        assert narrowest(groups, cells) >= floor, total


def test_the_solver_does_break_a_row_that_hides_only_its_small_number() -> None:
    def naive(row: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(str(shown(n).text) for n in row)

    assert narrowest(could_be(rows_with_total(3, 9), naive), 3) == 1


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8), st.booleans())
def test_no_shown_number_is_under_the_floor_and_none_is_wrong(counts: dict[str, int], total_shown: bool) -> None:
    row = safe_counts(counts, total_shown=total_shown)
    assert row.keys() == counts.keys()
    assert all(cell.value is None or cell.value == counts[name] >= 3 for name, cell in row.items())
