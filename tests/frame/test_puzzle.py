"""A puzzle is bound to its hour, its purpose and its page, and to nobody; each answer counts once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from flask import Flask

from governance.frame import puzzle
from governance.sealing import EASIEST, zero_bits
from tests.puzzles import solution

NOW = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
BITS = EASIEST


def asked(app: Flask, purpose: str = "sign in as wren", bits: int = BITS, now: datetime = NOW) -> puzzle.Puzzle:
    with app.app_context():
        made = puzzle.new(now, purpose, bits)
    assert made
    return made


def sent(app: Flask, name: str, answer: str) -> AbstractContextManager[object]:
    return app.test_request_context(method="POST", data={"puzzle": answer, "puzzle_name": name})


def used(app: Flask, name: str, answer: str, now: datetime = NOW, purpose: str = "sign in as wren") -> int:
    with sent(app, name, answer), puzzle.used_up(puzzle.brought(now, purpose), now) as bits:
        return bits


def test_an_answer_counts_once(app: Flask) -> None:
    made = asked(app)
    answer = solution(made.challenge, made.bits)
    assert [used(app, made.name, answer) for _ in range(3)] == [BITS, 0, 0]


def test_where_nothing_was_looked_at_the_answer_is_as_good_as_before(app: Flask) -> None:
    made = asked(app)
    answer = solution(made.challenge, made.bits)

    def not_looked_at() -> None:
        with puzzle.used_up(puzzle.brought(NOW, "sign in as wren"), NOW) as bits:
            assert bits
            assert puzzle.brought(NOW, "sign in as wren") is None, "meanwhile nobody else uses it"
            raise ConnectionError

    with sent(app, made.name, answer), pytest.raises(ConnectionError):
        not_looked_at()
    assert [used(app, made.name, answer) for _ in range(2)] == [BITS, 0]


def test_it_comes_back_with_as_much_of_its_answer_as_is_right(app: Flask) -> None:
    made = asked(app)
    whole = solution(made.challenge, made.bits)
    half = ".".join(whole.split(".")[:4])
    wrong = next(str(n) for n in count() if zero_bits(made.challenge, 0, str(n)) < BITS)
    for answer, kept in ((whole, whole), (half, half), ("", ""), (wrong, ""), ("<b>", "")):
        with sent(app, made.name, answer):
            assert puzzle.brought(NOW, "sign in as wren") == replace(made, answer=kept)
    with sent(app, made.name, whole):
        other = puzzle.brought(NOW, "sign in as cricket")
    assert other
    assert other.answer == ""


@pytest.mark.parametrize(("hours", "counts"), [(-1, 0), (0, BITS), (1, BITS), (2, 0)])
def test_it_counts_in_its_hour_and_in_the_next(app: Flask, hours: int, counts: int) -> None:
    made = asked(app)
    assert used(app, made.name, solution(made.challenge, made.bits), NOW + hours * HOUR) == counts


def test_it_counts_across_midnight(app: Flask) -> None:
    late = NOW.replace(hour=23)
    made = asked(app, now=late)
    assert used(app, made.name, solution(made.challenge, made.bits), late + HOUR) == BITS


def test_it_fits_no_other_name_and_cannot_be_made_easier_or_younger(app: Flask) -> None:
    made = asked(app, bits=BITS + 3)
    answer = solution(made.challenge, made.bits)
    hour, drawn, _ = made.name.split(".")
    assert used(app, made.name, answer, purpose="sign in as cricket") == 0
    names = [f"{hour}.{drawn}.{each}" for each in (BITS, 0, "", -1, "٦", 99)]
    for name in (*names, f"{int(hour) + 1}.{drawn}.{BITS + 3}", f"{drawn}.{BITS + 3}", drawn, "", "x" * 4000):
        assert used(app, name, answer) == 0, name
        assert used(app, name, answer, NOW + HOUR) == 0, name
    assert used(app, made.name, answer) == BITS + 3


def test_one_that_was_made_up_is_worth_nothing(app: Flask) -> None:
    """Without the key of the day nobody knows the challenge, so there is nothing to work on."""
    hour = asked(app).name.partition(".")[0]
    assert used(app, f"{hour}.{'0' * 32}.{BITS}", solution("0" * 32, BITS)) == 0


def test_two_pages_have_two_challenges_and_no_page_tells_for_whom(app: Flask) -> None:
    one, other = asked(app), asked(app)
    assert one.challenge != other.challenge
    assert "wren" not in repr(one)


def test_used_answers_go_by_age_so_no_number_of_others_brings_one_back(app: Flask) -> None:
    def work(now: datetime) -> tuple[str, str]:
        made = asked(app, now=now)
        answer = solution(made.challenge, made.bits)
        assert used(app, made.name, answer, now) == BITS
        return made.name, answer

    first = work(NOW)
    for _ in range(20):
        work(NOW)
    assert used(app, *first, NOW + HOUR) == 0, "it is known for as long as it could count"
    work(NOW + 2 * HOUR)
    assert int(first[0].partition(".")[0]) not in puzzle._used, "and not for longer"


def test_where_none_is_asked_for_there_is_none(app: Flask) -> None:
    with app.app_context():
        assert puzzle.new(NOW, "say", 0) is None
