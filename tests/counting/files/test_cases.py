"""Small files that are easily read wrong: each gives its right answer, or is refused with its line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.counting import RULES
from governance.counting.files import Malformed, Marks, read
from governance.counting.lot import Lot

CASES = Path(__file__).parent / "cases"
ANN, BEN, CAS = range(3)
READ = {
    "equal-ranks-in-brackets.blt": {
        (0, (2, 3), 1): 3, ((0, 2), 1): 4, (3, 0, 2): 2, (1,): 1,
    },
    "form-with-timestamps.csv": {(ANN, BEN): 1, (BEN, CAS): 1, (ANN,): 1},
    "windows-1252.blt": {(0, 1): 1, (1,): 2},
}  # fmt: skip
REFUSED = {
    "ids-without-weight.blt": (4, "a weight of 1 after the id of a ballot, like (a7) 1 2 3 0, not «2»"),
    "look-alike.blt": (6, "not «Rene\u0301e», that looks like «Ren\u00e9e» in line 5"),
    "lost-zero.blt": (2, "a 0 that ends this ballot"),
    "one-name-three-ways.csv": (3, "not «ann», that looks like «Ann» in line 2. Write one option in one way"),
    "overvote-in-one-cell.csv": (2, "one name at a rank, not «Ann?Ben». Say --overvote"),
}


def test_every_case_is_here() -> None:
    assert {each.name for each in CASES.iterdir()} == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_it_is_meant(name: str) -> None:
    ballots = read((CASES / name).read_bytes(), "ranking", name).ballots
    assert dict(ballots.groups) == READ[name]
    assert all(each.isprintable() for each in ballots.choices)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_line_and_what_to_do(name: str) -> None:
    line, expected = REFUSED[name]
    with pytest.raises(Malformed) as wrong:
        read((CASES / name).read_bytes(), "ranking", name)
    assert wrong.value.line == line
    assert expected in wrong.value.expected


def test_equal_ranks_in_brackets_elect_whom_meek_elects() -> None:
    """Adam 3 and Dan 2 of 6: the four ballots that put Adam and Cas equal stop there, unless half goes to each."""
    name = "equal-ranks-in-brackets.blt"
    election = read((CASES / name).read_bytes(), "ranking", name)
    account = RULES["meek-stv"](seats=2).count(election.ballots, Lot(election.ballots.digest, "ballots"))
    assert account.winners == ("Adam", "Dan")


@pytest.mark.parametrize(("overvote", "first"), [("stop", ()), ("pass_over", ((), CAS))])
def test_two_names_in_a_cell_are_an_overvote_where_that_is_said(overvote: str, first: tuple) -> None:
    ballots = read(
        (CASES / "overvote-in-one-cell.csv").read_bytes(), "ranking", "a.csv", marks=Marks(overvote=overvote)
    )
    named = [
        tuple(each if each == () else ballots.ballots.choices[each] for each in paper)
        for paper, _ in ballots.ballots.groups
    ]
    assert named == [tuple("Cas" if each == CAS else each for each in first), ("Ben",), ("Cas",)]
