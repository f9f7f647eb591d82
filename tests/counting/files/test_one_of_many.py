"""Files in which one of many is otherwise: what holds for one of them is not taken for all."""

from __future__ import annotations

import pytest

from governance.counting.files import read
from tests.counting.files.test_real_shapes import papers, refused


def dominion(columns: list[str], *rows: str) -> str:
    names = ",".join(["Mayor (Number of positions=1)"] * len(columns))
    marks = "".join(f"{number},7,{row}\n" for number, row in enumerate(rows, 1))
    return f"Town,5\n,,{names}\n,,{','.join(columns)}\nCvrNumber,BallotType{',' * len(columns)}\n{marks}"


def test_who_withdrew_is_told_from_a_word_beside_it() -> None:
    assert refused('2 1 -1 x\n1 2 0\n0\n"Ann"\n"Ben"\n"T"\n', "a.blt")[0] == 1


def test_one_of_two_equal_options_that_is_none_is_refused() -> None:
    assert refused('2 1\n1 1=9 0\n0\n"Ann"\n"Ben"\n"T"\n', "a.blt") == (
        2, "the number of an option from 1 to 2, or 0 at the end of a ballot, not «1=9»",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("names", "line"), [('"Ann" "Greens"\n"Ben"\n"Ward 6"\n', 5), ('"Ann"\n"Ben" "Greens"\n"Ward 6"\n', 5)]
)
def test_a_party_beside_one_name_alone_is_no_option(names: str, line: int) -> None:
    assert refused(f"2 1\n1 1 2 0\n0\n{names}", "a.blt") == (
        line, "a name on each line, or a name and its party on each",
    )  # fmt: skip


def test_one_column_with_a_rank_among_others_is_no_rank() -> None:
    assert papers(dominion(["Ann(1)", "Ben"], "1,0", "0,1")) == (("Ann(1)", "Ben"), {(0,): 1, (1,): 1})


def test_one_rank_that_is_none_is_refused() -> None:
    assert refused(dominion(["Ann(0)", "Ben(1)"], "1,0"))[0] == 3


def test_a_row_with_one_mark_and_nothing_beside_it_is_a_ballot() -> None:
    assert papers(dominion(["Ann(1)", "Ben(1)"], "1,", ",1", ","))[1] == {(0,): 1, (1,): 1}


def test_one_name_in_brackets_among_others_is_a_name() -> None:
    assert papers("Your vote [Ann],Ben\n1,2\n2,1\n")[0] == ("Your vote [Ann]", "Ben")


def test_one_column_that_is_a_rank_and_one_that_is_not() -> None:
    line, expected = refused("Rank 1,Your vote [Rank 2]\nAnn,Ben\n")
    assert (line, "Take out columns that are neither" in expected) == (1, True)


def test_one_ballot_with_equal_ranks_makes_the_election_no_plain_one() -> None:
    ballots = read(b"Rank 1,Rank 2\nAnn=Ben,\nAnn,Ben\n", "ranking", "a.csv").ballots
    assert dict(ballots.groups) == {((0, 1),): 1, (0, 1): 1}
    assert not ballots.plain
