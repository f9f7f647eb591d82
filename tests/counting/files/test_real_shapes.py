"""The shapes that files of well known elections and forms have, each in a small file of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.cli import main
from governance.counting.files import Malformed, Marks, preflib, read
from governance.counting.files.preflib_before import as_today

USUAL = Marks()


def papers(text: str, name: str = "a.csv", marks: Marks = USUAL, kind: str = "ranking") -> tuple[tuple[str, ...], dict]:
    ballots = read(text.encode(), kind, name, marks=marks).ballots
    return ballots.choices, dict(ballots.groups)


def refused(text: str, name: str = "a.csv", marks: Marks = USUAL, kind: str = "ranking") -> tuple[int, str]:
    with pytest.raises(Malformed) as wrong:
        read(text.encode(), kind, name, marks=marks)
    return wrong.value.line, wrong.value.expected


MINNEAPOLIS = (
    'Precinct,1st Choice,2nd Choice,3rd Choice,Count\nW-1 P-01,Ann,Ben,"Cas ""C""",2\n'
    "W-1 P-02,undervote,Ben,undervote,3\nW-1 P-02,Ann,overvote,Ben,1\n"
)


def test_a_count_after_the_ranks_is_a_weight() -> None:
    expected = ("Ann", "Ben", 'Cas "C"'), {(0, 1, 2): 2, ((), 1): 3, (0,): 1}
    assert papers(MINNEAPOLIS) == expected
    older = MINNEAPOLIS.replace(" Choice", " CHOICE MAYOR TOWN").replace("Count", "COUNT")
    assert papers(older) == expected
    assert refused(MINNEAPOLIS.replace(",3\n", ",x\n")) == (3, "a whole number of ballots, not «x»")
    assert refused(MINNEAPOLIS.replace("Precinct", "weight"))[1] == ("one column of weights, not «weight» and «Count»")


def test_what_stands_after_ranks_and_is_neither_weight_nor_id_is_refused() -> None:
    assert papers("rank 1,rank 2,Weight,ID\nAnn,Ben,2,x1\n")[1] == {(0, 1): 2}
    assert refused("rank 1,rank 2,Remarks\nAnn,Ben,hello\n")[0] == 1


RCTAB = (
    "Source Filepath,CVR Provider,Contest Id,Tabulator Id,Batch Id,Record Id,Precinct,Precinct Portion,"
    "Rank 1,Rank 2,Rank 3\n"
    "a.xlsx,ess,7,,,a-1,,,Ann,undervote,undervote\na.xlsx,ess,7,,,a-2,,,Ben,Ann,overvote\n"
    "a.xlsx,ess,7,,,a-3,,,Ben,undervote,Ann\n"
)


def test_records_that_rctab_wrote() -> None:
    expected = ("Ann", "Ben"), {(0,): 1, (1, 0): 1, (1, (), 0): 1}
    assert papers(RCTAB) == expected
    newer = "\n".join(line.partition(",")[2].partition(",")[2] for line in RCTAB.splitlines())
    assert papers(newer) == expected


def test_rows_of_two_contests_are_not_counted_together() -> None:
    line, expected = refused(RCTAB.replace("ess,7,,,a-3", "ess,8,,,a-3"))
    assert (line, expected) == (4, "one contest in a file, not «7» and «8». Keep the rows of one")


CODED = (
    "Cast Vote Record,Precinct,Ballot Style,"
    "Governor 1st Choice (5715),Governor 2nd Choice (5718),Governor 3rd Choice (5720)\n"
    '1,A,S,"Lee, Ann (11)","Roe, Ben (22)",undervote\n2,A,S,"Roe, Ben (12)","Lee, Ann (21)",undervote\n'
    '3,A,S,"Roe, Ben (12)",undervote,"Lee, Ann (31)"\n'
)


