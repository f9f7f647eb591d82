"""What looks like a ballot file and would count as another election than was held: told with its line, never counted.

Each case stands beside one that differs in the one thing that matters, and is read.
"""

from __future__ import annotations

import pytest

from governance.counting.files import Marks
from tests.counting.files.test_real_shapes import CODED, DOMINION, RCTAB, papers, refused

TWO_WARDS = "Ward 1 [Ann],Ward 1 [Ben],Ward 12 [Dee],Ward 12 [Eli]\n1,2,2,1\n"
ADDED_UP = "Choice,Count\nAnn,3\nBen,2\nTotal,5\n"


def test_an_option_with_two_numbers_at_one_rank_is_two_options() -> None:
    assert papers(CODED)[0] == ("Lee, Ann", "Roe, Ben")
    line, expected = refused(CODED.replace('3,A,S,"Roe, Ben (12)"', '3,A,S,"Roe, Ben (13)"'))
    assert line == 4
    assert expected == "one number behind an option at a rank, not «Roe, Ben (12)» and «Roe, Ben (13)»"


@pytest.mark.parametrize("name", ["Total", "TOTALS", "sum", "Average"])
def test_a_row_that_adds_up_the_others_is_no_option(name: str) -> None:
    line, expected = refused(ADDED_UP.replace("Total", name))
    assert line == 4
    assert expected == f"no row «{name}»: take out what adds up the others"
    assert papers("Choice\nAnn\nAnn\nTotal\n")[0] == ("Ann", "Total"), "without weights nothing is added up"


def test_a_column_that_adds_up_the_others_wins_no_scores() -> None:
    assert refused("Ann,Ben,Total\n5,1,6\n2,3,5\n", kind="scores") == (
        1, "no column «Total»: take out what adds up the others",
    )  # fmt: skip
    assert papers("Ann,Ben,Cas\n5,1,6\n2,3,5\n", kind="scores")[0] == ("Ann", "Ben", "Cas")


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ('"Ann, Ben"\n"Ben, Ann"\n', "Ben, Ann"),
        ("Ann;Ben\nCas;Dee\n", "Ann;Ben"),
        ("Ann>Ben\nCas>Dee\n", "Ann>Ben"),
        ("Ann|Ben\nBen|Cas\n", "Ann|Ben"),
    ],
)
def test_a_list_in_a_column_of_its_own_is_no_option(rows: str, shown: str) -> None:
    line, expected = refused("Choice\n" + rows)
    assert line in {2, 3}
    assert expected == f"one name in a cell, not «{shown}». Give each rank a column of its own"


def test_names_with_a_comma_or_a_semicolon_are_names() -> None:
    assert papers('Choice\n"Lake, north"\n"Park, north"\n')[0] == ("Lake, north", "Park, north")
    assert papers("Choice\nSoup; hot\nSoup\n")[0] == ("Soup; hot", "Soup")
    assert papers("Choice\nSoup; hot\nSoup; hot\n")[0] == ("Soup; hot",), "all want the same"
    assert papers("rank 1,rank 2\nAnn;Bo,Cas;Di\n")[0] == ("Ann;Bo", "Cas;Di"), "beside other ranks it parts none"


@pytest.mark.parametrize("column", ["No.", "Member no", "#", "Voter number", "row_no", "Nr."])
def test_what_numbers_the_members_is_no_option(column: str) -> None:
    numbered = f"{column},Ann,Ben\n" + "".join(f"{n},{1 + n % 2},{2 - n % 2}\n" for n in range(1, 9))
    assert papers(numbered)[0] == ("Ann", "Ben")


def test_two_contests_that_differ_in_one_of_two_ids_are_not_mixed() -> None:
    twice = RCTAB.replace("Tabulator Id", "Contest")
    assert papers(twice.replace("ess,7,,", "ess,7,Mayor,"))[0] == papers(RCTAB)[0]
    mixed = twice.replace("ess,7,,", "ess,7,Mayor,").replace("Mayor,,a-2", "Clerk,,a-2")
    line, expected = refused(mixed)
    assert (line, expected) == (3, "one contest in a file, not «Mayor» and «Clerk». Keep the rows of one")
    empty_first = RCTAB.replace("ess,7,,,a-1", "ess,,,,a-1")
    assert refused(empty_first)[1].startswith("one contest in a file, not «» and «7»")


def test_the_name_of_a_contest_is_whole_words() -> None:
    assert papers(TWO_WARDS, marks=Marks(contest="Ward 1")) == (("Ann", "Ben"), {(0, 1): 1})
    assert papers(TWO_WARDS, marks=Marks(contest="ward 12"))[0] == ("Dee", "Eli")
    assert refused(TWO_WARDS, marks=Marks(contest="War"))[1].startswith("one contest with «War» in its name")


def test_the_columns_of_a_contest_in_a_record_of_dominion_lie_side_by_side() -> None:
    mayor, judge = "Mayor (Number of positions=1)", "Judge (Vote For=1)"
    first, _, *others = DOMINION.split("\n")
    apart = "\n".join([first, f",,{mayor},{mayor},{judge},{judge},{mayor},{mayor}", *others])
    line, expected = refused(apart, marks=Marks(contest="Mayor"))
    assert (line, expected) == (2, "the columns of «Mayor (Number of pos…» side by side")


def test_an_older_file_of_preflib_without_its_totals_loses_no_ballot() -> None:
    """Three numbers behind the names are totals where as many rows follow as they say. Else they may be a ballot."""
    names = "3\n1,Ann\n2,Ben\n3,Cas\n"
    assert papers(names + "5,5,2\n3,1,2,3\n2,3,2,1\n", "a.soc")[1] == {(0, 1, 2): 3, (2, 1, 0): 2}
    line, expected = refused(names + "3,3,2\n3,1,2,3\n", "a.soi")
    assert line == 5
    assert expected.startswith("a number of ballots and a ranking")
