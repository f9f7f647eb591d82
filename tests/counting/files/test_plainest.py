"""BLT read all at once: the same election as word by word, or left to whoever reads word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.columns import Columns
from governance.counting.files import Election, Malformed, plainest, read

BALLOT = st.integers(1, 12).flatmap(
    lambda last: st.tuples(st.integers(1, 11), st.permutations(range(1, 13)).map(lambda order: order[:last]))
)


def written(ballots: list[tuple[int, list[int]]], head: str = "12 2\n") -> str:
    lines = [f"{weight} {' '.join(map(str, ranks))} 0\n" for weight, ranks in ballots]
    return head + "".join(lines) + "0\n" + "".join(f'"Name {each} é"\n' for each in range(12)) + '"Title"\n'


def found(text: str) -> Election | tuple[int, str]:
    try:
        return read(text.encode(), "ranking", "a.blt")
    except Malformed as wrong:
        return wrong.line, wrong.expected


def agree(text: str) -> bool:
    """Whether reading at once changes nothing: neither the election nor what is said of a file that is wrong."""
    at_once = found(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plainest, "columns", lambda body, options: None)
        by_word = found(text)
    if isinstance(at_once, Election) and isinstance(by_word, Election):
        both = (at_once, by_word)
        one, other = ({paper: 0 for paper, _ in each.ballots.groups} for each in both)
        for tally, each in zip((one, other), both, strict=True):
            for paper, number in each.ballots.groups:
                tally[paper] += number
        heads = [(each.seats, each.title, each.ballots.choices, each.ballots.withdrawn) for each in both]
        return one == other and heads[0] == heads[1]
    return at_once == by_word


@given(st.lists(BALLOT, max_size=8), st.sampled_from(["12 2\n", "12 2\n-3\n", "\n12 2 -3\n\n", "# why\n12 2\n"]))
def test_it_is_the_election_that_is_read_word_by_word(ballots: list[tuple[int, list[int]]], head: str) -> None:
    assert agree(written(ballots, head))


@given(st.lists(BALLOT, min_size=1, max_size=5), st.data())
def test_whatever_is_changed_in_the_text_is_taken_in_the_same_way(
    ballots: list[tuple[int, list[int]]], data: st.DataObject
) -> None:
    text = written(ballots)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, text.index('"') - 1))
        new = data.draw(
            st.sampled_from(["", " ", "  ", "\n", "0", "1", "10", "13", "-", "=", ":", "# no", " 10 ", "é"])
        )
        text = text[:at] + new + text[at + data.draw(st.integers(0, 3)) :]

    assert agree(text)


def test_plain_files_are_read_at_once_and_others_are_not() -> None:
    plain = "1 12 10 11 0\n2 3 0\n1 0\n1 3 0\n"
    assert plainest.columns(plain.encode(), 12) == (((11, 9, 10), 1), ((2,), 2), ((), 1), ((2,), 1))
    election = read(written([(1, [12, 10, 11])]).encode(), "ranking", "a.blt")
    assert isinstance(election.ballots.groups, Columns)
    for other in (
        "", "1 1 1 0\n", "1 10 10 0\n", "1 13 0\n", "10 1 0\n", "1 1\n", "1 1  0\n", "1 1=2 0\n", "1 - 1 0\n",
        "1 1 0 1 2 0\n", "1 : 0\n", " 1 1 0\n", "1 1 0 \n", "\n1 1 0\n", "1 1 0\n\n", "1 100 0\n", "1 1 0 0\n",
        "0 1 0\n", "1 1 2 3 4 5 6 7 8 9 10 11 12 1 0\n",
    ):  # fmt: skip
        assert plainest.columns(other.encode(), 12) is None, other
    assert plainest.columns(b"1 1 0\n", 41) is None
    assert plainest.columns(b"1 9 0\n", 3) is None


def test_the_largest_plain_file_is_read_at_once_and_equal_lines_are_added_up() -> None:
    everybody = " ".join(map(str, range(1, plainest.MOST + 1)))
    whole = plainest.columns(f"1 {everybody} 0\n".encode(), plainest.MOST)
    assert whole == ((tuple(range(plainest.MOST)), 1),)
    assert plainest.columns(b"3 2 1 0\n3 2 1 0\n", 2) == (((1, 0), 6),)
