"""What members see of a theme some of whose messages were hidden."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.rules import About, Lane
from governance.people import service as people
from tests.factories import Founded
from tests.feedback.messages import LATER, released
from tests.feedback.test_for_members import IDEA, a_theme, founded, signed_in

__all__ = ["founded"]


def hide(founded: Founded, message_id: uuid.UUID) -> None:
    first, second = founded.account("Ash"), founded.account("Juniper")
    feedback.ask_to_hide(founded.session, founded.keys, message_id, HideReason.TEST, first, LATER)
    roles = people.roles_of(founded.session, second)
    feedback.agree_to_hide(founded.session, founded.keys, message_id, Lane.OTHER, second, roles, LATER)
    founded.session.commit()


@pytest.mark.parametrize("kept", [0, 2])
def test_a_theme_of_hidden_messages_says_nothing_but_that_and_why(app: Flask, founded: Founded, kept: int) -> None:
    """So nobody buries a theme without a trace; and what was kept from some changes nothing of it."""
    message_id = released(founded, "buy at my cousin's")
    others = [released(founded, f"they shouted {again}", about=About.WORKER) for again in range(kept)]
    theme = a_theme(founded, message_id, *others)
    member, at = signed_in(app, founded, "Dogwood"), f"/board/themes/{theme.id}"
    assert theme.title in member.get("/board/themes").text, "the control"
    hide(founded, message_id)
    listed, page = member.get("/board/themes").text, member.get(at).text
    for told in (listed, page):
        assert "A theme that is not shown" in told
        assert theme.title not in told
        assert IDEA not in told
    assert "A message was hidden here. Why: It was a test" in page
    assert "messages say so" not in listed + page
    assert theme.title not in member.get("/board/proposals/new").text


def test_a_theme_that_others_said_too_keeps_its_words_and_tells_that_one_was_hidden(
    app: Flask, founded: Founded
) -> None:
    message_id = released(founded, "it rains, it rains")
    theme = a_theme(founded, message_id, released(founded, "it rains"))
    kept = a_theme(founded, released(founded, "they shouted", about=About.WORKER), title="Shouting")
    hide(founded, message_id)
    member = signed_in(app, founded, "Dogwood")
    listed, page = member.get("/board/themes").text, member.get(f"/board/themes/{theme.id}").text
    assert theme.title in listed
    assert "Words were hidden" in listed
    assert IDEA in page
    assert "A message was hidden here. Why: It was a test" in page
    hide(founded, feedback.messages_of(founded.session, kept.id)[0].id)
    assert member.get(f"/board/themes/{kept.id}").status_code == 404, "one that was never before members leaves no line"
