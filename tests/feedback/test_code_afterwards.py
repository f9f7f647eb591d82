"""Who took no code is offered one with the thanks, as long as what they said still waits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import FollowUp, Held
from governance.feedback.rules import Audience
from governance.privacy import retention
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
    assert code_on(client.post("/kiosk/code", data=form).text) == words, "a double tap shows it again"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Held)) == 1
    session.rollback()
    assert "It waits" in client.submit("/code", code=" ".join(words)).text
    (message,) = messages(founded, Audience.EVERYONE)
    assert message.words == "The tap drips"


def test_whoever_picks_another_language_for_the_thanks_has_not_written_in_it(
    client: PageClient, founded: Founded, session: Session
) -> None:
    """Else the readers would be told to have Spanish translated that is English."""
    kiosk = sent(client)
    kiosk.send("in-es")
    assert len(code_on(kiosk.send("code").text)) == 5
    session.rollback()
    (message,) = messages(founded, Audience.EVERYONE)
    assert (message.words, message.language) == ("The tap drips", "en")


@pytest.mark.on_both
def test_a_code_keeps_nobody_waiting_longer(founded: Founded, session: Session) -> None:
    said = feedback.Submission(token=b"t" * 16, words="The tap drips")
    feedback.take(session, founded.keys, said, TODAY)
    waits = session.execute(select(Held.day, Held.route)).one()
    code = feedback.prepare_code(founded.keys, said.token, "en")
    again = replace(said, code=code, route=rules.Route.NOW)
    feedback.give_code(session, founded.keys, again, TODAY + timedelta(days=1))
    assert session.execute(select(Held.day, Held.route)).one() == waits


def test_nothing_is_stretched_for_a_form_that_was_open_too_long_or_comes_from_nowhere(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**sent(client).fields, "go": "code"}
    monkeypatch.setattr(sealing, "code_from_token", lambda *_: pytest.fail("it was stretched"))
    assert client.post("/kiosk/code", data={**form, "csrf_token": "x"}).status_code == 422
    with clock.stopped_at(NOW + retention.OPEN_FORM + timedelta(minutes=2)):
        answer = client.post("/kiosk/code", data=form)
    assert answer.status_code == 422
    assert 'value="code"' not in answer.text


def test_only_the_slow_lane_makes_or_reads_a_code(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, founded: Founded, session: Session
) -> None:
    """A flood of them would keep every page waiting."""
    kiosk = sent(client)
    seen: list[str] = []
    stretch = sealing.stretch_raw

    def noted(*args: Any, **kwargs: Any) -> bytes:
        seen.append(request.path)
        return stretch(*args, **kwargs)

    monkeypatch.setattr("governance.sealing.codes.stretch_raw", noted)
    words = code_on(kiosk.send("code").text)
    walk = Walk(client, "/kiosk")
    walk.to_words()
    walk.next(words="More pipes")
    assert code_on(walk.send("send", wants_code="y").text)
    again = Walk(client, "/kiosk")
    again.to_words()
    assert "This is a code." in again.send("send", words=" ".join(words)).text
    assert set(seen) == {"/kiosk/code"}


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
    assert code_on(client.post("/kiosk/code", data=form).text) == []
    assert session.scalar(select(func.count()).select_from(FollowUp)) == 0
