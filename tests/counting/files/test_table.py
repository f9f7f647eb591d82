"""CSV of ballots, in its two shapes."""

from __future__ import annotations

import pytest

from governance.counting.files import Malformed, read


def table(text: str, papers: str = "ranking") -> tuple[tuple[str, ...], dict]:
    ballots = read(text.encode(), papers, "a.csv").ballots
    return ballots.choices, dict(ballots.groups)


def test_a_column_for_each_rank() -> None:
    text = "weight,rank 1,rank 2,rank 3\n3,Ann,Ben,\n1,Ben=Cas,,Ann\n\n2,,,\n"
    assert table(text) == (("Ann", "Ben", "Cas"), {(0, 1): 3, ((1, 2), (), 0): 1, (): 2})
    assert table("vote\nyes\nno\nyes\n") == (("yes", "no"), {(0,): 2, (1,): 1})
    assert table("vote,weight\nyes,3\nno,2\n") == (("yes", "no"), {(0,): 3, (1,): 2})


def test_rankings_that_are_known_to_be_plain_are_no_scores() -> None:
    for text, papers, plain in (
        ("rank 1,rank 2\nAnn,Ben\n", "ranking", True),
        ("rank 1,rank 2\nAnn=Ben,\n", "ranking", False),
        ("Ann,Ben\n1,2\n", "scores", False),
    ):
        assert read(text.encode(), papers, "a.csv").ballots.plain is plain


def test_a_row_that_stands_for_no_ballot_counts_for_nothing() -> None:
    assert table("weight,rank 1\n0,Ann\n2,Ben\n") == (("Ann", "Ben"), {(1,): 2})


def test_a_column_for_each_option() -> None:
    assert table("Ann;Ben;Cas\n1;2;\n2;2;4\n;;\n") == (
        ("Ann", "Ben", "Cas"), {(0, 1): 1, ((), (0, 1), (), 2): 1, (): 1},
    )  # fmt: skip
    assert table("id\tballots\tAnn\tBen\nx1\t4\t5\t\n", "scores") == (("Ann", "Ben"), {(5, None): 4})
    assert table('"Ann, who",Ben\nx,\nyes,1\n0,no\n', "approvals") == (
        ("Ann, who", "Ben"), {(0,): 1, (0, 1): 1, (): 1},
    )  # fmt: skip


def test_columns_and_words_as_forms_and_scanners_write_them() -> None:
    for header in ("1st choice,2nd choice", "First choice,Second choice", "Choice1,Choice2", "Rank 1,Rank 2,,"):
        more = "," * (header.count(",") - 1)
        assert table(f"{header}\nAnn,Ben{more}\nBen,{more}\n") == (("Ann", "Ben"), {(0, 1): 1, (1,): 1})
    assert table("Precinct,count,rank1,rank2\nP1,2,Ann,Ben\n") == (("Ann", "Ben"), {(0, 1): 2})
    scanned = "ballot_id,Rank 1,Rank 2,Rank 3\n1,Ann,undervote,Ben\n2,Skipped,Ben,skipped\n3,Ben,overvote,Ann\n"
    assert table(scanned) == (("Ann", "Ben"), {(0, (), 1): 1, ((), 1): 1, (1,): 1})
    with pytest.raises(Malformed, match="line 2: expected 2 cells"):
        table("rank 1,rank 2,\nAnn,Ben,Cas\n")


def test_an_option_may_be_called_as_a_first_column_is_before_ranks() -> None:
    assert table("N,S\n1,2\n2,1\n") == (("N", "S"), {(0, 1): 1, (1, 0): 1})
    assert table("Votes,Money\nx,\n", "approvals") == (("Votes", "Money"), {(0,): 1})
    assert table("n,rank 1\n2,Ann\n") == (("Ann",), {(0,): 2})


def test_a_mark_is_a_first_choice_and_a_level_goes_by_how_people_say_it() -> None:
    marked = table("Ann,Ben\nx,\n,X\n,1\n")
    assert marked == (("Ann", "Ben"), {(0,): 1, (1,): 2})
    assert table("Ann,Ben\nx,0\nno,yes\n") == (("Ann", "Ben"), {(0,): 1, (1,): 1})
    said, _ = table("vote\nStand aside\nagree with worry\nAGREE\n", "words")
    assert set(said) == {"aside", "worry", "agree"}


def test_what_the_file_is_shows_in_its_first_line_when_its_name_does_not_say() -> None:
    assert read(b"2 1\n1 1 0\n0\nA\nB\n", "ranking").ballots.choices == ("A", "B")
    assert read(b"\n# whose\n2 1\n1 1 0\n0\nA\nB\n", "ranking").ballots.choices == ("A", "B")
    assert read(b"rank 1,rank 2\nAnn,Ben\n", "ranking").ballots.choices == ("Ann", "Ben")
    with pytest.raises(Malformed, match="a header row"):
        read(b"\n \n", "ranking")


