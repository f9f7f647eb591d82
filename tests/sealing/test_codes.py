"""Follow-up codes: one number, written in words or digits, read however it is typed, findable by nobody else."""

from __future__ import annotations

import math
import os

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from governance import sealing
from governance.sealing import codes
from governance.sealing.passphrases import LANGUAGES, word_list

PEPPER = bytes(range(32))
numbers = st.integers(0, codes.SPACE - 1)
languages = st.sampled_from(LANGUAGES)


def test_a_code_holds_at_least_64_bits_both_ways() -> None:
    assert math.log2(codes.SPACE) >= 64
    assert codes.SPACE == 7776**5 <= 10**codes.DIGITS


@given(numbers, languages)
def test_words_and_digits_lead_back_to_the_number(number: int, language: str) -> None:
    assert sealing.read_code(codes.in_words(number, language)) == number
    assert sealing.read_code(codes.in_digits(number)) == number


@pytest.mark.parametrize("number", [0, 1, 7775, 7776, codes.SPACE - 1])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_and_the_last_code_can_be_written_and_read(number: int, language: str) -> None:
    assert sealing.read_code(codes.in_words(number, language)) == number
    assert sealing.read_code(codes.in_digits(number)) == number


@given(numbers)
def test_the_same_code_in_another_language_is_the_same_number(number: int) -> None:
    assert len({codes.in_words(number, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert {sealing.read_code(codes.in_words(number, language)) for language in LANGUAGES} == {number}


@given(numbers, languages, st.sampled_from([" ", "  ", "-", ", ", " - ", "\n", ". "]), st.booleans())
def test_case_spaces_hyphens_and_commas_do_not_matter(number: int, language: str, between: str, shouted: bool) -> None:
    typed = between.join(codes.in_words(number, language).split())
    assert sealing.read_code(f"  {typed.upper() if shouted else typed.title()} ") == number


@given(numbers, languages, st.sampled_from(["{n} {w}", "{n}. {w},", "{n}){w}", "{w}{n}"]))
def test_words_may_be_numbered(number: int, language: str, look: str) -> None:
    typed = [look.format(n=n, w=word) for n, word in enumerate(codes.in_words(number, language).split(), 1)]
    assert sealing.read_code(" ".join(typed)) == number


@given(st.binary(min_size=16, max_size=32), languages, st.data())
def test_words_may_be_joined_or_cut_anywhere(token: bytes, language: str, data: st.DataObject) -> None:
    code = sealing.code_from_token(token, PEPPER, language)
    joined = code.words.replace(" ", "")
    gone = data.draw(st.sets(st.sampled_from([at for at, sign in enumerate(code.words) if sign == " "])))
    assert sealing.read_code(joined) == code.number
    assert sealing.read_code("".join(s for at, s in enumerate(code.words) if at not in gone)) == code.number
    cut = data.draw(st.integers(1, len(joined) - 1))
    assert sealing.read_code(f"{joined[:cut]} {joined[cut:]}") == code.number


@given(st.binary(min_size=16, max_size=32), languages, st.sets(st.integers(0, 4), min_size=1, max_size=2))
def test_a_code_with_words_left_out_is_no_other_code(token: bytes, language: str, left_out: set[int]) -> None:
    words = sealing.code_from_token(token, PEPPER, language).words.split()
    typed = [word for at, word in enumerate(words) if at not in left_out]
    with pytest.raises(sealing.CodeUnreadable) as unreadable:
        sealing.read_code(" ".join(typed))
    assert (unreadable.value.kind, unreadable.value.typed) == ("words", len(typed))


def test_four_words_of_which_one_is_two_would_be_read_as_another_code() -> None:
    """The control: why such codes are drawn again."""
    assert sealing.read_code("combed prospect bracelet posted") == sealing.read_code("combed prospect brace let posted")


@given(numbers, st.sampled_from(["٠", "۰", "०", "０", "০", "๐"]))
def test_digits_of_any_script_are_read(number: int, nought: str) -> None:
    typed = codes.in_digits(number).translate({ord("0") + digit: ord(nought) + digit for digit in range(10)})
    assert sealing.read_code(typed) == number


@pytest.mark.parametrize(
    ("typed", "kind", "count"),
    [
        ("{0} {1} {2} {3}", "words", 4),
        ("1 {0} 2 {1} 3 {2}", "words", 3),
        ("{0} {1} {2} {3} {4} {0}", "more words", 6),
        ("1234 5678", "digits", 8),
        ("1" * 22, "more digits", 22),
        ("{0}{1}qqq{2}{3}", "together", 0),
        ("", "none", 0),
        ("9" * 20, "none", 0),
    ],
)
def test_what_is_wrong_is_told(typed: str, kind: str, count: int) -> None:
    with pytest.raises(sealing.CodeUnreadable) as unreadable:
        sealing.read_code(typed.format(*codes.in_words(12345678901234567890, "en").split()))
    assert (unreadable.value.kind, unreadable.value.typed) == (kind, count)


@given(numbers, languages, st.integers(0, 4), st.data())
def test_one_slip_in_a_word_leads_to_a_word_near_it(number: int, language: str, at: int, data: st.DataObject) -> None:
    words = codes.in_words(number, language).split()
    cut = data.draw(st.integers(0, len(words[at]) - 1))
    words[at] = words[at][:cut] + "q" + words[at][cut + 1 :]
    assume(words[at] not in word_list("en") + word_list("es"))
    with pytest.raises(sealing.CodeUnreadable) as unreadable:
        sealing.read_code(" ".join(words))
    assert (unreadable.value.kind, unreadable.value.word) == ("word", words[at])
    assert unreadable.value.position in [place for place, word in enumerate(words, 1) if word == words[at]]
    assert unreadable.value.near in word_list(language)


@given(numbers)
def test_accents_do_not_matter(number: int) -> None:
    accented = codes.in_words(number, "es").translate(str.maketrans("aeiou", "áéíóú"))
    assert sealing.read_code(accented) == number


@given(numbers, st.integers(1, 20))
def test_digits_may_be_typed_in_any_groups(number: int, size: int) -> None:
    digits = codes.in_digits(number).replace(" ", "")
    assert sealing.read_code("-".join(digits[at : at + size] for at in range(0, 20, size))) == number


def test_a_wrong_word_is_named_by_its_place_and_never_repeated() -> None:
    words = codes.in_words(12345678901234567890, "en").split()
    for place in range(1, 6):
        typed = [*words[: place - 1], "qqsecretqq", *words[place:]]
        with pytest.raises(sealing.CodeUnreadable) as unreadable:
            sealing.read_code(" ".join(typed))
        assert unreadable.value.position == place
        assert "qqsecretqq" not in str(unreadable.value)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "...", "apple", "1234", "0" * 19, "0" * 21, "9" * 20, str(7776**5), "½" * 20, "apple " * 6, "a " * 21],
)
def test_what_is_no_code_is_unreadable_and_never_an_error(typed: str) -> None:
    with pytest.raises(sealing.CodeUnreadable):
        sealing.read_code(typed)


@given(st.text(max_size=120))
def test_whatever_is_typed_is_a_code_or_unreadable(typed: str) -> None:
    try:
        number = sealing.read_code(typed)
    except sealing.CodeUnreadable:
        return
    assert 0 <= number < codes.SPACE


@given(st.binary(min_size=16, max_size=32), languages)
def test_the_same_form_sent_twice_shows_the_same_code(token: bytes, language: str) -> None:
    first, second = (sealing.code_from_token(token, PEPPER, language) for _ in range(2))
    assert first == second
    assert sealing.read_code(first.words) == sealing.read_code(first.digits) == first.number


def test_another_form_or_another_pepper_makes_another_code() -> None:
    tokens = [os.urandom(32) for _ in range(200)]
    made = {sealing.code_from_token(token, pepper, "en").number for token in tokens for pepper in (PEPPER, b"x" * 32)}
    assert len(made) == 400


def test_find_unlock_and_tag_are_three_things_and_always_the_same_three() -> None:
    keys = sealing.code_keys(42, PEPPER)
    assert keys == sealing.code_keys(42, PEPPER)
    assert len({keys.find, keys.unlock, keys.tag}) == 3
    assert all(len(part) == 32 for part in (keys.find, keys.unlock, keys.tag))


def test_without_the_pepper_a_code_finds_nothing() -> None:
    ours, theirs, other = sealing.code_keys(42, PEPPER), sealing.code_keys(42, b"x" * 32), sealing.code_keys(43, PEPPER)
    found = [part for keys in (ours, theirs, other) for part in (keys.find, keys.unlock, keys.tag)]
    assert len(set(found)) == 9


def test_a_code_and_its_keys_are_not_printed_by_accident() -> None:
    code = sealing.code_from_token(bytes(32), PEPPER, "en")
    keys = sealing.code_keys(code.number, PEPPER)
    for hidden in (code.words, code.digits, str(code.number)):
        assert hidden not in repr(code)
    for part in (keys.find, keys.unlock, keys.tag):
        assert repr(part) not in repr(keys)


def test_a_language_without_a_list_gets_the_english_words() -> None:
    assert word_list("ht") == word_list("en")
