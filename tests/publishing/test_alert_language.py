"""A drug alert says in which language it is: on a page, to what reads it out, and in its line of the ledger."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.places.models import Programme
from governance.programme import accounting
from governance.publishing import service
from governance.publishing.models import Alert
from tests.factories import NOW, Founded, an_open_programme
from tests.factories import TODAY as FOUNDED
from tests.publishing.test_wall import ALERT

MEMBER = frozenset({Role.MEMBER})
SOON = FOUNDED + timedelta(days=9)
NOTES = {
    "es": 'Esto por ahora solo está en este idioma: <span lang="en" dir="auto">English</span>.',
    "ar": 'هذا بهذه اللغة فقط حتى الآن: <span lang="en" dir="auto">English</span>.',
}


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    founded = an_open_programme(session, keys)
    session.commit()
    return founded


def up(session: Session, founded: Founded, language: str | None) -> Alert:
    """An alert that two of the board have read, in a *language*; None: as an older version wrote it."""
    facts = {**ALERT, **({"language": language} if language else {})}
    alert = service.write_alert(session, founded.account("Juniper"), facts, SOON, FOUNDED)
    for alias in ("Ash", "Birch"):
        service.board_reads(session, founded.keys, alert.id, founded.account(alias), MEMBER, FOUNDED)
    session.commit()
    return alert


def page(client: Any, address: str, language: str) -> str:
    with clock.stopped_at(NOW):
        return " ".join(client.get(address, headers={"Accept-Language": language}).text.split())


def tag_around(html: str, words: str) -> str:
    """The tag that stands right before *words*."""
    found = re.search(r"(<[^<>]*>)\s*" + re.escape(words), html)
    assert found, words
    return found[1]


@pytest.mark.parametrize("address", ["/", "/alerts"])
@pytest.mark.parametrize("language", sorted(NOTES))
def test_on_a_page_in_another_language_each_word_of_it_is_marked_and_a_note_says_so(
    session: Session, founded: Founded, client: Any, address: str, language: str
) -> None:
    up(session, founded, "en")
    html = page(client, address, language)
    shown = ("title", "told", "what_helps") if address == "/" else tuple(ALERT)
    for name in shown:
        assert 'lang="en" dir="auto"' in tag_around(html, ALERT[name]), name
    assert NOTES[language] in html


@pytest.mark.parametrize("address", ["/", "/alerts"])
def test_on_a_page_in_its_own_language_nothing_is_marked(
    session: Session, founded: Founded, client: Any, address: str
) -> None:
    up(session, founded, "es")
    html = page(client, address, "es")
    assert 'lang="' not in tag_around(html, ALERT["told"])
    assert "solo está en este idioma" not in html
    in_english = page(client, address, "en")
    assert 'lang="es"' in tag_around(in_english, ALERT["told"])
    assert 'This is only in <span lang="es" dir="auto">Español</span> so far.' in in_english


@pytest.mark.on_both
def test_its_line_says_the_language_and_whoever_changes_it_by_hand_is_found_out(
    session: Session, keys: KeyFolder, founded: Founded, client: Any
) -> None:
    alert = up(session, founded, "es")
    lines = dict(ledger.leaves(session, "decisions"))
    assert lines[alert.leaf or 0]["language"] == "es"
    for changed in ("ar", None):
        session.execute(update(Alert).values(language=changed))
        session.commit()
        session.expire_all()
        assert any("language" in each for each in accounting.differences(session, keys, FOUNDED))
        assert 'lang="' not in tag_around(page(client, "/alerts", "es"), ALERT["told"]), "the page shows what went up"


def test_one_of_an_older_version_holds_and_counts_as_written_in_the_language_of_the_site(
    session: Session, keys: KeyFolder, founded: Founded, client: Any
) -> None:
    alert = up(session, founded, None)
    assert "language" not in dict(ledger.leaves(session, "decisions"))[alert.leaf or 0]
    assert [each for each in accounting.differences(session, keys, FOUNDED) if "alert" in each] == []
    assert 'lang="en"' in tag_around(page(client, "/alerts", "es"), ALERT["told"])
    session.execute(update(Alert).values(language="es"))
    session.commit()
    session.expire_all()
    assert any("language" in each for each in accounting.differences(session, keys, FOUNDED)), "nor can one be given it"


@pytest.mark.on_both
def test_who_writes_one_is_offered_the_languages_of_the_site_the_first_of_them_chosen(
    session: Session, founded: Founded, sign_in: Any
) -> None:
    session.get_one(Programme, 1).languages = ["es", "en"]
    session.commit()
    with clock.stopped_at(NOW):
        staff = sign_in(Role.STAFF_READER)
        asked = staff.get("/desk/alerts").text
        chosen = re.findall(r"<option([^>]*)>([^<]+)</option>", asked)
        assert [name for _, name in chosen] == ["Español", "English"]
        sent = {**ALERT, "ends_on": SOON.isoformat()}
        assert staff.submit("/desk/alerts", "title", **sent, language="en").status_code == 303
        assert staff.submit("/desk/alerts", "title", **sent, language="xx").status_code == 422
    assert [each.language for each in session.query(Alert)] == ["en"]
