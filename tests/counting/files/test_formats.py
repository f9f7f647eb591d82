"""The formats that other programs write, each as a small file of our own with a result that was worked out by hand."""

from __future__ import annotations

import pytest

from governance.counting import RULES
from governance.counting.account import Account
from governance.counting.files import Election, Malformed, Marks, read
from governance.counting.lot import Lot

USUAL = Marks()


def election(text: str, name: str = "a.csv", papers: str = "ranking", marks: Marks = USUAL) -> Election:
    return read(text.encode(), papers, name, marks=marks)


def papers(text: str, name: str = "a.csv", marks: Marks = USUAL) -> tuple[tuple[str, ...], dict]:
    ballots = election(text, name, marks=marks).ballots
    return ballots.choices, dict(ballots.groups)


def counted(found: Election, rule: str = "irv") -> Account:
    return RULES[rule]().count(found.ballots, Lot(found.ballots.digest, "ballots"))


FORM = (
    'Timestamp,Email Address,"Where to? [1st choice]","Where to? [2nd choice]"\n'
    "3/4/2026 9:00:01,a@example.org,Park,Lake\n3/4/2026 9:05:00,b@example.org,Park,\n"
    '3/4/2026 9:06:00,c@example.org,"Lake, north",Park\n'
)


def test_a_form_that_asks_for_each_choice() -> None:
    assert papers(FORM) == (("Park", "Lake", "Lake, north"), {(0, 1): 1, (0,): 1, (2, 0): 1})
    assert counted(election(FORM)).winners == ("Park",)


def test_a_form_with_a_grid_of_options() -> None:
    grid = "Marca temporal,Rank [Ann],Rank [Ben],Rank [Cas]\n1/2/2026,1st choice,Second,\n1/3/2026,3,2nd,First choice\n"
    assert papers(grid) == (("Ann", "Ben", "Cas"), {(0, 1): 1, (2, 1, 0): 1})


ESS = (
    "Cast Vote Record,Precinct,Ballot Style,"
    "Mayor Choice 1 of 3 (017),Mayor Choice 2 of 3 (017),Mayor Choice 3 of 3 (017)\n"
    "1001,North,A,Ann,undervote,Ben\n1002,North,A,overvote,Ben,Cas\n1003,South,B,Cas,Cas,Ben\n1004,South,B,Ann,Ben,Ann\n"
)


def test_cast_vote_records_of_ess() -> None:
    assert papers(ESS) == (("Ann", "Ben", "Cas"), {(0, (), 1): 1, (): 1, (2, (), 1): 1, (0, 1): 1})
    assert counted(election(ESS)).winners == ("Ann",)
    other = ESS.replace("Mayor Choice 1 of 3 (017)", "Mayor 1st Choice")
    assert papers(other) == papers(ESS)
    named = "Cast Vote Record,Precinct,Ballot Style,Mayor 1st Choice,Mayor 2nd Choice\n7,N,A,Ann,Ben\n"
    assert papers(named) == (("Ann", "Ben"), {(0, 1): 1})
    with pytest.raises(Malformed, match="one contest in a file, not «Mayor» and «Clerk»"):
        election(named.replace("Mayor 2nd", "Clerk 1st"))
    with pytest.raises(Malformed, match="one contest in a file, not «Mayor» and «Clerk»"):
        election("Mayor 1st Choice,Clerk 1st Choice,Judge 1st Choice\nAnn,Ben,Cas\n")


@pytest.mark.parametrize(
    ("marks", "last", "second"),
    [
        (Marks(), {(2, (), 1): 1}, {(): 1}),
        (Marks(repeated="stop"), {(2,): 1}, {(): 1}),
        (Marks(overvote="pass_over"), {(2, (), 1): 1}, {((), 1, 2): 1}),
    ],
)
def test_a_name_that_stands_again_and_an_overvote_are_read_as_it_is_said(
    marks: Marks, last: dict, second: dict
) -> None:
    head, _, second_row, last_row, _ = ESS.splitlines()
    order = "1,N,A,Ann,Ben,Cas\n"
    for row, expected in ((last_row, last), (second_row, second)):
        assert papers(f"{head}\n{order}{row}\n", marks=marks)[1] == {(0, 1, 2): 1} | expected


def test_a_name_that_stands_again_and_an_overvote_may_be_refused() -> None:
    with pytest.raises(Malformed, match="line 4: expected each option at most once on a ballot, not «Cas» again"):
        election(ESS, marks=Marks(repeated="refuse"))
    with pytest.raises(Malformed, match="line 3: expected one name at a rank, not «overvote»"):
        election(ESS, marks=Marks(overvote="refuse"))
    assert papers("rank 1,rank 2\nAnn,Ann=Ben\n")[1] == {(0, 1): 1}


