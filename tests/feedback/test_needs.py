"""What needs me now, of messages: those that a reader of the other side asks to hide."""

from __future__ import annotations

import uuid

import pytest

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import Message
from governance.feedback.needs import AskedToHide, Unsorted, needs, unsorted
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
    feedback.ask_to_hide(founded.session, founded.keys, message_id, HideReason.TEST, founded.account("Ash"), LATER)
    found = feedback.hide_requests_for(
        founded.session, founded.keys, me, people.roles_of(founded.session, me), EVERYONE, LATER
    )
    assert [each.message_id for each in found] == ([message_id] if waits else [])


def test_nobody_hears_of_a_request_about_what_they_cannot_read(founded: Founded) -> None:
    message_id, me = released(founded), founded.account("Juniper")
    feedback.ask_to_hide(founded.session, founded.keys, message_id, HideReason.TEST, founded.account("Ash"), LATER)
    roles = people.roles_of(founded.session, me)
    assert (
        feedback.hide_requests_for(founded.session, founded.keys, me, roles, frozenset({rules.Audience.URGENT}), LATER)
        == []
    )


@pytest.mark.parametrize("audience", rules.Audience)
def test_what_is_new_is_counted_for_each_box_and_leads_to_it(audience: rules.Audience) -> None:
    boxes = [Unsorted(audience, number, more=number > 98) for number in (0, 1, 3, 99)]
    none, (one,), (three,), (many,) = [unsorted([box]) for box in boxes]
    assert none == []
    titles = [str(each.title) for each in (one, three, many)]
    assert titles == ["1 new message", "3 new messages", "More than 99 new messages"]
    assert (one.page, one.at) == ("feedback.desk", {"box": audience.value})


def test_what_is_urgent_comes_before_everything_else_of_messages() -> None:
    ranks = {box: unsorted([Unsorted(box, 1)])[0].rank for box in rules.Audience}
    assert min(ranks, key=lambda box: ranks[box]) is rules.Audience.URGENT


@pytest.mark.parametrize("audience", rules.Audience)
def test_what_is_urgent_says_so_and_nothing_else_does(audience: rules.Audience) -> None:
    (line,) = unsorted([Unsorted(audience, 1)])
    urgent = audience is rules.Audience.URGENT
    assert (line.word, line.state) == (("Urgent", "late") if urgent else ("New", "new"))


@pytest.mark.parametrize("alias", ["Ash", "Juniper", "Kelp", "Larch", "Moss", "Cedar"])
def test_the_boxes_counted_are_those_that_ones_keys_open(founded: Founded, alias: str) -> None:
    ring = feedback.Keyring(founded.session, founded.keys, founded.reader(alias)) if alias not in "Moss Cedar" else None
    assert feedback.boxes_of(founded.session, founded.account(alias)) == (ring.audiences if ring else [])


def test_only_what_nobody_has_sorted_is_new(founded: Founded) -> None:
    first, _second = released(founded, "one"), released(founded, "two")
    assert feedback.unsorted_counts(founded.session, [rules.Audience.EVERYONE]) == {rules.Audience.EVERYONE: 2}
    founded.session.get_one(Message, first).lane = rules.Lane.THANKS
    founded.session.flush()
    assert feedback.unsorted_counts(founded.session, [rules.Audience.EVERYONE]) == {rules.Audience.EVERYONE: 1}
    assert feedback.unsorted_counts(founded.session, []) == {}
