"""BLT as it is met in the world: every addition, every line end, and one line for whatever is wrong."""

from __future__ import annotations

import pytest

from governance.counting.files import Election, Malformed, read
from governance.counting.files.blt import looks_like

NAMES = '"Adam"\n"Basil"\n"Charlotte"\n"Donald"\n'
BOOK = "4 2\n-2\n3 1 3 4 0\n4 1 3 2 0\n2 4 1 3 0\n1 2 0\n2 2 4 3 1 0\n1 3 4 2 0\n0\n" + NAMES + '"Title"\n'


def blt(text: str | bytes) -> Election:
    return read(text.encode() if isinstance(text, str) else text, "ranking", "a.blt")


def groups(text: str | bytes) -> dict:
    return together(blt(text))


def together(election: Election) -> dict:
    """How many ballots say each thing; a reader may leave equal ones apart."""
    found: dict = {}
    for paper, number in election.ballots.groups:
        found[paper] = found.get(paper, 0) + number
    return found


def test_the_example_of_the_paper() -> None:
    election = blt(BOOK)
    assert election.ballots.choices == ("Adam", "Basil", "Charlotte", "Donald")
    assert election.ballots.withdrawn == {1}
    assert (election.seats, election.title) == (2, "Title")
    assert dict(election.ballots.groups) == {
        (0, 2, 3): 3, (0, 2, 1): 4, (3, 0, 2): 2, (1,): 1, (1, 3, 2, 0): 2, (2, 3, 1): 1,
    }  # fmt: skip
    assert election.ballots.plain


@pytest.mark.parametrize(
    "other",
    [
        BOOK.replace("\n", "\r\n"),
        BOOK.replace("\n", "\r"),
        BOOK.replace("\n", "  \n\n"),
        BOOK.replace("4 1 3 2 0\n", "4 1 3 2 0\n\n"),
        "# whose\n" + BOOK.replace("4 1 3 2 0", "4 1 3 2 0   # four of them"),
        BOOK.replace("0\n", "0 ").replace('0 "', '0\n"'),
        BOOK.replace('"\n', '" '),
        BOOK.replace("3 1 3 4 0", "(a 1) 1 1 3 4 0\n(a 2) 1 1 3 4 0\n1 1 3 4 0"),
        BOOK.replace("4 1 3 2 0", "1 1 3 2 0 3 1 3 2 0"),
        BOOK.replace(" 0\n", "\n"),
        BOOK.replace(" 0\n", " # no end\n\n"),
        BOOK.replace("\n", " "),
        "# one line\n" + BOOK.replace("\n", " "),
        BOOK.replace("\n", " ", 9),
        BOOK.encode("utf-8-sig"),
        BOOK.encode("utf-16"),
        BOOK + '"Its source"\n"A comment"\n',
    ],
)
def test_the_same_election_written_otherwise(other: str | bytes) -> None:
    election = blt(other)
    assert together(election) == groups(BOOK)
    assert (election.ballots.choices, election.title) == (blt(BOOK).ballots.choices, "Title")


def test_equal_ranks_gaps_and_ballots_that_rank_nobody() -> None:
    text = "3 1\n1 1=2 3 0\n1 - 2 0\n2 1 = 3 2 0\n4 0\n0\n" + '"A"\n"B"\n"C"\n'
    assert groups(text) == {((0, 1), 2): 1, ((), 1): 1, ((0, 2), 1): 2, (): 4}
    assert blt(text).title is None


def test_an_id_may_touch_the_ballot() -> None:
    assert groups('2 1\n(A7)1 1 2 0\n(b 8) 1 2 0\n0\n"A"\n"B"\n') == {(0, 1): 1, (1,): 1}


def test_gaps_written_as_zeros() -> None:
    """As one site's elections are: three columns, 0 where nothing was chosen."""
    head, names = "3 1\n", '0\n"A"\n"B"\n"C"\n'
    assert groups(head + "1 0 0 1 0\n1 2 0 3 0\n1 2 3 0 0\n" + names) == {
        ((), (), 0): 1, (1, (), 2): 1, (1, 2, ()): 1,
    }  # fmt: skip
    assert groups(head + "1 2 0 2 3 1 0\n" + names) == {(1,): 1, (2, 0): 2}


