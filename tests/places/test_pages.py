"""The pages of a site: what is missing before the first word, its help cards, its screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people.models import RecoveryShare
from governance.permissions.roles import Role
from governance.places import rules, service
from governance.places.models import HelpCard, Kiosk
from governance.programme import founding
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, PLAN, TODAY, an_open_programme, fill_in
from tests.page import PageClient

SignIn = Callable[..., Any]
CARD = {"kind": "overdose", "language": "en", "title": "When somebody does not wake up", "text": "Call. Stay."}


def a_code(page: str) -> str:
    return re.search(r">\s*(\d{4} \d{4} \d{4})\s*<", page)[1]  # type: ignore[index]


@pytest.mark.on_both
def test_feedback_opens_only_when_help_and_the_law_are_written_down(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    keys.clear()
    founding.found(session, keys, PLAN, NOW)
    session.commit()
    keys.end_founding()
    admin = sign_in(Role.ADMIN)
    page = admin.get("/places").text
    assert "Still to do before feedback can open" in page
    assert "/places/open" not in page
    with pytest.raises(RuleRefused, match="We cannot open feedback yet"):
        service.open_intake(session, keys, TODAY)
    session.rollback()

    fill_in(session, TODAY)
    session.commit()
    assert "Two people take a recovery share first" in admin.get("/places").text
    assert "/places/open" not in admin.get("/places").text
    session.execute(update(RecoveryShare).where(RecoveryShare.number < 3).values(sealed=b"", taken_on=TODAY))
    session.commit()
    assert admin.submit("/places", "open").status_code == 303
    assert service.intake_is_open(session)


def test_whoever_saves_a_help_card_says_that_it_was_checked_today(session: Session, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    assert admin.submit("/places/help/new", **CARD, phone="555-0100").status_code == 303
    (card,) = service.help_cards(session)
    assert (card.title, card.checked_on) == (CARD["title"], clock.today())
    session.rollback()
    assert "555-0100" in admin.get("/help-now").text


def test_a_card_with_no_title_comes_back_as_it_was_typed(session: Session, sign_in: SignIn) -> None:
    page = sign_in(Role.ADMIN).submit("/places/help/new", **{**CARD, "title": ""})
    assert page.status_code == 422
    assert "Call. Stay." in page.text
    assert service.help_cards(session) == []


def test_a_number_past_the_database_is_no_card(sign_in: SignIn) -> None:
    assert sign_in(Role.ADMIN).get("/places/help/9223372036854775808").status_code == 404


@pytest.mark.parametrize(("days", "shown"), [(0, True), (rules.PULLED_AFTER_DAYS, False)])
def test_an_old_card_is_pulled(session: Session, days: int, shown: bool) -> None:
    fill_in(session, TODAY)
    found = service.shown_to(service.help_cards(session), "en", TODAY + timedelta(days=days))
    assert bool(found) is shown


@pytest.mark.parametrize(
    ("days", "state"), [(0, ""), (rules.AMBER_AFTER_DAYS, "To check"), (rules.PULLED_AFTER_DAYS, "Not shown")]
)
def test_how_long_a_check_holds_is_said_where_cards_are_written_and_beside_an_old_one(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any, days: int, state: str
) -> None:
    an_open_programme(session, keys)
    card = service.help_cards(session)[0]
    card.checked_on, said = TODAY - timedelta(days=days), f"Checked on {TODAY - timedelta(days=days):%b} "
    title, card_id = card.title, card.id
    session.commit()
    with clock.stopped_at(NOW):
        admin = sign_in(Role.ADMIN)
        pages = [admin.get(address).text for address in ("/places", "/places/help/new", f"/places/help/{card_id}")]
        seen = client.get("/help-now").text
    for page in pages:
        assert "If nobody checks a card for 60 days, it says so. After 120 days people do not see it." in page
    row = pages[0].partition(f">{title}<")[2].partition("</tr>")[0]
    assert [each for each in ("To check", "Not shown") if each in row] == [each for each in (state,) if each]
    own = seen.partition(f">{title}<")[2].partition("</section>")[0]
    assert (said in own) is (state != "Not shown"), "the card itself says since when"
    assert ("This is a while ago." in own) is (state == "To check")


def test_a_card_in_ones_own_language_stands_before_one_in_english(session: Session) -> None:
    fill_in(session, TODAY)
    own = HelpCard(kind=rules.Help.CRISIS, language="es", title="Alguien con quien hablar", text="Pregunta.", phone="")
    service.save_help_card(session, own, TODAY)
    found = {each.card.kind: each for each in service.shown_to(service.help_cards(session), "es", TODAY)}
    assert found[rules.Help.CRISIS].card.title == own.title
    assert found[rules.Help.EMERGENCY].fallback
    assert next(iter(found)) is rules.Help.OVERDOSE


@pytest.mark.on_both
def test_a_screen_is_opened_with_its_code_and_a_lost_one_no_longer_works(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    an_open_programme(session, keys)
    admin, place = sign_in(Role.ADMIN), service.places(session)[0]
    place_id, place_name = place.id, place.name
    session.rollback()
    made = admin.submit("/places/kiosks/new", place=str(place_id), name="By the door")
    code = a_code(made.text)
    assert code not in admin.get("/places").text
    assert "There are 0 here." in client.submit("/kiosk/enrol", code="wrong").text
    assert client.submit("/kiosk/enrol", code=code).headers["Location"] == "/kiosk"
    assert "opens no screen" in PageClient(client.application).submit("/kiosk/enrol", code=code).text
    anew = a_code(admin.submit("/places", "/code").text)
    assert PageClient(client.application).submit("/kiosk/enrol", code=anew).headers["Location"] == "/kiosk"
    kiosk_id = str(session.query(Kiosk.id).scalar())
    assert service.place_of_kiosk(session, kiosk_id) == place_name
    session.close()
    assert admin.submit("/places", f"/{kiosk_id}/revoke").status_code == 303
    assert service.place_of_kiosk(session, kiosk_id) == ""
    assert f"/{kiosk_id}/code" not in admin.get("/places").text


@pytest.mark.parametrize("ticked", [False, True])
def test_a_screen_may_be_without_a_network_only_where_that_was_ticked(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, ticked: bool
) -> None:
    an_open_programme(session, keys)
    admin, place_id = sign_in(Role.ADMIN), service.places(session)[0].id
    session.rollback()
    box = {"goes_without": "y"} if ticked else {}
    made = admin.submit("/places/kiosks/new", place=str(place_id), name="The van", **box)
    client.submit("/kiosk/enrol", code=a_code(made.text))
    assert client.get("/kiosk/outbox").json["on"] is ticked
    assert ("May be without a network" in admin.get("/places").text) is ticked
    kiosk_id = str(session.query(Kiosk.id).scalar())
    session.close()
    if ticked:
        assert admin.submit("/places", f"/{kiosk_id}/keep-nothing").status_code == 303
        assert client.get("/kiosk/outbox").json["on"] is False


def test_a_language_is_kept_and_leads_back_inside_alone(client: Any) -> None:
    for asked, leads in (("/measures", "/measures"), ("//elsewhere.example", "/"), ("https://elsewhere.example", "/")):
        token = client.get("/language")
        answer = client.submit("/language", language="es", next=asked)
        assert (token.status_code, answer.headers["Location"]) == (200, leads)
    assert 'lang="es"' in client.get("/").text
