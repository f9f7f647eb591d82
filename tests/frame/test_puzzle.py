"""A puzzle is bound to its day, its purpose and its page, and to nobody; each answer counts once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from governance.frame import puzzle
from governance.sealing import EASIEST
from tests.puzzles import solution

DAY = date(2026, 11, 23)
NEXT = timedelta(days=1)
BITS = EASIEST


def asked(app: Flask, purpose: str = "sign in as wren", bits: int = BITS) -> puzzle.Puzzle:
    with app.app_context():
        made = puzzle.new(DAY, purpose, bits)
    assert made
    return made


def brought(app: Flask, name: str, answer: str, day: date = DAY, purpose: str = "sign in as wren") -> int:
    with app.test_request_context(method="POST", data={"puzzle": answer, "puzzle_name": name}):
        return puzzle.brought_bits(day, purpose)


def test_an_answer_counts_once(app: Flask) -> None:
    made = asked(app)
    answer = solution(made.challenge, made.bits)
    assert [brought(app, made.name, answer) for _ in range(3)] == [BITS, 0, 0]


@pytest.mark.parametrize(("days", "counts"), [(-1, 0), (0, BITS), (1, BITS), (2, 0)])
def test_its_key_is_of_a_day_and_gone_two_days_later(app: Flask, days: int, counts: int) -> None:
    made = asked(app)
    assert brought(app, made.name, solution(made.challenge, made.bits), DAY + days * NEXT) == counts


def test_it_fits_no_other_name_and_cannot_be_made_easier(app: Flask) -> None:
    made = asked(app, bits=BITS + 3)
    answer = solution(made.challenge, made.bits)
    drawn = made.name.partition(".")[0]
    assert brought(app, made.name, answer, purpose="sign in as cricket") == 0
    for name in (f"{drawn}.{BITS}", f"{drawn}.0", f"{drawn}.", drawn, "", f"{drawn}.-1", f"{drawn}.٦", "x" * 4000):
        assert brought(app, name, answer) == 0
    assert brought(app, made.name, answer) == BITS + 3


def test_one_that_was_made_up_is_worth_nothing(app: Flask) -> None:
    """Without the key of the day nobody knows the challenge, so there is nothing to work on."""
    assert brought(app, f"{'0' * 32}.{BITS}", solution("0" * 32, BITS)) == 0


def test_two_pages_have_two_challenges_and_no_page_tells_for_whom(app: Flask) -> None:
    one, other = asked(app), asked(app)
    assert one.challenge != other.challenge
    assert "wren" not in repr(one)


def test_only_so_many_answers_are_remembered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(puzzle, "MOST", 3)
    monkeypatch.setattr(puzzle, "_used", {})
    for _ in range(5):
        made = asked(app)
        assert brought(app, made.name, solution(made.challenge, made.bits)) == BITS
    assert len(puzzle._used) == 3


def test_where_none_is_asked_for_there_is_none(app: Flask) -> None:
    with app.app_context():
        assert puzzle.new(DAY, "say", 0) is None
