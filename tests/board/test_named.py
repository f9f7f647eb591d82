"""Whether a name stands in what somebody wrote, however it is written; and words of every day are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.board.named import stands_in

UNSEEN = ("\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d")
words = st.text("abcdefghijklmnopqrstuvwxyzñéß", min_size=3, max_size=8).map(str.capitalize)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)


@given(names)
def test_it_is_found_as_it_is_and_in_capitals(name: str) -> None:
    assert stands_in(name, f"It rains on {name}, they say.")
    assert stands_in(name, f"IT RAINS ON {name.upper()}!")
    assert stands_in(name, f"_{name}_")


@given(names, st.data())
def test_no_mark_that_nobody_sees_hides_it(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    hidden = name[:at] + data.draw(st.sampled_from(UNSEEN)) + name[at:]
    assert stands_in(name, f"It rains on {hidden}.")
    assert stands_in(hidden, f"It rains on {name}."), "nor one in the name itself"


@given(st.lists(words, min_size=2, max_size=3), st.sampled_from(["  ", "\n", "\t", "\u00a0", " \u200b "]))
def test_no_white_space_hides_it(parts: list[str], space: str) -> None:
    assert stands_in(" ".join(parts), f"It rains on {space.join(parts)}.")


@given(names)
def test_a_part_of_a_longer_word_is_no_name(name: str) -> None:
    assert not stands_in(name, f"It rains on {name}s and on x{name}.")


@given(words)
def test_one_word_in_small_letters_is_a_word_of_every_day(name: str) -> None:
    assert not stands_in(name, f"it rains on {name.lower()}.")


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("Seat 4", "ask seat 4", True),
        ("Half Moon", "Half moon asked for it", True),
        ("Half Moon", "under a half moon", False),
        ("moss", "Moss asked for it", True),
        ("It", "IT is broken", False),
        ("Teal", "teal walls", False),
        ("\u200b", "nothing to see", False),
    ],
)
def test_what_is_told_from_words_of_every_day(name: str, text: str, there: bool) -> None:
    assert stands_in(name, text) is there
