"""Rows are put together block by block, in two ways that come to the same: uncut where nothing is quoted, or cut."""

from __future__ import annotations

import pytest

from governance.counting.files import Malformed, csv_rows, read
from governance.counting.files.header import understood

BALLOTS = [("Ann", "Ben"), ("Ben", ""), ("Ann", "Ben"), ("Cas", "Ann"), ("", "Ben"), ("Ben", "")]


@pytest.fixture(autouse=True, params=[1, 7, 30, 1 << 20])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is cut into so many signs at once; what it holds does not hang on it."""
    monkeypatch.setattr(csv_rows, "BLOCK", request.param)


def groups(text: str) -> dict:
    ballots = read(text.encode(), "ranking", "a.csv").ballots
    return {tuple(ballots.choices[each] if each != () else "" for each in paper): n for paper, n in ballots.groups}


BEFORE = {"": "", "id,": "7,", "weight,": "3,", "id,weight,": "7,3,", "weight,id,": "3,7,"}


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("above", ["", "\n\n"])
@pytest.mark.parametrize("below", ["", "\n", "\n \n\n"])
@pytest.mark.parametrize("before", BEFORE)
def test_each_row_is_one_ballot_whatever_stands_before_it(before: str, below: str, above: str, quoted: bool) -> None:
    times = 3 if "weight" in before else 1
    first = '"rank 1"' if quoted else "rank 1"
    rows = "\n".join(BEFORE[before] + ",".join(each) for each in BALLOTS)
    assert groups(f"{above}{before}{first},rank 2\n{rows}{below}") == {
        ("Ann", "Ben"): 2 * times, ("Ben",): 2 * times, ("Cas", "Ann"): times, ("", "Ben"): times,
    }  # fmt: skip


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize(
    ("header", "good", "bad", "expected"),
    [
        ("id,weight,rank 1,rank 2", "7,3,Ann,Ben", "7,x,Ann,Ben", "a whole number of ballots, not «x»"),
        ("rank 1,rank 2", "Ann,Ben", "Ann", "2 cells, as in the header row, but there are 1"),
        ("rank 1,rank 2", "Ann,Ben", "Ben,Ann,Ann", "2 cells, as in the header row, but there are 3"),
        ("id,rank 1,rank 2", "7,Ann,Ben", "8,Ann", "3 cells, as in the header row, but there are 2"),
        ("id,weight,rank 1,rank 2", "7,3,Ann,Ben", "7", "4 cells, as in the header row, but there are 1"),
        ("rank 1,rank 2", "Ann,Ben", "Ann,=Ben", "both sides"),
    ],
)
def test_what_is_wrong_is_found_in_its_line(header: str, good: str, bad: str, expected: str, quoted: bool) -> None:
    header = header.replace("rank 1", '"rank 1"') if quoted else header
    for place in (2, 3, 9):
        rows = [good] * 10
        rows.insert(place - 2, bad)
        with pytest.raises(Malformed) as wrong:
            groups("\n".join([header, *rows]) + "\n")
        assert expected in wrong.value.expected
        assert wrong.value.line == place


def test_names_that_are_known_do_not_make_a_row_any_longer() -> None:
    with pytest.raises(Malformed, match="line 4: expected 2 cells, as in the header row, but there are 3"):
        groups("rank 1,rank 2\nAnn,Ben\nCas,Ann\nAnn,Ben,Cas\n")


def test_of_one_column_a_row_is_a_name_and_a_blank_one_is_nothing() -> None:
    assert groups('vote\n"yes"\n  \n"yes"\nno\n') == {("yes",): 2, ("no",): 1}
    assert groups("vote\nyes\n  \nyes\nno") == {("yes",): 2, ("no",): 1}


def test_a_record_of_marks_begins_in_the_first_four_rows() -> None:
    record = 'Town,5\n,"Mayor (Vote For=1)","Mayor (Vote For=1)"\n,Ann,Ben\nCvrNumber,,\n1,1,0\n'
    assert groups(record) == {("Ann",): 1}
    with pytest.raises(Malformed):
        groups("more,\n" + record)


DIFFERING = "".join(f"Option {at},Ben\n" for at in range(3000))
ALIKE = "Ann,Ben\n" * 3000


@pytest.mark.parametrize("header", ["rank 1,rank 2\n", "id,rank 1,rank 2\n"])
@pytest.mark.parametrize(
    ("rows", "differ"),
    [(DIFFERING, True), (ALIKE, False), (DIFFERING + ALIKE, False), (ALIKE + DIFFERING, False), ("", False)],
    ids=["differing", "alike", "alike further down", "alike further up", "none"],
)
def test_rows_are_read_uncut_where_most_differ_from_the_first_to_the_last(header: str, rows: str, differ: bool) -> None:
    rows = rows.replace("Option", "7,Option").replace("Ann", "7,Ann") if header.startswith("id") else rows
    found = csv_rows.Rows(header + rows)
    blocks = found.mostly_differing(understood(found.at, found.header))
    assert (blocks and "\n".join(blocks)) == (rows.removesuffix("\n") if differ else None)


@pytest.mark.parametrize("header", ["weight,rank 1\n", '"rank 1",rank 2\n'])
def test_rows_that_need_a_closer_look_are_put_together_however_they_differ(header: str) -> None:
    found = csv_rows.Rows(header + "".join(f"{at},\n" for at in range(3000)))
    assert found.mostly_differing(understood(found.at, found.header)) is None
