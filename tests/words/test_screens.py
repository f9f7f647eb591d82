"""Each line that is read aloud stands on one screen, in every language, and the list of them is as the source is."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from governance.assets import PACKAGE
from governance.frame.languages import LANGUAGES
from governance.frame.said_aloud import in_english, key_of, of_the_program
from governance.places.views.by_screen import SCREENS, SITE, folded, screen_of
from tests.words.catalogue import screens, their_words


def test_the_list_is_as_the_source_is(english: Catalog) -> None:
    kept = (PACKAGE / "data" / "screens.toml").read_text(encoding="utf-8")
    now = screens.in_words(their_words.only_theirs(english))
    assert kept == now, "run `make translations`"


def test_every_screen_has_a_name() -> None:
    assert {*screens.BEGINS.values(), screens.SEVERAL, SITE} == set(SCREENS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_stands_on_one_screen(language: str) -> None:
    lines = of_the_program(language)
    folds = folded(language, lines)
    assert sorted(key for keys in folds.values() for key in keys) == sorted(lines)
    assert set(folds) == set(SCREENS) - {SITE}
    assert set(in_english(language)) == set(lines)


def test_a_line_stands_where_somebody_would_look_for_it() -> None:
    for words, screen in {
        "How was it?": "say",
        "Food": "topics",
        "None of these": "vote",
        "Words that a site wrote": SITE,
    }.items():
        assert screen_of("en", key_of("en", words)) == screen, words