def test_a_code_that_each_rank_has_for_an_option_is_no_part_of_its_name() -> None:
    assert papers(CODED) == (("Lee, Ann", "Roe, Ben"), {(0, 1): 1, (1, 0): 1, (1, (), 0): 1})


def test_a_number_in_brackets_is_part_of_a_name_where_ranks_have_no_codes() -> None:
    plain = 'rank 1,rank 2\n"Seat (1)","Seat (2)"\n'
    assert papers(plain)[0] == ("Seat (1)", "Seat (2)")
    one_code = CODED.replace("(5718)", "(5715)").replace("(5720)", "(5715)")
    assert papers(one_code)[0][:2] == ("Lee, Ann (11)", "Roe, Ben (22)")
    first, second = "Mayor 1st Choice (7)", "Mayor 2nd Choice (8)"
    assert papers(f'{first},{second}\n"Lee, Ann (11)","Roe, Ben (12)"\n')[0] == ("Lee, Ann", "Roe, Ben")
    assert papers(f'{first}\n"Lee, Ann (11)"\n')[0] == ("Lee, Ann (11)",)
    assert papers("Seat (1),Seat (2)\n1,2\n") == (("Seat (1)", "Seat (2)"), {(0, 1): 1})
    assert refused("Seat (1),Seat (2)\n1,2 (2)\n")[0] == 2


TWO = (
    "Cast Vote Record,Precinct,Mayor Choice 1 of 2 (01),Mayor Choice 2 of 2 (01),"
    "Clerk Choice 1 of 2 (02),Clerk Choice 2 of 2 (02),Parks\n"
    "1,A,Ann,Ben,Dee,undervote,Yes\n2,A,Ben,undervote,Eli,Dee,No\n"
)
BRACKETS = "Timestamp,Chair [Ann],Chair [Ben],Clerk [Dee],Clerk [Eli]\n1/2/26,1,2,2,1\n1/3/26,2,1,,1\n"
ANY_SEAT = "there is «Seat 1», «Seat 2», «Seat 3», «Seat 4», «Seat 5»"
CONTESTS = ",,{0},{0},{0},{0},{1},{1}".format('"Mayor (Number of positions=1)"', "Judge (Vote For=1)")
DOMINION = (
    f"Town,5\n{CONTESTS}\n,,Ann(1),Ben(1),Ann(2),Ben(2),Fay,Gus\nCvrNumber,BallotType,,,,,,\n"
    "1,7,1,0,0,1,0,1\n2,7,0,1,0,0,,\n3,7,,,,,1,0\n"
)


@pytest.mark.parametrize(
    ("text", "contest", "expected"),
    [
        (TWO, "mayor", (("Ann", "Ben"), {(0, 1): 1, (1,): 1})),
        (TWO, "Clerk", (("Dee", "Eli"), {(0,): 1, (1, 0): 1})),
        (BRACKETS, "Chair", (("Ann", "Ben"), {(0, 1): 1, (1, 0): 1})),
        (BRACKETS, "Clerk", (("Dee", "Eli"), {(1, 0): 1, (1,): 1})),
        (DOMINION, "Mayor", (("Ann", "Ben"), {(0, 1): 1, (1,): 1})),
        (DOMINION, "judge", (("Fay", "Gus"), {(1,): 1, (0,): 1})),
    ],
)
def test_one_contest_of_several_is_counted_alone(text: str, contest: str, expected: tuple) -> None:
    assert papers(text, marks=Marks(contest=contest)) == expected


