"""What a file is, whatever its name says, and how a message shows what stood in it."""

from __future__ import annotations

import pytest

from governance.counting.files import Election, Malformed, read
from governance.counting.files.source import decoded, excerpt

BLT, CSV = b"2 1\n1 1 0\n0\nA\nB\n", b"rank 1,rank 2\nAnn,Ben\n"


@pytest.mark.parametrize(
    ("content", "name", "read_as"),
    [
        (BLT, "a.blt", ("A", "B")), (BLT, "A.BLT", ("A", "B")), (BLT, "a.txt", ("A", "B")), (BLT, "", ("A", "B")),
        (CSV, "a.csv", ("Ann", "Ben")), (CSV, "a.TSV", ("Ann", "Ben")), (CSV, "a.txt", ("Ann", "Ben")),
        (b"2 1,rank 1\nid,Ann\n", "a.txt", None), (CSV, "a.blt", None), (BLT, "a.csv", ("A", "B")),
        (b"1;2\nAnn;Ben\n", "a.csv", ("Ann", "Ben")), (b"\n # a\n2 1 # b\n1 1 0\n0\nA\nB\n", "", ("A", "B")),
    ],
)  # fmt: skip
def test_the_name_decides_and_then_the_first_line(content: bytes, name: str, read_as: tuple[str, ...] | None) -> None:
    found: Election | None
    try:
        found = read(content, "ranking", name)
    except Malformed:
        found = None
    assert (found.ballots.choices if found else None) == read_as


def test_scores_are_in_no_blt_file() -> None:
    with pytest.raises(Malformed, match="line 1: expected a CSV file of scores"):
        read(BLT, "scores", "a.blt")
    assert read(b"Ann,Ben\n1,2\n", "scores", "a.csv").ballots.groups == (((1, 2), 1),)


def test_a_message_shows_twenty_letters_at_most() -> None:
    assert excerpt("a" * 20) == f"«{'a' * 20}»"
    assert excerpt("a" * 21) == f"«{'a' * 20}…»"
    assert excerpt("a\nb\x00") == "«a?b?»"


def test_text_is_read_by_its_mark_with_any_line_end() -> None:
    for how in ("utf-8", "utf-8-sig", "utf-16", "latin-1"):
        assert decoded("Zoé\r\nBen\rCas\n".encode(how)) == "Zoé\nBen\nCas\n"


def test_letters_of_windows_1252_are_read_and_what_is_no_text_is_refused() -> None:
    assert decoded(b"\x93Zo\xeb\x94") == "“Zoë”"
    for wrong in (b"a\nb\x81", b"\nb\x81", b"\xff\xfea\n\x00\xd8"):
        with pytest.raises(Malformed, match="line 2: expected text in UTF-8"):
            decoded(wrong)


def test_an_empty_file_is_asked_for_a_header_row() -> None:
    with pytest.raises(Malformed, match="a header row"):
        read(b"", "ranking")
