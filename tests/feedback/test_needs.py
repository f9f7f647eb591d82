"""What needs me now, of messages: those that a reader of the other side asks to hide."""

from __future__ import annotations

import uuid

import pytest

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.needs import AskedToHide, needs
from governance.people import service as people
from tests.factories import Founded
from tests.feedback.messages import LATER, released

EVERYONE = frozenset({rules.Audience.EVERYONE})


@pytest.mark.parametrize("reason", HideReason)
def test_each_request_has_a_line_that_tells_its_reason_and_not_what_was_said(reason: HideReason) -> None:
    message_id = uuid.uuid4()
    (line,) = needs([AskedToHide(message_id, reason)])
    assert (str(line.title), line.page, line.at) == (reason.words, "feedback.message", {"message_id": message_id})


@pytest.mark.parametrize(
    ("alias", "waits"), [("Ash", False), ("Birch", False), ("Juniper", True), ("Kelp", True), ("Moss", False)]
)
def test_a_request_of_the_board_waits_for_readers_of_the_staff(founded: Founded, alias: str, *, waits: bool) -> None:
    message_id, me = released(founded), founded.account(alias)
    feedback.ask_to_hide(founded.session, message_id, HideReason.TEST, founded.account("Ash"), LATER)
    found = feedback.hide_requests_for(founded.session, me, people.roles_of(founded.session, me), EVERYONE)
    assert [each.message_id for each in found] == ([message_id] if waits else [])


def test_nobody_hears_of_a_request_about_what_they_cannot_read(founded: Founded) -> None:
    message_id, me = released(founded), founded.account("Juniper")
    feedback.ask_to_hide(founded.session, message_id, HideReason.TEST, founded.account("Ash"), LATER)
    roles = people.roles_of(founded.session, me)
    assert feedback.hide_requests_for(founded.session, me, roles, frozenset({rules.Audience.URGENT})) == []