@pytest.mark.parametrize(
    ("text", "contest", "expected"),
    [
        (TWO, "", "«Parks» to be asked as the others are. Take it out, or say --contest"),
        (TWO.replace(",Parks", ""), "", "one contest in a file, not «Mayor» and «Clerk». Say which with --contest"),
        (BRACKETS, "", "one contest in a file, not «Chair» and «Clerk». Say which with --contest"),
        (BRACKETS, "C", "one contest with «C» in its name, as --contest says; there is «Chair», «Clerk»"),
        (BRACKETS, "Judge", "one contest with «Judge» in its name, as --contest says; there is «Chair», «Clerk»"),
        (DOMINION, "", "Say which with --contest"),
        (DOMINION, "Parks", "there is «Mayor (Number of pos…», «Judge (Vote For=1)»"),
        ("Ann,Ben\n1,2\n", "Chair", "as --contest says; none has a name here"),
        (",".join(f"Seat {each} [Ann]" for each in range(1, 8)) + "\n", "Seat", ANY_SEAT),
        ("Chair [Ann],Clerk [Dee],Chair [Ben]\n1,1,2\n", "Chair", "the columns of «Chair» side by side"),
    ],
)
def test_which_contest_is_meant_has_to_be_clear(text: str, contest: str, expected: str) -> None:
    assert refused(text, marks=Marks(contest=contest))[1].endswith(expected)


@pytest.mark.parametrize("contest", ["", "Parks"])
def test_of_several_contests_the_line_that_names_them_is_told(contest: str) -> None:
    for blank in ("", "\n"):
        text = DOMINION.replace("\n,,Ann(1)", f"\n{blank},,Ann(1)")
        assert refused(text, marks=Marks(contest=contest))[0] == 2


def test_a_contest_is_no_question_for_a_file_of_one() -> None:
    assert refused("2 1\n1 1 0\n0\nA\nB\n", "a.blt", Marks(contest="A")) == (
        1, "a CSV file with columns for several contests, as --contest was said",
    )  # fmt: skip


