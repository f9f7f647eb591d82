"""Every language is whole: each string it owes is there, fits its sentence, and is in no other language by mistake."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from governance.frame import checked
from governance.frame.languages import LANGUAGES
from governance.frame.placeholders import fault_of
from tests.page import PageClient
from tests.words import catalogue
from tests.words.catalogue import forms, messages, their_words

OTHERS = [code for code in LANGUAGES if code != "en"]
PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"POT-Creation-Date: 2026-11-24 00:00+0000\\n"

#, checked-by-speaker-who-uses-drugs
msgid "No"
msgstr "Nein"

#, checked-by-speaker-who-uses-drugs
msgid "{first}"
msgstr "Ja"
"""
# Which letters a language is written in, where they are not ours: a sentence without one was left as it was.
LETTERS = {"ar": "\u0600-\u06ff", "pa": "\u0a00-\u0a7f", "zh_Hans": "\u4e00-\u9fff", "zh_Hant": "\u4e00-\u9fff"}


def owed(language: str, english: Catalog) -> list[Message]:
    """Every string that *language* has to have: all, or what participants see."""
    everything = LANGUAGES[language].everywhere
    return [message for message in messages(english) if everything or their_words.are_theirs(message.locations)]


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_that_it_owes_is_missing_or_left_over(language: str, english: Catalog) -> None:
    """Run `make translations` and fill in what is empty."""
    kept = {message.id: message for message in messages(catalogue.of(language))}
    wanted = {message.id for message in owed(language, english)}
    assert {text for text in wanted if text not in kept or not all(forms(kept[text].string))} == set()
    assert set(kept) - wanted == set()
    assert [message.id for message in kept.values() if message.fuzzy] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_fits_into_its_place(language: str) -> None:
    said = catalogue.of(language)
    wrong = {str(message.id): fault_of(forms(message.id), forms(message.string)) for message in messages(said)}
    assert {text: fault for text, fault in wrong.items() if fault} == {}
    for message in messages(said):
        assert len(forms(message.string)) == (said.num_plurals if message.pluralizable else 1), message.id
        assert all(form == form.strip() and "  " not in form for form in forms(message.string)), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_it_is_translated_and_not_copied(language: str) -> None:
    said = messages(catalogue.of(language))
    copied = [message.id for message in said if message.string == message.id and len(str(message.id).split()) > 3]
    assert [text for text in copied if "%(" not in text] == []
    letters = re.compile(f"[{LETTERS.get(language, 'a-zA-Z')}]")
    bare = [str(message.id) for message in said for form in forms(message.string) if not letters.search(form)]
    assert [text for text in bare if re.search(r"[a-z]{2}", catalogue.PLACEHOLDER.sub("", text))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_page_speaks_it_and_names_it_as_html_does(language: str, client: PageClient) -> None:
    each, said = LANGUAGES[language], catalogue.of(language)
    page = client.get("/help-now", headers={"Accept-Language": each.tag}).text
    assert f'<html lang="{each.tag}" dir="{each.direction}">' in page
    assert f"<h1>{said['Help now'].string}</h1>" in page
    assert f'dir="{each.direction}">{each.name}</button>' in client.get("/language").text
    assert '<html lang="en" dir="ltr">' in client.get("/board", headers={"Accept-Language": each.tag}).text or (
        each.everywhere
    )


@pytest.mark.parametrize(
    ("english", "said", "fault"),
    [
        (("Week of %(day)s",), ("Semaine du %(day)s",), ""),
        (("Week of %(day)s",), ("Semaine",), "it needs %(day)s, and has none"),
        (("Week",), ("Semaine %(day)s",), "it needs no placeholder, and has %(day)s"),
        (("Week of %(day)s",), ("100 % du %(day)s",), "a %, { or } in it is no placeholder"),
        (("{n} words",), ("{n} mots }",), "a %, { or } in it is no placeholder"),
        (("One",), ("<b>Un</b>",), "it has a <, > or & that the English has not"),
        (("%(num)d day", "%(num)d days"), ("jour", "deux jours", "%(num)d jours"), ""),
        (("%(num)d day", "%(num)d days"), ("%(num)d jour", "jours"), "it needs %(num)d, and has none"),
        (("%(num)d day", "%(num)d days"), ("%(x)d jour", "%(num)d jours"), "it needs %(num)d, and has %(x)d"),
    ],
)
def test_what_does_not_fit_is_said(english: tuple[str, ...], said: tuple[str, ...], fault: str) -> None:
    assert fault_of(english, said) == fault


def test_bringing_new_words_in_keeps_how_far_each_was_checked(tmp_path: Path) -> None:
    """As `make translations` does it. A sentence that was changed is a new one, and a draft."""
    template, kept = tmp_path / "messages.pot", tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    kept.parent.mkdir(parents=True)
    kept.write_text(PO.format(first="Yes"), encoding="utf-8")
    template.write_text(PO.format(first="Yes!").replace("#, checked-by-speaker-who-uses-drugs\n", ""), encoding="utf-8")
    pybabel = Path(sys.executable).with_name("pybabel")
    options = ["-N", "--ignore-obsolete", "--no-wrap", "--ignore-pot-creation-date", "--init-missing"]
    command = [pybabel, "--quiet", "update", *options, "-l", "de", "-i", template, "-d", tmp_path]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    states = {message.id: checked.state_in(message.flags) for message in messages(catalogue.read(kept))}
    assert states == {"No": checked.StringState.PEER, "Yes!": checked.StringState.DRAFT}
