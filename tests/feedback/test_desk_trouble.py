"""The desk in trouble: rows changed by hand, addresses of nothing, cards without a box, and many messages."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from governance.feedback import rules
from governance.feedback.models import Message
from governance.permissions.roles import Role
from tests.factories import Founded
from tests.feedback.messages import LATER, let_out, released, send
from tests.feedback.test_desk import at, founded, reader
from tests.page import Page
from tests.statements import statements

__all__ = ["founded"]


@pytest.mark.on_both
def test_a_message_somebody_changed_by_hand_does_not_hide_the_others(app: Flask, founded: Founded) -> None:
    broken, whole = released(founded, "broken"), released(founded, "whole")
    founded.session.execute(update(Message).where(Message.id == broken).values(sealed=b"\x01" + bytes(700)))
    founded.session.commit()
    visitor = reader(app, founded)
    page = visitor.get("/desk").text
    assert "This one does not open" in page
    assert "whole" in page
    assert "It was changed" in visitor.get(at(broken)).text
    assert "whole" in visitor.get(at(whole)).text


def test_no_such_message_or_theme_is_a_404(app: Flask, founded: Founded) -> None:
    visitor = reader(app, founded)
    assert visitor.get(at(uuid.uuid4())).status_code == 404
    assert visitor.get("/desk/messages/1").status_code == 404
    assert visitor.get("/desk/themes/4000").status_code == 404
    assert visitor.get("/desk/themes/99999999999999999999").status_code == 404


def test_a_card_that_nobody_has_signed_for_opens_no_box(app: Flask, founded: Founded, sign_in: object) -> None:
    page = sign_in(Role.STAFF_READER).get("/desk")
    assert page.status_code == 200
    assert "Your keys open no box yet" in page.text


@pytest.mark.parametrize("messages", [3, 25])
def test_the_inbox_takes_as_many_queries_for_thirty_messages_as_for_three(
    app: Flask, founded: Founded, messages: int
) -> None:
    for number in range(messages):
        send(founded, str(number))
    let_out(founded)
    founded.session.commit()
    visitor = reader(app, founded)
    with statements(app) as sent:
        visitor.get("/desk")
    of_every_page = [each for each in sent if "FROM sign_in" in each or "FROM programme" in each]
    assert len(of_every_page) == 2
    assert len(sent) - len(of_every_page) == 21, (
        "the clock, one's own key, the keys of the boxes, if marks hold, the messages, the counts, the doors in two, "
        "and what waits at the doors of the board in thirteen"
    )


@pytest.mark.parametrize("alias", ["Juniper", "Kelp", "Larch"])
def test_what_waits_on_a_first_page_takes_as_many_queries_for_thirty_messages_as_for_three(
    app: Flask, founded: Founded, alias: str
) -> None:
    visitor, taken = reader(app, founded, alias), []
    for messages in (3, 27):
        for number in range(messages):
            send(founded, str(number), lane=rules.Lane.GRIEVANCE if number % 2 else rules.Lane.OTHER)
        let_out(founded, LATER + timedelta(days=messages))
        founded.session.commit()
        with statements(app) as sent:
            visitor.get("/desk")
        taken.append(len(sent))
    assert taken[0] == taken[1] <= 31, "four of them ask how far the first week has come"


def test_the_desk_writes_nothing_about_who_read_what(app: Flask, founded: Founded) -> None:
    message_id = released(founded, "the light")
    visitor = reader(app, founded)
    with statements(app) as sent:
        visitor.get("/desk")
        visitor.get(at(message_id))
    assert [each for each in sent if not each.lstrip().upper().startswith(("SELECT", "WITH", "PRAGMA"))] == []


def test_a_search_says_what_it_did_not_look_through(app: Flask, founded: Founded) -> None:
    for more, day, cut in ((299, LATER, False), (2, LATER + timedelta(days=1), True)):
        for _ in range(more):
            send(founded, "the tap drips")
        let_out(founded, day)
        founded.session.commit()
        visitor = reader(app, founded)  # What was looked for waits in the cookie of a device.
        page = visitor.get("/desk?box=everyone").text
        assert "is not searched" not in page, "nobody looked for anything"
        (form,) = [form for form in Page(page).forms if "q" in form["fields"]]
        found = visitor.post(form["action"], data={**form["fields"], "q": "tap"}, follow_redirects=True).text
        assert ("Only the newest 300 are looked through." in found) is cut
        assert "A message that may upset you is not searched." in found
