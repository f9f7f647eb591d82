"""Which lines can be spoken, and that a line is known by its very words."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from governance.frame.languages import LANGUAGES
from governance.frame.said_aloud import FILLED_IN, KEY, key_of, lines, of_the_program
from governance.keys.keyfolder import KeyFolder
from governance.places.aloud import site_words
from governance.places.models import HelpCard
from governance.places.rules import Help
from tests.factories import an_open_programme


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_lines_of_its_participants(language: str) -> None:
    found = of_the_program(language)
    assert len(found) > 200
    assert all(KEY.fullmatch(key) and not FILLED_IN.search(line) for key, line in found.items())
    assert all(key_of(language, line) == key for key, line in found.items())


def test_no_line_of_another_language_or_of_other_words_has_the_same_key() -> None:
    found = [key for language in LANGUAGES for key in of_the_program(language)]
    assert len(set(found)) == len(found)
    assert len({key_of(*each) for each in (("en", "Next"), ("en", "Next."), ("es", "Next"), ("en", "next"))}) == 4


def test_the_words_of_a_site_are_lines_too(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    card = HelpCard(kind=Help.OVERDOSE, language="en", title="No answer", text="Stay. 1. Shake them. 2. Call.")
    session.add(card)
    session.commit()
    said = lines("en", site_words.words(session, "en")).values()
    assert {"No answer", "Stay.", "Shake them.", "Call.", "What do you want to say?"} <= set(said)
    assert "No answer" not in site_words.words(session, "fr")


def test_work_pages_are_not_read_aloud() -> None:
    assert "Keep this recording" not in of_the_program("en").values()
    assert "Guardar esta grabación" not in of_the_program("es").values()