def test_a_line_of_several_ballots_is_told_from_one_with_gaps() -> None:
    head, names = "3 1\n", '0\n"A"\n"B"\n"C"\n'
    assert groups(head + "1 2 0 1 3 0\n" + names) == {(1,): 1, (2,): 1}
    assert groups(head + "1 0 2 3 0\n" + names) == {((), 1, 2): 1}
    assert groups(head + "1 2 0 0\n1 3 1 0\n" + names) == {(1, ()): 1, (2, 0): 1}
    assert groups(head + "1 2 0 0\n" + names) == {(1, ()): 1}


def test_a_ballot_that_ranks_nobody_says_nothing_of_gaps() -> None:
    head, names = "3 1\n", '0\n"A"\n"B"\n"C"\n'
    assert groups(head + "4 0\n1 2 0 2 3 1 0\n" + names) == {(): 4, (1,): 1, (2, 0): 2}
    assert groups(head + "10 1=2 3 0\n" + names) == {((0, 1), 2): 10}
    assert read((head[:-1] + " -2\n1 1 0\n" + names).encode(), "ranking").ballots.withdrawn == {1}


def test_who_withdrew_may_stand_on_the_first_line() -> None:
    assert blt(BOOK.replace("4 2\n-2\n", "4 2 -2\n")).ballots.withdrawn == {1}
    assert blt('3 1\n-1\n-3\n1 2 0\n0\n"A"\n"B"\n"C"\n').ballots.withdrawn == {0, 2}


def test_a_head_too_long_to_be_read_at_once_is_read_to_its_end() -> None:
    """The first ten thousand signs end within the line of who withdrew, which is wrong further on."""
    first = "2 1 #"
    text = f"{first}{'a' * (10_000 - len(first) - 3)}\n-1 3 1 0\n0\n"
    with pytest.raises(Malformed, match="only options that withdrew"):
        blt(text + '"A"\n"B"\n')


def test_plain_rankings_are_known_to_be_plain_whatever_they_weigh() -> None:
    assert blt('2 1\n10 1 0\n10 0\n0\n"A"\n"B"\n').ballots.plain
    assert not blt('2 1\n10 1=2 0\n0\n"A"\n"B"\n').ballots.plain
    assert not blt('2 1\n10 1=2 0 1 1 0\n0\n"A"\n"B"\n').ballots.plain


def test_names_with_anything_in_them() -> None:
    names = '"O\'Neil, # 1" "Zoé"\n"Dougie "Duke" Smith"\n0\n'.replace("\n0\n", "\n")
    election = blt("3 1\n1 1 0\n0\n" + names + '"The # title"  # said so\n')
    assert election.ballots.choices == ("O'Neil, # 1", "Zoé", 'Dougie "Duke" Smith')
    assert election.title == "The # title"
    assert blt(("2 1\n1 1 0\n0\n" + '"Zoé"\n"Añe"\n').encode("latin-1")).ballots.choices == ("Zoé", "Añe")
    assert blt("2 1\n1 1 0\n0\nAdam\nBasil\n").ballots.choices == ("Adam", "Basil")


def named(names: str, options: int = 2) -> tuple[tuple[str, ...], str | None]:
    election = blt(f"{options} 1\n1 1 0\n0\n{names}")
    return election.ballots.choices, election.title


def test_parties_as_the_machines_of_the_scottish_elections_write_them() -> None:
    """In the same quotes, with those of the party twice, or in quotes of their own; the title has none."""
    assert named('"Ann ""The Greens"""\n"Ben ""Independent"""\nWard 6 - North') == (
        ('Ann "The Greens"', 'Ben "Independent"'), "Ward 6 - North",
    )  # fmt: skip
    assert named('"Ann" "The Greens"\n"Ben" "Independent"\n"Ward 6"\n') == (("Ann", "Ben"), "Ward 6")
    assert named("Ann (Con)\nBen (Lab)\nWard 1 Annick\n") == (("Ann (Con)", "Ben (Lab)"), "Ward 1 Annick")


