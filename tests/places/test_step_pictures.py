"""A picture beside each step of a help card: chosen by who keeps the cards, large, and only beside words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from governance.frame.outage import FOLDER
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places import service
from governance.places.models import HelpCard
from governance.places.rules import PICTURE_WORDS, Help, Picture
from tests.factories import an_open_programme
from tests.live import Live

SignIn = Callable[..., Any]
TEXT = (
    "Stay calm. 1. Shake them and shout. 2. Call for help. 3. Give naloxone. 4. Give breaths, one every 5 seconds. "
    "5. If they breathe, lay them on their side and stay."
)
PICTURES = ["shake", "call", "naloxone", "breaths", "side"]
CARD = {"kind": "overdose", "language": "en", "title": "Someone will not wake up", "phone": "555-0100"}
ICONS = Path(__file__).parents[2] / "templates" / "_icons.html"


def overdose(session: Session) -> HelpCard:
    session.rollback()
    return session.query(HelpCard).filter_by(kind=Help.OVERDOSE).one()


def its_pictures(session: Session) -> list[str]:
    found = [picture for _step, picture in overdose(session).steps]
    session.rollback()  # So that a page can write.
    return found


def with_pictures(session: Session) -> HelpCard:
    """The card on overdose, with five steps and the picture of each."""
    card = overdose(session)
    card.text = TEXT
    service.choose_pictures(session, card, PICTURES)
    return card


def test_every_picture_is_drawn_and_has_its_words() -> None:
    drawn = re.findall(r"name == 'step-(\w+)'", ICONS.read_text(encoding="utf-8"))
    assert set(drawn) == {each.value for each in Picture} == {each.value for each in PICTURE_WORDS}


@pytest.mark.on_both
def test_who_keeps_the_cards_is_asked_for_pictures_until_each_step_has_one(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    an_open_programme(session, keys)
    session.commit()
    admin, card = sign_in(Role.ADMIN), f"/places/help/{overdose(session).id}"
    session.rollback()
    asks = f"{card}/pictures"
    assert "This card has no numbered steps." in admin.get(asks).text
    assert asks not in admin.get("/places").text
    assert admin.submit(card, **CARD, text=TEXT).location == asks
    assert "icon-" not in admin.get("/help-now").text.partition("help-steps")[2].partition("</ol>")[0]
    chosen = {f"step_{number}": picture for number, picture in enumerate(PICTURES, 1)}
    assert admin.submit(asks, **chosen).status_code == 303
    assert its_pictures(session) == PICTURES
    assert f'href="{asks}"' in admin.get("/places").text
    assert admin.submit(card, **CARD, text=TEXT).location == "/places", "each has its picture"

    other = TEXT.replace("Give naloxone.", "Do not give naloxone twice.")
    assert admin.submit(card, **CARD, text=other).location == asks
    assert its_pictures(session) == ["shake", "call", "", "breaths", "side"]


def test_no_other_picture_is_taken_and_no_picture_is_an_answer(session: Session, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    asks = admin.submit("/places/help/new", **CARD, text="1. Shout. 2. Call.").location
    assert admin.submit(asks, step_1="shake", step_2="a wolf").status_code == 422
    assert admin.submit(asks, step_1="shake", step_2="").status_code == 303
    (card,) = service.help_cards(session)
    assert card.steps == [("Shout.", "shake"), ("Call.", "")]


def test_the_pictures_stay_while_the_database_does_not_answer(
    app: Flask, session: Session, keys: KeyFolder, client: Any
) -> None:
    an_open_programme(session, keys)
    session.commit()
    with_pictures(session)
    session.commit()
    seen = client.get("/help-now").text
    assert seen.count("step-") == 0, "the name of a drawing stands in no page"
    assert len(re.findall(r'<li><svg class="icon"[^>]*aria-hidden="true"', seen)) == len(PICTURES)
    kept = json.loads((app.config["SETTINGS"].home / FOLDER / "help-cards.json").read_text(encoding="utf-8"))
    last = next(each for each in kept["facts"] if each["kind"] == "overdose")
    assert list(last["pictures"].values()) == PICTURES


@pytest.fixture(scope="module")
def _drawn(live: Live) -> None:
    session = live.founded.session
    with_pictures(session)
    session.commit()


@pytest.fixture
def page(browser: Browser, live: Live, _drawn: None, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(live.url + "/help-now")
    yield page
    context.close()


@pytest.mark.parametrize("page", [(360, 640), (768, 1024), (1024, 768), (1280, 800)], indirect=True)
def test_each_step_has_a_large_picture_and_the_number_to_call_stands_before_them(page: Page) -> None:
    first = page.locator(".help-card").first
    boxes = [each.bounding_box() for each in first.locator(".help-steps .icon").all()]
    assert len(boxes) == len(PICTURES)
    assert all(box and box["width"] >= 60 and box["height"] >= 60 for box in boxes)
    number = first.locator(".help-phone a").bounding_box()
    assert number
    assert number["y"] + number["height"] <= min(box["y"] for box in boxes if box)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    heard = first.locator(".help-steps").aria_snapshot()
    assert "img" not in heard
    assert "Shake them and shout." in heard
