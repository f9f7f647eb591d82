"""Who chose Spanish reads Spanish: every page of the demo, as every kind of person, holds no English of ours."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from governance.frame.catalogue import said
from tests.crawl import walk
from tests.demo.served import CAST, Demo
from tests.words.untranslated import EnglishOf

# The readers of the demo gave a theme this title, in English. It is also one of our topics.
WORDS_OF_PEOPLE = {"Water"}


@pytest.fixture(scope="module")
def english_of_ours(spanish: Catalog) -> EnglishOf:
    return EnglishOf(spanish)


@pytest.mark.parametrize("alias", ["", *CAST])
def test_no_english_of_the_program_is_left_on_a_spanish_page(
    demo: Demo, english_of_ours: EnglishOf, alias: str
) -> None:
    somebody = demo.as_somebody(alias)
    somebody.submit("/language", "language", language="es")
    found = walk(demo.app, somebody)
    assert len(found.pages) > 10
    assert {page.tags[0][1]["lang"] for page in found.pages.values()} == {"es"}
    left = {address: english_of_ours.left_on(page.html) - WORDS_OF_PEOPLE for address, page in found.pages.items()}
    assert not {address: words for address, words in left.items() if words}


def test_nothing_is_said_of_nothing(demo: Demo) -> None:
    """A catalogue answers an empty string with its own header."""
    with demo.app.test_request_context(headers={"Accept-Language": "es"}):
        assert said("") == ""
        assert said("Help now") == "Ayuda ahora"


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ("<p>Help now</p><p>Ayuda ahora</p>", {"Help now"}),
        ('<p lang="en">Help now</p>', set()),
        ("<p>Closed by Mo</p>", set()),
        ("<b aria-label='Late answers'>0</b>", {"Late answers"}),
        ("<p>You are signed in as Mo.</p>", {"You are signed in as Mo."}),
    ],
)
def test_english_of_the_program_is_noticed(english_of_ours: EnglishOf, page: str, left: set[str]) -> None:
    assert english_of_ours.left_on(f'<html lang="es">{page}</html>') == left
