"""Spanish is whole: every sentence is there, says the same things in the same places, and is marked as a draft."""

from __future__ import annotations

from babel.messages.catalog import Catalog
from flask import Flask

from governance.frame.languages import LANGUAGES
from tests.page import PageClient
from tests.words.catalogue import CATALOGUES, PLACEHOLDER, forms, found_at, messages

DRAFT = "borrador, por revisar por una persona hispanohablante que usa drogas"


def test_every_english_string_has_its_spanish(english: Catalog, spanish: Catalog) -> None:
    """Run `python3 .ci/translations.py` and fill in what is empty."""
    kept = {message.id: message for message in messages(spanish)}
    missing = [
        f"{found_at(message)}: {message.id}"
        for message in messages(english)
        if message.id not in kept or not all(forms(kept[message.id].string))
    ]
    assert not missing, "\n".join(missing)


def test_no_translation_is_a_guess_or_left_over(english: Catalog, spanish: Catalog) -> None:
    said = {message.id for message in messages(english)}
    assert [message.id for message in messages(spanish) if message.fuzzy] == []
    assert [message.id for message in messages(spanish) if message.id not in said] == []
    assert not spanish.obsolete


def test_the_board_has_one_name_in_spanish(spanish: Catalog) -> None:
    """It is `el consejo`; only those above it are called otherwise."""
    said = [form for message in messages(spanish) for form in forms(message.string)]
    assert [form for form in said if "la junta" in form.lower().replace("la junta directiva", "")] == []
    assert sum("el consejo" in form.lower() for form in said) > 50


def test_what_is_filled_in_is_the_same_in_both_languages(spanish: Catalog) -> None:
    """A missing name would leave a hole in the sentence, and one too many would be a 500."""
    for message in messages(spanish):
        wanted = sorted(PLACEHOLDER.findall(forms(message.id)[-1]))
        for said in forms(message.string):
            assert sorted(PLACEHOLDER.findall(said)) == wanted, message.id


def test_no_space_is_lost_or_added_at_the_ends_and_sentences_stay_sentences(spanish: Catalog) -> None:
    for message in messages(spanish):
        for english, said in zip(forms(message.id), forms(message.string), strict=True):
            assert said == said.strip() or english != english.strip(), message.id
            assert "  " not in said, message.id
            assert said.rstrip("»”").endswith((".", "?", "!", ":")) or not _is_sentence(english), message.id


def test_questions_open_and_close_in_spanish(spanish: Catalog) -> None:
    for message in messages(spanish):
        for said in forms(message.string):
            assert said.count("¿") == said.count("?"), message.id
            assert said.count("¡") == said.count("!"), message.id


def test_what_is_counted_has_a_form_for_one_and_a_form_for_more(spanish: Catalog) -> None:
    assert spanish.num_plurals == 2
    for message in messages(spanish):
        assert len(forms(message.string)) == (2 if message.pluralizable else 1), message.id
        assert message.pluralizable == isinstance(message.id, tuple), message.id


def test_people_are_spoken_to_as_friends(spanish: Catalog) -> None:
    """As one speaks to a friend: no usted. What a worker is told is the one exception."""
    formal = [s for message in messages(spanish) for s in forms(message.string) if " usted" in f" {s.lower()}"]
    assert not formal


def test_the_spanish_file_says_that_it_is_a_draft() -> None:
    kept = (CATALOGUES / "es" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    assert DRAFT.upper() in kept.split("msgid", 1)[0]
    assert DRAFT in kept


def test_the_language_page_says_that_spanish_is_a_draft(app: Flask, client: PageClient) -> None:
    assert LANGUAGES["es"].is_draft
    assert "Draft, to be checked by a speaker who uses drugs" in client.get("/language").text
    client.submit("/language", language="es")
    assert DRAFT.capitalize() in client.get("/language").text


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "?", ":")) and len(text.split()) > 2  # Not “Ledger no.”
