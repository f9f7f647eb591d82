"""The switch of languages marks a draft, that of the page too, and stands in the head of the wall and the record."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from tests.factories import an_open_programme
from tests.page import PageClient

DRAFT = {"ar": "مسودة", "es": "Borrador"}
PEN = 'aria-label="{}"'
TO_CHECK = {"es": "Borrador, por revisar por una persona"}


@pytest.fixture(autouse=True)
def _founded(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    session.commit()


def shown(client: PageClient, address: str, language: str) -> str:
    return client.get(address, headers={"Accept-Language": language}).text


def summary(html: str) -> str:
    found = re.search(r'<details class="languages">\s*<summary>(.*?)</summary>(.*?)<div', html, re.DOTALL)
    assert found
    return found[1] + found[2]


@pytest.mark.parametrize("language", sorted(DRAFT))
@pytest.mark.parametrize("address", ["/kiosk", "/say"])
def test_whoever_gets_a_draft_by_their_browsers_wish_sees_the_pen_and_its_words(
    client: PageClient, address: str, language: str
) -> None:
    there = summary(shown(client, address, language))
    assert PEN.format(DRAFT[language]) in there
    assert TO_CHECK.get(language, "") in there
    assert '<p class="meta">' in there
    assert "<p class" not in summary(shown(client, address, "en")), "the control: English is the source"


def test_with_two_languages_the_draft_is_said_beside_the_other_one(session: Session, client: PageClient) -> None:
    session.get_one(Programme, 1).languages = ["en", "es"]
    session.commit()
    for language, marked in (("es", True), ("en", False)):
        head = re.search(r'<header class="kiosk-head">(.*?)</header>', shown(client, "/kiosk", language), re.DOTALL)
        assert head
        assert bool(re.search(r'<span class="meta">.*Borrador</span>', head[1], re.DOTALL)) is marked


@pytest.mark.parametrize("address", ["/", "/decisions", "/alerts"])
def test_the_head_of_the_wall_and_the_record_has_the_switch_which_leads_back(client: PageClient, address: str) -> None:
    bar = re.search(r'<div class="site-bar">(.*?)<nav', shown(client, address, "es"), re.DOTALL)
    assert bar
    assert f'href="/language?next={address}"' in bar[1].replace("%2F", "/")
    assert '<span lang="es">Español</span>' in bar[1]
    assert PEN.format("Borrador") in bar[1]


def test_a_site_with_one_language_has_none(session: Session, client: PageClient) -> None:
    session.get_one(Programme, 1).languages = ["en"]
    session.commit()
    bar = re.search(r'<div class="site-bar">(.*?)<nav', shown(client, "/", "en"), re.DOTALL)
    assert bar
    assert "/language" not in bar[1]