MAYOR = '"Mayor (Number of positions=1, Number of ranks=2)"'
DOMINION = (
    f"Town 2026,5.17.17.1\n,,,,{','.join([MAYOR] * 4)}\n,,,,Ann(1),Ben(1),Ann(2),Ben(2)\n"
    "CvrNumber,TabulatorNum,ImprintedId,BallotType,DEM,REP,,\n"
    "1,105,105-1-1,9,1,0,0,1\n2,105,105-1-2,9,0,1,0,0\n3,105,105-1-3,9,0,1,0,1\n"
    "4,105,105-1-4,9,1,1,0,0\n5,105,105-1-5,9,0,0,0,0\n6,105,105-1-6,7,,,,\n"
)


def test_cast_vote_records_of_dominion() -> None:
    found = election(DOMINION)
    assert (found.ballots.choices, found.seats, found.title) == (("Ann", "Ben"), 1, "Mayor")
    assert dict(found.ballots.groups) == {(0, 1): 1, (1,): 2, (): 2}
    assert counted(found).winners == ("Ben",)
    assert dict(election(DOMINION, marks=Marks(repeated="stop", overvote="pass_over")).ballots.groups) == {
        (0, 1): 1, (1,): 2, (): 2,
    }  # fmt: skip


def test_an_empty_column_after_the_last_option_is_none() -> None:
    with_one_more = DOMINION.replace("Ben(2)\n", "Ben(2),\n")
    assert election(with_one_more).ballots.groups == election(DOMINION).ballots.groups


DEEP = (
    "Town,5\n,,,,{0},{0},{0},{0},{0},{0},{0},{0},{0}\n".format('"Mayor (Number of positions=1)"')
    + ",,,,Ann(1),Ben(1),Cas(1),Ann(2),Ben(2),Cas(2),Ann(3),Ben(3),Cas(3)\nCvrNumber,,,,,,,,,,,,\n1,1,1,1,"
)


@pytest.mark.parametrize(
    ("row", "marks", "paper"),
    [
        ("1,1,0,1,0,0,0,0,0", USUAL, ()),
        ("1,1,0,1,0,0,0,0,0", Marks(overvote="stop"), ()),
        ("1,1,0,1,0,0,0,0,0", Marks(overvote="pass_over"), ((), 0)),
        ("1,0,0,1,0,0,0,1,0", USUAL, (0, (), 1)),
        ("1,0,0,1,0,0,0,1,0", Marks(repeated="stop"), (0,)),
        ("1,0,0,0,0,0,0,1,0", Marks(repeated="stop", overvote="stop"), (0, (), 1)),
        ("0,0,1,1,1,0,0,0,0", Marks(repeated="stop"), (2,)),
    ],
)
def test_marks_at_one_rank_or_again_at_a_later_one(row: str, marks: Marks, paper: tuple) -> None:
    assert dict(election(DEEP + row + "\n", marks=marks).ballots.groups) == {paper: 1}


def test_a_contest_of_dominion_without_ranks() -> None:
    contest = ",Board (Vote For=2)" * 3
    marks = f"Town,5\n{contest}\n,Ann,Ben,Cas\nCvrNumber,,,\n1,1,1,0\n2,0,0,1\n"
    found = election(marks, papers="approvals")
    assert (dict(found.ballots.groups), found.seats) == ({((0, 1),): 1, (2,): 1}, 2)
    two_rows_above = marks.partition("\n")[2]
    assert dict(election(two_rows_above).ballots.groups) == dict(found.ballots.groups)


@pytest.mark.parametrize(
    ("text", "marks", "line", "expected"),
    [
        (DOMINION.replace("2,105,105-1-2,9,0", "2,105,105-1-2,9,2"), Marks(), 6, "1 for a mark or 0 for none, not «2»"),
        (DOMINION, Marks(overvote="refuse"), 8, "one option at a rank"),
        (DOMINION, Marks(repeated="refuse"), 7, "each option at one rank"),
        (DOMINION.replace(MAYOR, "Clerk", 1), Marks(), 2, "one contest in a file, not «Clerk» and «Mayor"),
        (
            DOMINION.replace("CvrNumber", ",,,,,,,\nCvrNumber").replace("Town 2026,5.17.17.1\n", ""),
            Marks(),
            2,
            "one contest",
        ),
        (
            DOMINION.replace(MAYOR, "Clerk", 1).replace(MAYOR, "Judge", 1),
            Marks(),
            2,
            "one contest in a file, not «Clerk» and «Judge». Say",
        ),
        (DOMINION.replace("Ben(2)", "Ben(1)"), Marks(), 3, "a column for each option at each rank"),
        (DOMINION.replace(",,,,Ann(1)", "Ann(1)"), Marks(), 2, "one contest in a file"),
        (DOMINION.replace("5,105,105-1-5,9,0,0,0,0", "5,105,105-1-5,9,0,0,0"), Marks(), 9, "8 cells"),
    ],
)
def test_what_is_wrong_in_a_record_of_dominion(text: str, marks: Marks, line: int, expected: str) -> None:
    with pytest.raises(Malformed) as wrong:
        election(text, marks=marks)
    assert expected in wrong.value.expected
    assert wrong.value.line == line


