"""The mark of what came in a flood: how long it stays, and that nobody who makes one by hand gains by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from governance.feedback import service as feedback
from governance.feedback.models import BatchMessage, FloodMark, Held, Message
from governance.feedback.service import flood
from governance.storage import database
from tests.factories import TODAY, Founded
from tests.feedback.messages import LATER, let_out, send, stored
from tests.feedback.test_desk import at, reader
from tests.feedback.test_flood import fill, opened

pytestmark = pytest.mark.usefixtures("at_noon")


# The mark


@pytest.mark.on_both
def test_a_mark_goes_once_a_reader_has_sorted_it_and_two_weeks_after_its_week(app: Flask, founded: Founded) -> None:
    fill(founded, 8)
    let_out(founded)
    founded.session.commit()
    marked = stored(founded, select(FloodMark.message_id))
    visitor = reader(app, founded)
    form = visitor.form(at(marked[0]), "/sort")
    del form["fields"]["alike"]
    visitor.post(form["action"], data={**form["fields"], "lane": "thanks"})
    end_of_week = TODAY + timedelta(days=6)
    for day, left in ((LATER, 7), (end_of_week + timedelta(days=14), 7), (end_of_week + timedelta(days=15), 0)):
        with database.writing():
            feedback.retire(founded.session, founded.keys, day)
            founded.session.commit()
        assert len(stored(founded, select(FloodMark.message_id))) == left, day
    assert len(opened(founded, apart=False)) == 7, "then they lie with the others, and none is lost"


@pytest.mark.on_both
def test_a_message_that_somebody_put_with_a_flood_by_hand_is_named_by_the_audit(founded: Founded) -> None:
    send(founded, "the manager shouted")
    fill(founded, 6)
    let_out(founded)
    founded.session.commit()
    free = stored(founded, select(Message.id).where(~flood.MARKED))
    (taken,) = stored(founded, select(FloodMark.mac).limit(1))
    founded.session.add(FloodMark(message_id=free[0], mac=taken))
    founded.session.commit()
    assert feedback.audit(founded.session, founded.keys, LATER) == ["1 messages were put with a flood by hand."]


@pytest.mark.on_both
def test_a_mark_that_somebody_made_by_hand_puts_nothing_apart(app: Flask, founded: Founded) -> None:
    """Then none does: whoever could write that row could have deleted all of them."""
    send(founded, "the manager shouted")
    fill(founded, 6)
    let_out(founded)
    founded.session.commit()
    assert opened(founded, apart=False) == ["the manager shouted"]
    free = stored(founded, select(Message.id).where(~flood.MARKED))
    founded.session.add(FloodMark(message_id=free[0], mac=bytes(16)))
    founded.session.commit()
    assert sorted(opened(founded, apart=False)) == ["buy gold"] * 6 + ["the manager shouted"]
    for address in ("/desk?box=everyone", "/desk?box=everyone&apart=1", at(free[0])):
        page = reader(app, founded).get(address).text
        assert "the manager shouted" in page, address
        assert "lie apart" not in page


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_mark_that_somebody_made_by_hand_lets_no_single_one_be_marked(founded: Founded, by_hand: bool) -> None:
    """The program's own mark in a batch stands for five that were marked before: the control."""
    send(founded, "let out just now")
    let_out(founded)
    (out,) = founded.session.scalars(select(Message.id)).all()
    founded.session.add(BatchMessage(message_id=out))
    if by_hand:
        founded.session.add(FloodMark(message_id=out, mac=bytes(16)))
    else:
        flood.set_apart(founded.session, founded.keys, [out])
    send(founded, "no scripts here", in_flood=True)
    founded.session.commit()
    waiting = founded.session.scalars(select(Held.id)).all()
    assert flood.to_set_apart(founded.session, founded.keys, waiting) == (set() if by_hand else set(waiting))
