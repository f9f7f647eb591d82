"""What anybody is asked to read here can be read by somebody who left school at twelve, and blames nobody."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from governance.wording.reading_grade import hard_words, string_grade
from governance.wording.respectful_words import StaffText, TextKind, WordLevel, advice, load_rows
from tests.words.catalogue import forms, found_at, messages

HIGHEST_GRADE = 6.0

# What the seats are called in this field. It stands by itself only where the kinds of seats are listed.
NAMES = frozenset({"lived or living experience"})


def test_every_english_string_is_at_grade_six_or_below(english: Catalog) -> None:
    """Not the participants' pages alone: everything, because boards and staff read when they are tired as well."""
    hard = [
        f"{found_at(message)}: {string_grade(text):.1f}: {text} {hard_words(text)}"
        for message in messages(english)
        for text in forms(message.id)
        if text not in NAMES and string_grade(text) > HIGHEST_GRADE
    ]
    assert not hard, "Say it in shorter words or shorter sentences:\n" + "\n".join(hard)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_of_the_program_blames_or_labels_anybody(language: str, english: Catalog, spanish: Catalog) -> None:
    """By the board's own list, with every row of it turned on."""
    rows = load_rows()
    hits = [
        f"{found_at(message)}: {hit.found}: {text}"
        for message in messages(spanish if language == "es" else english)
        for text in forms(message.string if language == "es" else message.id)
        for hit in advice(StaffText(text, TextKind.UI), rows, lang=language, off=frozenset())
        if hit.level is WordLevel.AVOID
    ]
    assert not hits, "\n".join(hits)


def test_the_list_does_find_such_words() -> None:
    for language, text in (("en", "Addicts must be clean."), ("es", "Los adictos no entran.")):
        kind = TextKind.UI if language == "en" else TextKind.STAFF_PUBLISHED
        assert advice(StaffText(text, kind), load_rows(), lang=language, off=frozenset())
