"""A help card says which country its number and its hours are for: on the page, in an outage, and on paper."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance.feedback.printing import PaperCard, cards_pdf
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places import service
from governance.places.rules import Help
from governance.places.views.last_known import _card
from tests.factories import an_open_programme
from tests.places.test_step_pictures import FOLDER

COUNTRY = "Ireland"


@pytest.fixture(autouse=True)
def _founded(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    next(card for card in service.help_cards(session) if card.kind is Help.OVERDOSE).country = COUNTRY
    session.commit()


def test_who_keeps_the_places_writes_it_and_the_page_shows_it(session: Session, sign_in: Any, client: Any) -> None:
    card = next(card for card in service.help_cards(session) if card.kind is Help.CRISIS)
    keeper = sign_in(Role.ADMIN)
    sent = keeper.submit(f"/places/help/{card.id}", "title", country="Portugal", hours="9 to 5")
    assert sent.status_code == 303
    session.expire_all()
    assert card.country == "Portugal"
    facts = " ".join(client.get("/help-now").text.split())
    assert "Portugal · 9 to 5" in facts
    assert facts.count(f">{COUNTRY}<") == 1


def test_what_is_kept_for_an_outage_has_it_and_may_be_of_an_older_version(app: Flask, client: Any) -> None:
    client.get("/help-now")
    kept = json.loads((app.config["SETTINGS"].home / FOLDER / "help-cards.json").read_text(encoding="utf-8"))
    first = next(facts for facts in kept["facts"] if facts["kind"] == "overdose")
    assert first["country"] == COUNTRY
    assert _card(first).country == COUNTRY
    del first["country"]
    assert not _card(first).country


def test_a_printed_card_says_it_beside_the_number(sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[PaperCard] = []

    def noted(card: PaperCard, *how: Any) -> bytes:
        printed.append(card)
        return cards_pdf(card, *how)

    monkeypatch.setattr("governance.feedback.views.blank_cards.cards_pdf", noted)
    assert sign_in(Role.STAFF_READER).get("/desk/paper/blank?language=en&paper=a4").status_code == 200
    lines = [line.words for line in printed[0].help_lines]
    assert f"Help: overdose: 555-0100 ({COUNTRY})" in lines
    assert "Help: crisis: 555-0100" in lines
