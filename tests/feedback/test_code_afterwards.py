"""Who took no code is offered one with the thanks, as long as what they said still waits."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.models import FollowUp, Held
from governance.feedback.rules import Audience
from tests.factories import NOW, TODAY, Founded
from tests.feedback.factories import Walk, messages
from tests.page import PageClient

pytestmark = pytest.mark.usefixtures("at_noon", "founded")


def code_on(page: str) -> list[str]:
    """Return the five words of the code that stands on *page*."""
    found = re.search(r'<div class="code-words">.*?</div>', page, re.S)
    return re.findall(r"<li>(\w+)</li>", found[0]) if found else []


def sent(client: PageClient) -> Walk:
    kiosk = Walk(client, "/kiosk")
    kiosk.to_words()
    kiosk.next(words="The tap drips")
    with clock.stopped_at(NOW.replace(minute=1)):
        assert "Thank you. It is in." in kiosk.send("send").text
    return kiosk


def test_the_thanks_offer_a_code_that_opens_what_was_sent(
    client: PageClient, founded: Founded, session: Session
) -> None:
    kiosk = sent(client)
    form = {**kiosk.fields, "go": "code"}
    words = code_on(kiosk.send("code").text)
    assert len(words) == 5
    assert code_on(client.post("/kiosk", data=form).text) == words, "a double tap shows it again"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Held)) == 1
    session.rollback()
    assert "It waits" in client.submit("/code", code=" ".join(words)).text
    (message,) = messages(founded, Audience.EVERYONE)
    assert message.words == "The tap drips"


def test_what_is_let_out_cannot_be_bound_to_a_code_any_more(
    client: PageClient, founded: Founded, session: Session
) -> None:
    kiosk = sent(client)
    feedback.release(session, founded.keys, TODAY.replace(day=TODAY.day + 4))
    session.commit()
    answer = kiosk.send("code")
    assert "It has gone to its readers already." in answer.text
    assert code_on(answer.text) == []
    assert session.scalar(select(func.count()).select_from(FollowUp)) == 0


def test_the_next_person_at_the_kiosk_gets_no_code_of_the_one_before(client: PageClient, session: Session) -> None:
    form = {**sent(client).fields, "go": "code"}
    client.get("/kiosk")
    assert code_on(client.post("/kiosk", data=form).text) == []
    assert session.scalar(select(func.count()).select_from(FollowUp)) == 0
