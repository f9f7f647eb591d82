"""PrefLib's files read all at once: the same election as line by line, or left to whoever reads line by line."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.columns import Columns
from governance.counting.files import Malformed, plainest, read

RANKING = st.integers(1, 4).flatmap(lambda many: st.permutations((1, 2, 3, 4)).map(lambda order: order[:many]))
BALLOTS = st.lists(st.tuples(st.integers(1, 12), RANKING), min_size=1, max_size=8)


def written(ballots: list[tuple[int, list[int]]], kind: str = "soi", voters: int | None = None) -> str:
    number = sum(weight for weight, _ in ballots) if voters is None else voters
    said = [f"# DATA TYPE: {kind}", "# TITLE: Lunch", "# NUMBER ALTERNATIVES: 4", f"# NUMBER VOTERS: {number}"]
    names = [f"# ALTERNATIVE NAME {each}: Dish {each}" for each in range(1, 5)]
    lines = [f"{weight}: {','.join(map(str, ranking))}" for weight, ranking in ballots]
    return "\n".join([*said, *names, *lines]) + "\n"


def found(text: str) -> object:
    try:
        election = read(text.encode(), "ranking", f"a.{'soc' if 'soc' in text else 'soi'}")
    except Malformed as wrong:
        return wrong.line, wrong.expected
    together: Counter[object] = Counter()
    for paper, number in election.ballots.groups:
        together[paper] += number
    return election.title, election.ballots.choices, together


def agree(text: str) -> bool:
    """Whether reading at once changes nothing: neither the election nor what is said of a file that is wrong."""
    at_once = found(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plainest, "columns", lambda body, options: None)
        return at_once == found(text)


@given(BALLOTS, st.sampled_from(("soi", "soc")))
def test_it_is_the_election_that_is_read_line_by_line(ballots: list[tuple[int, list[int]]], kind: str) -> None:
    assert agree(written(ballots, kind))


@given(BALLOTS, st.data())
def test_whatever_is_changed_in_the_text_is_taken_in_the_same_way(
    ballots: list[tuple[int, list[int]]], data: st.DataObject
) -> None:
    text = written(ballots)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(text.index("Dish 4") + 6, len(text)))
        new = data.draw(st.sampled_from(["", " ", "\n", "0", "1", "5", ",", ":", ": ", "{", "}", "# no\n", "é"]))
        text = text[:at] + new + text[at + data.draw(st.integers(0, 2)) :]
    assert agree(text)


PLAIN = [(1, [3, 1, 4]), (9, [2]), (1, [4, 3, 2, 1])]


def groups(text: str) -> object:
    return read(text.encode(), "ranking", "a.soi").ballots.groups


def test_plain_lines_are_kept_as_columns() -> None:
    at_once = groups(written(PLAIN))
    assert isinstance(at_once, Columns)
    assert dict(at_once) == {(2, 0, 3): 1, (1,): 9, (3, 2, 1, 0): 1}
    assert read(written(PLAIN).encode(), "ranking", "a.soi").ballots.plain


def test_so_are_those_of_a_file_that_says_that_each_names_all() -> None:
    assert isinstance(groups(written([(2, [3, 1, 4, 2]), (1, [4, 3, 2, 1])], "soc")), Columns)


@pytest.mark.parametrize(
    "text",
    [
        written([*PLAIN, (10, [1])]),
        written(PLAIN) + "# a remark\n",
        written(PLAIN).replace("1: 3,1,4", "1: 3,{1,4}"),
        written(PLAIN).replace("1: 3,1,4", "1: 3, 1, 4"),
        written(PLAIN).removesuffix("\n"),
    ],
    ids=["two digits", "a remark below", "two put equal", "spaces", "no last line end"],
)
def test_what_is_not_plain_is_read_line_by_line(text: str) -> None:
    assert not isinstance(groups(text), Columns)
    assert agree(text)


@pytest.mark.parametrize(
    "text",
    [
        written(PLAIN, "soc"),
        written([(1, [3, 1, 4]), (1, [2, 1, 4])], "soc"),
        written(PLAIN, voters=12),
        written([(1, [1, 1])]),
        written([(1, [5])]),
    ],
    ids=["not complete", "none complete", "one too few", "a name again", "no such option"],
)
def test_what_is_wrong_is_told_as_it_is_line_by_line(text: str) -> None:
    assert agree(text)
    assert len(found(text)) == 2  # type: ignore[arg-type]