def test_several_names_on_a_line_are_names_and_what_follows_the_title_is_passed_over() -> None:
    assert named('"Ann" "Ben"\n"T"\n12 what\n') == (("Ann", "Ben"), "T")
    assert named('"Ann" "Ben"\n"T" "source"\n') == (("Ann", "Ben"), "T")
    assert named('"Ann" "T"\n"U"\n', 1) == (("Ann",), "T")
    assert named('"Ann" "Ben" "T"\n12 what\n') == (("Ann", "Ben"), "T")
    assert named('"A" "B"\n"C" "D"\n"T"\n12 what\n', 4) == (("A", "B", "C", "D"), "T")
    assert named('"A" "B"\n"C" "D"\n', 4) == (("A", "B", "C", "D"), None)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("", 1, "the number of options and the number of seats"),
        ("hello", 1, "the number of options"),
        ("4\n", 1, "the number of options"),
        ("0 1\n0\n", 1, "the number of options"),
        ("2 1 7\n0\n", 1, "nothing more"),
        ("2 1 0\n0\n", 1, "nothing more"),
        ("99999999 1\n0\n", 1, "at most"),
        ("2 1\n", 3, "a 0 that ends the ballots"),
        ('2 1\n1 1 0\n0\n"A"\n\n\n\n', 5, "there are 1"),
        ("2 1\n1 1 0\n0\n\n\n\n", 4, "there are 0"),
        ("10001 1\n0\n", 1, "at most 10000 options"),
        ("10000 1\n0\n", 3, "10000 names of options"),
        ("2 1\n-3\n0\n", 2, "withdrew"),
        ("2 1\n-1 1 2 0\n0\n", 2, "only options that withdrew"),
        (BOOK.replace("3 1 3 4 0", "3 1 5 4 0"), 3, "the number of an option from 1 to 4"),
        (BOOK.replace("3 1 3 4 0", "3 1 x 4 0"), 3, "not «x»"),
        (BOOK.replace("3 1 3 4 0", "3 1 3 3 0"), 3, "3 is there twice"),
        (BOOK.replace("3 1 3 4 0", "2.5 1 3 4 0"), 3, "a whole number of ballots, not «2.5»"),
        (BOOK.replace("3 1 3 4 0", "1/2 1 3 4 0"), 3, "a whole number of ballots"),
        (BOOK.replace("3 1 3 4 0", "3 1 3 4"), 3, "a 0 that ends this ballot"),
        (BOOK.replace("3 1 3 4 0", "3"), 3, "a 0 that ends this ballot"),
        (BOOK.replace("1 3 4 2 0\n0\n", "1 3 4 2 0\n"), 9, "a number of ballots, or the 0 that ends them"),
        ("2 1\n1 1 0\n", 2, "a 0 that ends the ballots"),
        ('2 1\n1 2 0 0 0\n"A"\n"B"\n', 3, "or the 0 that ends them"),
        ("2 1\n1 1 0 1 1 0\n", 2, "a 0 that ends the ballots"),
        ("2 1\n1 1\n", 2, "a 0 that ends this ballot"),
        (BOOK.replace('"Donald"\n"Title"\n', ""), 13, "4 names of options in quotes; there are 3"),
        (BOOK.replace('"Basil"', '"Adam"'), 11, "a name that no other option has"),
        (BOOK.replace('"Basil"', '""'), 11, "a name that is not empty"),
        (BOOK.replace('"Basil"', "7 8 0"), 11, "a name in quotes"),
        ("2 1\n1 1 0\n0 1 2 0\n" + NAMES, 3, "nothing after the 0"),
        ("2 1\n(a7) 1 2 0\n0\n" + NAMES, 2, "Take out the ids, and write the weights"),
        ("2 1\n(a7) 1 2 0\n1 1 0\n0\n" + NAMES, 2, "Take out the ids, and write the weights"),
        ("2 1\n(a7) 1 1 0\n(a8) 2 1 0\n0\n" + NAMES, 3, "a weight of 1 after the id of a ballot"),
        (BOOK.replace("\n", " ", 9).replace("Charlotte", "Adam"), 3, "a name that no other option has"),
        ("2 1\n1 1=2 0\n0 5\n" + NAMES, 3, "nothing after the 0"),
        ("2 1\n1 1=2 0\n(a7)\n0\n" + NAMES, 3, "or the 0 that ends them, not «(a7)»"),
        ("2 1\n1 1=2 0\n(a7) 1\n0\n" + NAMES, 3, "a 0 that ends this ballot"),
        ("2 1\n[tie 1 2]\n1 1 0\n0\n" + NAMES, 2, "not an option in square brackets. Take it out"),
        (BOOK.replace("Title", "\x1b]0;x\x07"), 14, "a title without signs that control a screen"),
        (BOOK.replace("Adam", "\x1b]0;x\x07"), 10, "a name on one line, without signs that control a screen"),
        (BOOK.replace("Adam", "\u202eAdam"), 10, "without signs that control a screen"),
        (BOOK + BOOK, 15, "no more ballots after the title. Put a second election in a file of its own"),
        (BOOK.replace("3 1 3 4 0", "(a7) 1 3 4 0").replace("-2", ""), 3, "Take out the ids, and write the weights"),
        ("4 2\n(a7) 1 3 4 0\n(a8) 1 4 3 0\n0\n" + NAMES, 2, "Take out the ids, and write the weights"),
        (BOOK.replace("3 1 3 4 0", "3 (1 9) 4 0"), 3, "equal ranks in brackets, like (1 2), with options from 1 to 4"),
        (BOOK.replace("3 1 3 4 0", "3 (a7) 4 0"), 3, "The id of a ballot stands before its weight"),
        (BOOK.replace("3 1 3 4 0", "3 (1) 4 0"), 3, "equal ranks in brackets"),
        (BOOK.replace("3 1 3 4 0", "3 ( 4 0"), 3, "equal ranks in brackets"),
        (BOOK.replace("3 1 3 4 0", "(a) 3 4 0"), 3, "a weight of 1 after the id of a ballot"),
        ("2 1\n1 0 2 0\n1 2\n0\n" + NAMES, 3, "a 0 that ends this ballot"),
        (BOOK.replace("\n", " ").replace("1 2 0", "1 9 0"), 1, "the number of an option from 1 to 4"),
        ('2 1 1 9 0 0 "A" "B"\n"T"\n', 1, "the number of an option from 1 to 2"),
        (BOOK.replace("Adam", "Аdam").replace("Basil", "Adam"), 11, "not «Adam», that looks like «Аdam» in line 10"),
        (BOOK.replace("Adam", "Al").replace("Basil", "AI"), 11, "not «AI», that looks like «Al» in line 10"),
        (BOOK.replace("Adam", "An  n").replace("Basil", "an N"), 11, "that looks like «An  n»"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(Malformed) as wrong:
        blt(text)
    assert expected in wrong.value.expected
    assert wrong.value.line == line


def test_a_blank_ballot_among_others_on_one_line_is_no_gap() -> None:
    assert groups('2 1 1 0 2 1 2 0 0 "A" "B"') == {(): 1, (0, 1): 2}


def test_a_blank_ballot_with_an_id_does_not_tell_that_a_zero_ends_each_ballot() -> None:
    names = '"A"\n"B"\n"C"\n'
    assert groups(f"3 1\n(a1) 1 0\n(a2) 1 1 0 3 0\n0\n{names}") == {(): 1, (0, (), 2): 1}


def test_it_holds_rankings_not_scores() -> None:
    with pytest.raises(Malformed, match="CSV file of scores"):
        read(BOOK.encode(), "scores", "a.blt")


@pytest.mark.parametrize(
    ("text", "is_blt"),
    [
        ("3 2\n", True),
        ("\n# Lunch\n 3 2 # of three\n1 1 0\n", True),
        ("3\n1,Soup\n", False),
        ("Our vote\n1\n", False),
        ("3 Ann\n", False),
        ("3 2,Ann\n", False),
        ("# 3 2\n", False),
        ("", False),
    ],
)
def test_a_text_looks_like_blt_where_two_numbers_come_first(text: str, is_blt: bool) -> None:
    assert looks_like(text) == is_blt