def test_a_record_of_marks_has_no_scores() -> None:
    with pytest.raises(Malformed, match="a file of scores"):
        election(DOMINION, papers="scores")


def test_ballots_from_civs() -> None:
    civs = "Soup,Bread,Rice\n1,2,3\n1,No opinion,-\n3,1,1\n"
    assert papers(civs) == (("Soup", "Bread", "Rice"), {(0, 1, 2): 1, (0,): 1, ((1, 2), (), 0): 1})
    assert counted(election(civs), "schulze").winners == ("Soup",)


def test_what_opavote_exports_is_blt() -> None:
    text = '3 2\n# from OpaVote\n1 3 1 0\n1 1 - 2 0\n1 2=3 1 0\n1 0\n0\n"Ann"\n"Ben"\n"Cas"\n"Board 2026"\n'
    found = election(text, "ballots.txt")
    assert dict(found.ballots.groups) == {(2, 0): 1, (0, (), 1): 1, ((1, 2), 0): 1, (): 1}
    assert (found.seats, found.title) == (2, "Board 2026")


LUNCH = (
    "# FILE NAME: lunch.toi\n# TITLE: Lunch\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 8\n"
    "# ALTERNATIVE NAME 1: Soup\n# ALTERNATIVE NAME 2: Bread, dark\n# ALTERNATIVE NAME 3: Rice\n"
    "4: 1,{2,3}\n3: 3\n1: 2, 3,1\n"
)
STRICT = LUNCH.replace("{2,3}", "2,3").replace("3: 3\n", "3: 3,2,1\n")


@pytest.mark.parametrize("name", ["lunch.toi", "lunch.TOC", "lunch.txt", ""])
def test_rankings_from_preflib(name: str) -> None:
    found = election(LUNCH, name)
    assert (found.ballots.choices, found.title, found.seats) == (("Soup", "Bread, dark", "Rice"), "Lunch", None)
    assert dict(found.ballots.groups) == {(0, (1, 2)): 4, (2,): 3, (1, 2, 0): 1}


def test_the_four_kinds_of_preflib() -> None:
    for kind in ("soc", "soi", "toc", "toi"):
        found = election(STRICT.replace("TYPE: toi", f"TYPE: {kind}"), f"lunch.{kind}")
        assert dict(found.ballots.groups) == {(0, 1, 2): 4, (2, 1, 0): 3, (1, 2, 0): 1}
        assert counted(found, "schulze").winners == counted(found, "ranked-pairs").winners
    assert election(LUNCH.replace("3: 3\n", "1: 3\n2: 3\n# a note\n\n")).ballots.total == 8
    assert election(LUNCH.replace("# TITLE: Lunch\n", "")).title is None
    assert election(LUNCH.replace("# NUMBER VOTERS: 8\n", "")).ballots.total == 8


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("TYPE: toi", "TYPE: toc", 10, "all 3 options, as the file says that its rankings are complete"),
        ("VOTERS: 8", "VOTERS: 9", 5, "as many voters as there are ballots, 8, not «9»"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: x", 4, "# NUMBER ALTERNATIVES: 3"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 10001", 4, "10000 at most"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 10000", 4, "there is no # ALTERNATIVE NAME 4"),
        ("NAME 2: Bread, dark", "NAME: Bread, dark", 4, "there is no # ALTERNATIVE NAME 2"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 4", 4, "there is no # ALTERNATIVE NAME 4"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 2", 8, "names of options from 1 to 2, not of 3"),
        ("NAME 2: Bread, dark", "NAME 1: Bread", 7, "one name for option 1, which has one in line 6"),
        ("Bread, dark", "SOUP", 7, "not «SOUP», that looks like «Soup» in line 6"),
        ("TITLE: Lunch", "TITLE: Lu\x1bnch", 2, "a title without signs"),
        ("{2,3}", "{2,4}", 9, "numbers of options from 1 to 3, not «{2,4}»"),
        ("3: 3\n", "3: 4\n", 10, "numbers of options from 1 to 3, not «4»"),
        ("3: 3\n", "3: 3,3\n", 10, "3 is there twice"),
        ("3: 3\n", "3: 3,\n", 10, "does not end in a comma"),
        ("3: 3\n", "3: {3,2\n", 10, "options by number, like 1,{2,3}, not «{3,2»"),
        ("3: 3\n", "3 3\n", 10, "a number of ballots and a ranking"),
    ],
)
def test_what_is_wrong_in_a_file_of_preflib(old: str, new: str, line: int, expected: str) -> None:
    with pytest.raises(Malformed) as wrong:
        election(LUNCH.replace(old, new, 1), "lunch.toi")
    assert expected in wrong.value.expected
    assert wrong.value.line == line


def test_rankings_of_preflib_are_no_scores() -> None:
    with pytest.raises(Malformed, match="CSV file of scores"):
        election(LUNCH, "lunch.toi", papers="scores")
