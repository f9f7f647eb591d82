"""The rule of puzzles: none while it is calm, harder with the load, never harder than an old phone can bear."""

from __future__ import annotations

import hashlib
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.sealing import EASIEST, HARDEST, PARTS, bits_for, is_solved, zero_bits
from tests.puzzles import solution

loads = st.integers(-10, 10**12)
calms = st.integers(1, 10_000)
AN_OLD_PHONE = 2_000  # Hashes a second, in batches of 64 through WebCrypto (docs/decisions/016-proof-of-work.md).


@given(loads, loads, calms)
def test_more_load_never_asks_for_less(one: int, other: int, calm: int) -> None:
    less, more = sorted((one, other))
    assert bits_for(less, calm) <= bits_for(more, calm)


@given(loads, calms)
def test_it_is_nothing_while_calm_and_has_a_ceiling(load: int, calm: int) -> None:
    bits = bits_for(load, calm)
    assert bits == 0 if load <= calm else EASIEST <= bits <= HARDEST


@given(st.integers(1, 10**6))
def test_each_doubling_asks_for_one_bit_more_up_to_the_ceiling(calm: int) -> None:
    asked = [bits_for(calm << doubled, calm) for doubled in range(1, 12)]
    assert asked == [min(HARDEST, EASIEST + doubled) for doubled in range(1, 12)]


def test_the_hardest_one_takes_an_old_phone_a_few_seconds() -> None:
    assert PARTS * 2**HARDEST / AN_OLD_PHONE < 5


@pytest.mark.parametrize("bits", [EASIEST, EASIEST + 2])
def test_an_answer_fits_its_own_puzzle_alone(bits: int) -> None:
    answer = solution("a challenge", bits)
    assert is_solved("a challenge", bits, answer)
    assert not is_solved("another one", bits, answer)
    assert not is_solved("a challenge", bits + 12, answer)
    parts = answer.split(".")
    assert not is_solved("a challenge", bits, ".".join(parts[:-1]))
    assert not is_solved("a challenge", bits, ".".join([*parts, "1"]))
    wrong = next(n for n in count() if zero_bits("a challenge", 3, str(n)) < bits)
    assert not is_solved("a challenge", bits, ".".join([*parts[:3], str(wrong), *parts[4:]]))


@given(st.text(max_size=60), st.integers(-3, 60))
def test_whatever_is_sent_in_its_place_is_no_answer_and_no_error(answer: str, bits: int) -> None:
    assert not is_solved("a challenge", bits, answer)


def test_without_a_puzzle_nothing_counts_as_solved() -> None:
    assert not is_solved("", 0, solution("", 0))


def test_the_bits_are_those_of_sha_256() -> None:
    digest = hashlib.sha256(b"c.0.7").digest()
    assert zero_bits("c", 0, "7") == 256 - int.from_bytes(digest, "big").bit_length()
