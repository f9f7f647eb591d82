"""Paper cards in Chinese and Punjabi are printed on a computer without any font: the program has the letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import typst
from flask import Flask
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from governance import assets, clock
from governance.feedback import printing
from governance.feedback.paper_cards import Paper
from governance.feedback.printing import NoLetters, PaperCard, cards_pdf
from governance.feedback.views.blank_cards import _card
from governance.frame.languages import LANGUAGES
from governance.keys.keyfolder import KeyFolder
from governance.places.models import HelpCard
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.test_desk import reader

# What is printed is the same from whichever database its few words come.

OURS = ("zh_Hans", "zh_Hant", "pa")
LARGEST = 60_000  # Bytes of one file.


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme, on the day it was founded."""
    with clock.stopped_everywhere(NOW):
        yield an_open_programme(session, keys)


def card_in(app: Flask, code: str) -> PaperCard:
    with app.test_request_context(), force_locale(code):
        return _card(code, "")


def words_of(card: PaperCard) -> str:
    said = [*card.lead, card.write, card.over, card.help_title, *card.box]
    said += [each.question for each in (*card.front, *card.back)]
    return "".join(said + [box.words for group in (*card.front, *card.back) for box in group.boxes])


def lacking(card: PaperCard, code: str) -> str:
    """Return which letters of a card no font without the system's has: each is tried alone."""
    bare = replace(card, lead=[], front=[], back=[], help_lines=[], box=[], lines=1, write="x", over="", help_title="")

    def is_there(letter: str) -> bool:
        try:
            return bool(cards_pdf(replace(bare, title="x" + letter), code, Paper.A4, only_our_letters=True))
        except NoLetters:
            return False

    return "".join(letter for letter in sorted(set(words_of(card))) if not is_there(letter))


@pytest.mark.parametrize("code", OURS)
def test_every_letter_of_the_words_is_there(app: Flask, founded: Founded, code: str) -> None:
    card = replace(card_in(app, code), help_lines=[])
    try:
        assert cards_pdf(card, code, Paper.A4, only_our_letters=True).startswith(b"%PDF")
    except NoLetters:
        pytest.fail(f"LETTERS={''.join(sorted(set(words_of(card))))}: not there are {lacking(card, code)}")


@pytest.mark.parametrize("code", OURS)
def test_a_letter_that_is_nowhere_is_seen(app: Flask, founded: Founded, code: str) -> None:
    """The control: a letter of another script on the same card."""
    card = replace(card_in(app, code), help_lines=[], over="龘龖")
    with pytest.raises(NoLetters):
        cards_pdf(card, code, Paper.A4, only_our_letters=True)
    assert lacking(card, code) == "龖龘"


@pytest.mark.on_both
@pytest.mark.parametrize("code", OURS)
def test_numbers_for_help_with_other_letters_stand_there_in_english(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """As on a computer without fonts. A number for help is never left out for want of a letter."""
    session = founded.session
    for english in session.query(HelpCard).filter_by(language="en").all():
        facts = {name: getattr(english, name) for name in HelpCard.__table__.columns.keys() if name != "id"}  # noqa: SIM118
        session.add(HelpCard(**{**facts, "language": code, "title": "龘龖"}))
    session.commit()
    printed: list[PaperCard] = []

    def bare(card: PaperCard, *how: object, **named: object) -> bytes:
        printed.append(card)
        return cards_pdf(card, *how, only_our_letters=True, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("governance.feedback.views.blank_cards.cards_pdf", bare)
    answer = reader(app, founded).get(f"/desk/paper/blank?language={code}&paper=a4")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    first, second = printed[0], printed[-1]
    assert all(not line.in_english for line in first.help_lines)
    assert all(line.in_english for line in second.help_lines)
    assert len(second.help_lines) == len(first.help_lines) > 0
    assert second.front == first.front, "all else is in the language of the card"


@pytest.mark.parametrize("code", OURS)
def test_a_line_that_lacks_a_letter_takes_no_other_line_and_no_number_with_it(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """One line has its letters, one has none and is there in English too, and one is in this language alone."""
    session = founded.session
    phones = {"emergency": "911", "overdose": "604-555-0100", "crisis": "604-555-0199"}
    session.query(HelpCard).delete()
    for kind, phone, language, title in (
        ("emergency", "911", code, "x"), ("overdose", phones["overdose"], code, "龘龖"),
        ("overdose", phones["overdose"], "en", "Overdose line"), ("crisis", phones["crisis"], code, "龘龖"),
    ):  # fmt: skip
        session.add(
            HelpCard(kind=kind, phone=phone, language=language, title=title, text="Call.", position=1, checked_on=TODAY)
        )
    session.commit()
    printed: list[PaperCard] = []

    def bare(card: PaperCard, *how: object, **named: object) -> bytes:
        printed.append(card)
        return cards_pdf(card, *how, only_our_letters=True, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("governance.feedback.views.blank_cards.cards_pdf", bare)
    device = reader(app, founded)
    assert device.get(f"/desk/paper/blank?language={code}&paper=a4").status_code == 200
    lines = {line.words.rsplit(": ", 1)[1]: line for line in printed[-1].help_lines}
    assert set(lines) == set(phones.values()), "no number is left out"
    assert (lines["911"].words, lines["911"].in_english) == ("x: 911", False)
    assert lines[phones["overdose"]].words == f"Overdose line: {phones['overdose']}"
    with app.test_request_context(), force_locale(code):
        label = str(gettext("Someone to talk to"))
    of_its_kind = lines[phones["crisis"]]
    assert of_its_kind.words.split(":")[0] == ("Someone to talk to" if of_its_kind.in_english else label)
    assert "Please check the cards." in device.get("/desk/paper/blank").text, "whoever prints is told"


def test_the_letters_are_small_and_say_whose_they_are() -> None:
    folder = assets.PACKAGE / printing.LETTERS
    fonts = sorted(path for path in folder.iterdir() if path.suffix in (".otf", ".ttf"))
    assert [path.name for path in fonts] == ["cards-guru.ttf", "cards-hans.otf", "cards-hant.otf"]
    assert all(path.stat().st_size < LARGEST for path in fonts)
    licence = (folder / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(path.name in licence for path in fonts)
    named = {*printing.FONTS, *printing.CHINESE["zh_Hans"], *printing.CHINESE["zh_Hant"]}
    known = {str(name) for name in typst.Fonts(font_paths=[folder], include_system_fonts=False).families()}
    assert {name for name in known if name.startswith("Real Voice")} == {n for n in named if n.startswith("Real Voice")}


def test_chinese_has_its_own_letters_first() -> None:
    for code, other in (("zh_Hans", "Hant"), ("zh_Hant", "Hans")):
        assert not [name for name in printing.CHINESE[code] if name.endswith(other)]
    assert set(printing.CHINESE) == {code for code in LANGUAGES if re.match("zh_", code)}