@pytest.mark.parametrize(
    ("text", "papers", "line", "expected"),
    [
        ("", "ranking", 1, "a header row"),
        ("Ann,,Cas\n1,2,3\n", "ranking", 1, "a name for each column"),
        ("rank 2,rank 1\nAnn,Ben\n", "ranking", 1, "columns in the order of their ranks"),
        ("rank 1,rank 3\nAnn,Ben\n", "ranking", 1, "columns in the order of their ranks"),
        ("rank 1,Remarks\nAnn,hello\n", "ranking", 1, "«Remarks» to be a rank as «rank 1» is"),
        ("weight,count,Ann\n1,2,3\n", "ranking", 1, "one column of weights, not «weight» and «count»"),
        ("weight,count,ballots,Ann\n1,2,3,1\n", "ranking", 1, "one column of weights, not «weight» and «count»"),
        ("id,vote\n7\n", "ranking", 2, "2 cells, as in the header row, but there are 1"),
        ("id,weight,vote\n\n1,2,Ann\n1,x,Ann\n", "ranking", 4, "a whole number of ballots, not «x»"),
        ('id,weight,vote\n1,2,"Ann"\n1,x,Ann\n', "ranking", 3, "a whole number of ballots, not «x»"),
        ('id,vote\n1,"Ann"\n1\n', "ranking", 3, "2 cells"),
        ('Ann,Ben\n"1",2\n"x",2\n', "ranking", 3, "a rank, 1 for the first choice"),
        ("vote\n\x1b]0;x\x07\n", "ranking", 2, "a name on one line, without signs that control a screen"),
        ("vote\n\u200b\n", "ranking", 2, "a name that is not empty"),
        (",,\n1,2,3\n", "ranking", 1, "a header row"),
        ("Ann,ann\n1,2\n", "ranking", 1, "a name that no other option has, not «ann», that looks like «Ann»"),
        ("Ann,Ben\n1,2\n1,2,3\n", "ranking", 3, "2 cells"),
        ("votes,Ann,Ben\n3,1,2\n", "ranking", 1, "weight or id in place of «votes»"),
        ("votes,7,Ann\n3,1,2\n", "ranking", 1, "weight or id in place of «votes»"),
        ("First,Second\nx,\n,x\n", "ranking", 1, "a column named after each option"),
        ("Ann,Ben\nAnn,Ben\n", "ranking", 2, "a rank, 1 for the first choice, not «Ann»"),
        ("Ann,Ben\n1,later\n", "ranking", 2, "a rank, 1 for the first choice, not «later»"),
        ("Ann,Ben\n1,99999\n", "ranking", 2, "a rank of at most"),
        ("Ann,Ben\n1,2.5\n", "scores", 2, "a score, a whole number"),
        ("Ann,Ben\n1,maybe\n", "approvals", 2, "a mark"),
        ("weight,Ann\n1.5,1\n", "ranking", 2, "a whole number of ballots, not «1.5»"),
        ("rank 1,rank 2\nAnn=Ann,Ben\n", "ranking", 2, "at most once"),
        ("rank 1,rank 2\nAnn=,Ben\n", "ranking", 2, "both sides"),
        ("rank 1,rank 2\n,\n", "ranking", 1, "names an option"),
        ("rank 1,rank 2,rank 3\nx,X,✓\n", "ranking", 1, "a column named after each option"),
        ('"Ann,Ben\n', "ranking", 1, "closing quote"),
        ("Ann,Ben\n1,no\n", "ranking", 2, "a rank, 1 for the first choice"),
        ("Ann,Ben\n1,10001\n", "ranking", 2, "a rank of at most 10000"),
        ("rank 1,rank 2\nAnn,Ben\n", "scores", 1, "a column for each option"),
        ('Ann,Ben\n"1,2\n', "ranking", 2, "closing quote"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, papers: str, line: int, expected: str) -> None:
    with pytest.raises(Malformed) as wrong:
        table(text, papers)
    assert expected in wrong.value.expected
    assert wrong.value.line == line


def test_rows_that_are_alike_count_each_and_what_is_wrong_is_told_where_it_first_stands() -> None:
    election = read(b'weight,"An n",Ben\n2,1,2\n3,2,1\n2,1,2\n2, 1 ,2\n', "ranking", "a.csv")
    assert election.ballots.choices == ("An n", "Ben")
    assert dict(election.ballots.groups) == {(0, 1): 6, (1, 0): 3}
    with pytest.raises(Malformed, match="line 3: expected a rank"):
        read(b"Ann,Ben\n1,2\nx,2\n1,2\nx,2\ny,2\n", "ranking", "a.csv")


def test_a_rank_may_be_as_deep_as_ten_thousand() -> None:
    _, papers = table("Ann,Ben\n1,10000\n")
    assert [len(each) for each in papers] == [10_000]


def test_a_mark_alone_is_the_first_choice_of_its_own_column() -> None:
    assert table("Ann,Ben\nx,\n") == (("Ann", "Ben"), {(0,): 1})
    every = table("A,B,C,D,E,F,G,H,I,J,K\n1,x,yes,y,true,✓,,0,no,n,false\n")
    assert every[1] == {((0, 1, 2, 3, 4, 5),): 1}


def test_what_is_passed_over_by_its_name_stands_before_the_options() -> None:
    assert table("id,weight,precinct,Ann\n7,2,1,2\n") == (("Ann",), {((), 0): 2})
    assert table("id,vote\n7,Ann") == (("Ann",), {(0,): 1})
    assert table("id,vote\n7,Ann\n\n8,Ann\n") == (("Ann",), {(0,): 2})
    assert table(",rank 1\n0,Ann\n1,Ann\n") == (("Ann",), {(0,): 2})
    assert table("Ann,id\n1,2\n") == (("Ann", "id"), {(0, 1): 1})


def test_a_blank_line_is_no_ballot_and_a_quoted_name_may_follow_a_space() -> None:
    assert table("vote\nyes\n  \n") == (("yes",), {(0,): 1})
    assert table('Ann, "Ben, too"\n1,2\n') == (("Ann", "Ben, too"), {(0, 1): 1})
