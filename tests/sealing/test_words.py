"""The word lists: long enough, easy to type, never in two languages at once, fixed for good."""

from __future__ import annotations

import hashlib
import re

import pytest

from governance.sealing.passphrases import LANGUAGES, word_list

# The place of a word in its list is part of every code that was ever given out: changing a list breaks them all.
FIXED = {
    "en": "fb2813420166bf17cab67982306d5f5641a38cd1a823d82f30778c1138280e81",
    "es": "e19952df74cdf59ca26c6276fdcbb7c2a789fa9d7a10bdf55a2acc00db289e0c",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_has_7776_different_words_of_3_to_8_plain_letters(language: str) -> None:
    words = word_list(language)
    assert len(words) == len(set(words)) == 7776
    assert [word for word in words if not re.fullmatch("[a-z]{3,8}", word)] == []


def test_no_word_is_in_two_lists() -> None:
    assert set(word_list("en")) & set(word_list("es")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_never_changes(language: str) -> None:
    assert hashlib.sha256("\n".join(word_list(language)).encode()).hexdigest() == FIXED[language]


@pytest.mark.parametrize(
    ("language", "hurtful"),
    [
        (
            "en",
            "addict abuse clean dirty needle overdose junkie police jail gun kill dead suicide rape god church sick",
        ),
        (
            "es",
            "adicto abuso limpio sucio jeringa sobredosis yonqui policia carcel arma matar muerte suicidio violar dios",
        ),
    ],
)
def test_words_that_could_hurt_are_not_on_a_list(language: str, hurtful: str) -> None:
    assert set(hurtful.split()) & set(word_list(language)) == set()
