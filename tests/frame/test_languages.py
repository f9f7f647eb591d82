"""Which language a page speaks: one that the programme offers, whole, and marked where nobody has checked it."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import flask_babel
import pytest
from babel.support import NullTranslations
from flask import Flask
from sqlalchemy.orm import Session

from governance.frame import checked, participants, site
from governance.frame.checked import StringState
from governance.frame.languages import LANGUAGES, best_of
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places.models import Programme
from governance.programme import founding
from governance.ruling.errors import NotReady
from tests.factories import an_open_programme
from tests.page import Page, PageClient

# These are words on pages. `test_page_cache` asks for pages of an open programme, in its languages, on both databases.

SOME_FOR_PARTICIPANTS = next(code for code, each in LANGUAGES.items() if not each.everywhere)
FRENCH = {"Accept-Language": "fr-CA, fr;q=0.9"}
PO = """
msgid ""
msgstr "Language: xx"

#, checked-by-speaker
msgid "Yes"
msgstr "Oui"

#, {flags}
msgid "No"
msgstr "Non"

#~ msgid "Gone"
#~ msgstr "Parti"
"""


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (["fr-CA", "en"], "fr"),
        (["xx", "es-419"], "es"),
        (["zh-TW"], "zh_Hant"),
        (["zh-HK", "en"], "zh_Hant"),
        (["zh"], "zh_Hans"),
        (["zh-Hans-SG"], "zh_Hans"),
        (["pt-BR"], "pt"),
        (["*"], None),
        ([], None),
    ],
)
def test_a_browser_asks_by_country_and_gets_its_language(tags: list[str], found: str | None) -> None:
    assert best_of(tags, ["en", "es", "fr", "pt", "zh_Hans", "zh_Hant"]) == found


def test_the_other_script_of_chinese_is_nearer_than_english() -> None:
    assert best_of(["zh-TW", "en"], ["en", "zh_Hans"]) == "zh_Hans"


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ("checked-by-speaker", StringState.SPEAKER),
        ("checked-by-speaker-who-uses-drugs", StringState.SPEAKER),
        ("python-format", StringState.DRAFT),
        ("python-format, checked-by-speaker", StringState.SPEAKER),
    ],
)
def test_a_language_is_as_far_as_the_string_that_was_checked_least(flags: str, state: StringState) -> None:
    assert checked.least(PO.format(flags=flags)) is state


def test_every_string_checked_by_a_speaker_who_uses_drugs_ends_the_draft() -> None:
    whole = PO.format(flags=StringState.PEER).replace("#, checked-by-speaker\n", f"#, {StringState.PEER}\n")
    assert checked.least(whole) is StringState.PEER
    assert checked.least("") is StringState.DRAFT, "an empty one was checked by nobody"
    assert checked.of("xx") is StringState.DRAFT
    assert not LANGUAGES["en"].is_draft


def test_a_draft_says_so_where_one_chooses_and_says_it_no_more_once_it_was_checked(client: PageClient) -> None:
    name, draft = LANGUAGES["fr"].name, StringState.DRAFT.words
    assert client.get("/language").text.count(draft) == len(LANGUAGES) - 1
    with patch.object(checked, "of", lambda language: StringState.SPEAKER if language == "fr" else StringState.PEER):
        page = client.get("/language").text
    assert name in page
    assert draft not in page
    assert page.count(StringState.SPEAKER.words) == 1


def test_only_the_languages_of_the_plan_are_offered(session: Session, keys: KeyFolder, client: PageClient) -> None:
    an_open_programme(session, keys)
    session.get_one(Programme, 1).languages = ["en", "fr", "xx"]
    session.commit()
    page = client.get("/language", headers={"Accept-Language": "es"})
    assert ('lang="en"' in page.text, "Français" in page.text, "Español" in page.text) == (True, True, False)
    assert client.submit("/language", language="es").status_code == 422, "one that is not offered is not taken"
    client.submit("/language", language="fr")
    assert '<html lang="fr" dir="ltr">' in client.get("/").text


@pytest.mark.parametrize("named", [["xx"], [], ["en", "english"]])
def test_a_plan_names_languages_that_are_there(named: list[str]) -> None:
    facts = {"programme": {"name": "A", "place_name": "B", "board_name": "C", "languages": named}}
    facts |= {"places": [{"name": "D"}], "seats": [], "people": []}  # type: ignore[dict-item]
    with pytest.raises(NotReady, match=r"languages has .*Choose from en, es, fr"):
        founding.read_plan(facts)


def test_before_the_founding_every_language_is_there(app: Flask, client: PageClient) -> None:
    with app.app_context():
        assert list(site.languages()) == list(LANGUAGES)
    assert all(each.name in client.get("/language").text for each in LANGUAGES.values())


@pytest.mark.on_both
def test_a_language_for_participants_leaves_work_pages_and_the_record_in_english(
    session: Session, keys: KeyFolder, client: PageClient, sign_in: object
) -> None:
    assert SOME_FOR_PARTICIPANTS == "fr"
    an_open_programme(session, keys)
    for address, language in (
        ("/", "fr"),
        ("/kiosk", "fr"),
        ("/nowhere", "fr"),
        ("/promises", "en"),
        ("/ledger", "en"),
    ):
        assert f'<html lang="{language}"' in client.get(address, headers=FRENCH).text, address
    assert '<html lang="en"' in client.get("/board", headers=FRENCH).text, "the page that asks to sign in"
    worker = sign_in(Role.MEMBER)  # type: ignore[operator]
    for chosen, at_work in (("fr", "en"), ("es", "es")):
        worker.submit("/language", "language", language=chosen)
        assert f'<html lang="{at_work}" dir="ltr">' in worker.get("/board").text
        assert f'<html lang="{chosen}" dir="ltr">' in worker.get("/help-now").text


def test_every_page_is_of_one_kind_or_the_other(app: Flask) -> None:
    theirs = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if participants.is_theirs(rule.endpoint, app.view_functions[rule.endpoint])
    }
    assert {"feedback.kiosk", "ballots.vote", "publishing.code", "places.help_now", "publishing.wall"} <= theirs
    assert not {"board.home", "feedback.desk", "people.sign_in", "ledger.index", "static"} & theirs


@pytest.fixture
def without_words() -> Iterator[None]:
    """Every page in a language whose catalogue is empty."""
    with patch.object(flask_babel.Domain, "get_translations", lambda domain: NullTranslations()):
        yield


def test_words_about_help_never_fall_back_in_silence(
    session: Session, keys: KeyFolder, client: PageClient, without_words: None
) -> None:
    an_open_programme(session, keys)
    pages = {address: client.get(address, headers=FRENCH).text for address in ("/kiosk", "/help-now")}
    vital = ("Someone needs help now", "Tell any worker: “Please come.” You do not have to say why.")
    for address, page in pages.items():
        assert '<html lang="fr"' in page
        for sentence in vital if address == "/kiosk" else vital[1:]:
            assert f'<span lang="en" dir="ltr">{sentence} <span class="meta">(English)</span></span>' in page
    assert "What nobody can promise" in pages["/kiosk"]
    assert '<span lang="en" dir="ltr">What nobody can promise' in pages["/kiosk"]
    assert '<span lang="en" dir="ltr">Hide this' not in pages["/kiosk"], "the control: other words are not marked"


def test_where_there_are_words_nothing_is_marked(session: Session, keys: KeyFolder, client: PageClient) -> None:
    an_open_programme(session, keys)
    for language in ("en", "es", "fr"):
        page = client.get("/help-now", headers={"Accept-Language": language}).text
        heads = [text for text in Page(page).text if "Please come" in text]
        assert bool(heads) == (language == "en")
        assert page.count('<span class="meta">(English)</span>') == 0


def test_every_word_of_help_is_one_that_never_falls_back() -> None:
    from governance import assets

    source = (assets.folder("templates") / "places" / "_help_cards.html").read_text(encoding="utf-8")
    assert "vital(" in source
    assert " _(" not in source


def test_the_switch_is_a_menu_where_there_are_many_and_keeps_what_was_picked(
    session: Session, keys: KeyFolder, client: PageClient
) -> None:
    an_open_programme(session, keys)
    page = client.get("/kiosk")
    assert '<details class="languages">' in page.text
    names = [
        facts["value"] for tag, facts in Page(page.text).tags if tag == "button" and "in-" in facts.get("value", "")
    ]
    assert names == [f"in-{code}" for code in LANGUAGES if code != "en"]
    form = next(form for form in Page(page.text).forms if "so_far" in form["fields"])
    french = client.post("/kiosk", data={**form["fields"], "lane": "thanks", "go": "in-fr"}).text
    assert '<html lang="fr"' in french
    assert any(facts.get("value") == "thanks" and "checked" in facts for tag, facts in Page(french).tags)


def test_two_languages_are_one_tap(session: Session, keys: KeyFolder, client: PageClient) -> None:
    an_open_programme(session, keys)
    session.get_one(Programme, 1).languages = ["en", "es"]
    session.commit()
    page = client.get("/kiosk").text
    assert '<details class="languages">' not in page
    assert 'value="in-es"' in page