@pytest.mark.parametrize(("said", "code"), [(("--contest", "Judge"), 0), ((), 2)])
def test_the_contest_is_named_on_the_command_line(
    said: tuple[str, ...], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cvr.csv").write_text(DOMINION, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["count", str(tmp_path / "cvr.csv"), "--rule", "plurality", *said])
    told = capsys.readouterr()
    assert (int(ended.value.code or 0), "Fay" in told.out, told.err.count("\n")) == (code, not code, code // 2)


def test_a_question_beside_those_of_the_ballot_is_no_option() -> None:
    form = "Timestamp,Rank [Ann],Rank [Ben],How old are you?\n1/2/26,1,2,34\n"
    assert refused(form) == (1, "«How old are you?» to be asked as the others are. Take it out, or say --contest")


@pytest.mark.parametrize("kind", ["ranking", "scores"])
def test_a_column_that_numbers_the_rows_is_no_option(kind: str) -> None:
    rows = "\n".join(f"{at},{1 + at % 2},{2 - at % 2}" for at in range(1, 8))
    assert refused(f"Row,Ann,Ben\n{rows}\n", kind=kind) == (
        1, "id in place of «Row», as that column numbers the rows and is no option",
    )  # fmt: skip
    assert papers(f"id,Ann,Ben\n{rows}\n", kind=kind)[0] == ("Ann", "Ben")
    assert papers("Cas,Ann,Ben\n1,2,3\n2,1,3\n3,2,1\n", kind=kind)[0] == ("Cas", "Ann", "Ben")


def test_scores_may_all_be_different_as_long_as_one_between_them_is_missing() -> None:
    assert papers("Cas,Ann\n1,2\n2,1\n4,2\n", kind="scores")[0] == ("Cas", "Ann")
    assert "id in place of «Cas»" in refused("Cas,Ann\n1,2\n3,1\n2,2\n", kind="scores")[1]


@pytest.mark.parametrize(
    ("cells", "line", "shown"),
    [
        (["Ann", '"Ann, Ben"', "Ben"], 3, "Ann, Ben"),
        (["Ann;Ben;Cas", "Cas;Ann;Ben"], 2, "Ann;Ben;Cas"),
        (["Ann > Ben", "Ben > Ann", "Ann"], 2, "Ann > Ben"),
        (["Ann", "Ben", "Ann / Ben"], 4, "Ann / Ben"),
        (["Ann", "Ann;Ben", "Cas;Ann"], 3, "Ann;Ben"),
    ],
)
def test_a_list_in_one_cell_is_no_option(cells: list[str], line: int, shown: str) -> None:
    vote = "id,vote\n" + "".join(f"7,{cell}\n" for cell in cells)
    for text in (vote, vote + '8,"Dee"\n'):
        assert refused(text) == (line, f"one name in a cell, not «{shown}». Give each rank a column of its own")


def test_a_name_may_hold_what_parts_a_list() -> None:
    names = ("Lake, north", "Park, north", "Ann & Ben", "Cas/Dee", "Soup", "Soup; hot", "R&B", "Rice|x")
    assert papers("vote\n" + "".join(f'"{name}"\n' for name in names))[0] == names


def test_numbers_of_voters_are_no_ranks_and_may_be_scores() -> None:
    numbers = [1043, 22, 871, 5, 60]
    rows = "\n".join(f"{number},{1 + at % 2},{2 - at % 2}" for at, number in enumerate(numbers))
    assert "id in place of «Who»" in refused(f"Who,Ann,Ben\n{rows}\n")[1]
    assert papers(f"Who,Ann,Ben\n{rows}\n", kind="scores")[0] == ("Who", "Ann", "Ben")
    assert papers(f"Who,Ann,Ben\n{rows}\n5,1,1\n")[0] == ("Who", "Ann", "Ben")


BEFORE = "3\n1,Soup\n2,Bread, dark\n3,Rice\n8,8,3\n4,1,{2,3}\n3,3\n1,2,3,1\n"


def test_a_text_is_of_preflib_from_its_first_line_on_however_short_it_is() -> None:
    assert preflib.looks_like("# FILE NAME: lunch.soc")
    assert not preflib.looks_like("# Lunch: soup")
    assert as_today("1\n1,Soup", ".soc") == (
        "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: Soup\n# DATA TYPE: soc"
    )  # fmt: skip
    for other in ("1", "1\nSoup\n1,1\n", "Soup\n1,Soup\n"):
        assert as_today(other, ".soc") == other


def test_a_file_of_preflib_from_before_2022() -> None:
    assert papers(BEFORE, "lunch.toi") == (
        ("Soup", "Bread, dark", "Rice"), {(0, (1, 2)): 4, (2,): 3, (1, 2, 0): 1},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "name", "line", "expected"),
    [
        ("", "", "lunch.toc", 7, "all 3 options"),
        ("8,8,3", "8,9,3", "lunch.toi", 5, "as many voters as there are ballots, 8, not «9»"),
        ("3,Rice\n", "", "lunch.toi", 5, "a number of ballots and a ranking"),
        ("3,3\n", "3,4\n", "lunch.toi", 7, "numbers of options from 1 to 3, not «4»"),
        ("3,3\n", "three\n", "lunch.toi", 7, "a number of ballots and a ranking"),
    ],
)
def test_what_is_wrong_in_an_older_file_is_told_with_its_line(
    old: str, new: str, name: str, line: int, expected: str
) -> None:
    found, said = refused(BEFORE.replace(old, new, 1), name)
    assert (found, expected in said) == (line, True)


def test_a_file_of_blt_may_go_by_the_name_of_csv() -> None:
    blt = "4 3 \n155 1 0\n52 1 2 0\n0\nAda M (Ind)\nBo R (Lab)\nCy P (Soc)\nDi W (Soc)\nA ward\n"
    assert papers(blt, "ward.csv") == (
        ("Ada M (Ind)", "Bo R (Lab)", "Cy P (Soc)", "Di W (Soc)"), {(0,): 155, (0, 1): 52},
    )  # fmt: skip
    assert papers("1\t2\nAnn\tBen\n", "a.csv")[1] == {(0, 1): 1}
