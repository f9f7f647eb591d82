"""Hiding takes two people of two sides, a reason from the list, and leaves a tombstone everybody can see."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance.board.models import Term
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import HideRequest, Message, Quote, Tombstone
from governance.ledger import service as ledger
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from tests.factories import TODAY, Founded
from tests.feedback.messages import LATER, all_at_once, released, send, words_read

TEST = HideReason.TEST


def ask(founded: Founded, message_id: uuid.UUID, alias: str = "Ash") -> None:
    feedback.ask_to_hide(founded.session, founded.keys, message_id, TEST, founded.account(alias), LATER)


def agree(founded: Founded, message_id: uuid.UUID, alias: str = "Juniper") -> Tombstone:
    account = founded.account(alias)
    roles = people.roles_of(founded.session, account)
    return feedback.agree_to_hide(founded.session, founded.keys, message_id, rules.Lane.OTHER, account, roles, LATER)


@pytest.mark.parametrize(
    ("first", "second"), [("Ash", "Juniper"), ("Juniper", "Ash"), ("Birch", "Kelp"), ("Larch", "Ash")]
)
def test_a_board_reader_and_a_staff_reader_hide_it_together(founded: Founded, first: str, second: str) -> None:
    message_id = released(founded)
    ask(founded, message_id, first)
    assert words_read(founded) != [], "nothing is hidden by asking"
    agree(founded, message_id, second)
    assert words_read(founded) == []
    assert feedback.hide_request(founded.session, founded.keys, message_id, LATER) is None


@pytest.mark.parametrize(("first", "second"), [("Ash", "Ash"), ("Ash", "Birch"), ("Juniper", "Kelp"), ("Ash", "Moss")])
def test_one_side_alone_hides_nothing(founded: Founded, first: str, second: str) -> None:
    message_id = released(founded)
    ask(founded, message_id, first)
    with pytest.raises(RuleRefused, match="one board reader and one staff reader"):
        agree(founded, message_id, second)
    assert founded.session.get_one(Message, message_id).state is rules.MessageState.LIVE


@pytest.mark.on_both
@pytest.mark.parametrize(("first", "second"), [("Ash", "Juniper"), ("Juniper", "Ash")])
def test_a_reader_who_left_the_board_is_no_half_of_it(founded: Founded, first: str, second: str) -> None:
    message_id, ash = released(founded), founded.account("Ash")
    ask(founded, message_id, first)
    waits = feedback.hide_requests_for
    me, roles = founded.account(second), people.roles_of(founded.session, founded.account(second))
    boxes = frozenset({rules.Audience.EVERYONE})
    assert waits(founded.session, founded.keys, me, roles, boxes, LATER) != [], "the control: while Ash sits there"
    founded.session.execute(update(Term).where(Term.account_id == ash).values(ends=LATER))
    assert waits(founded.session, founded.keys, me, roles, boxes, LATER) == []
    with pytest.raises(RuleRefused, match="needs a seat"):
        agree(founded, message_id, second)
    assert founded.session.get_one(Message, message_id).state is rules.MessageState.LIVE


def test_the_tombstone_says_lane_week_reason_and_both_sides_in_the_ledger_and_names_nobody(founded: Founded) -> None:
    message_id = released(founded)
    ask(founded, message_id)
    stone = agree(founded, message_id)
    entries = dict(ledger.leaves(founded.session, "decisions"))
    said = entries[stone.leaf]
    assert said["kind"] == "tombstone"
    assert (said["lane"], said["reason"], said["week"]) == ("other", "test", "2026-11-23")
    assert said["agreed"] == ["board reader", "staff reader"]
    assert set(said) == {"v", "kind", "lane", "reason", "week", "agreed", "intake_leaf"}
    assert [each.id for each in feedback.tombstones(founded.session)] == [stone.id]
    assert feedback.tombstone_of(founded.session, message_id) is stone


@pytest.mark.on_both
def test_a_hidden_message_takes_its_quotes_along_and_can_no_longer_be_read(founded: Founded) -> None:
    message_id = released(founded, "say it like this", consent=rules.Consent.WORDS)
    reader = founded.reader("Ash")
    message = feedback.read(founded.session, founded.keys, reader, message_id)
    assert message
    theme = feedback.start_theme(founded.session, "A theme", "", rules.Lane.OTHER, TODAY)
    feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, TODAY))
    feedback.quote(founded.session, message, theme, "like this")
    ask(founded, message_id)
    agree(founded, message_id)
    assert feedback.quotes_of(founded.session, [theme.id]) == {}
    assert founded.session.scalars(select(Quote.text)).all() == [""]
    shut = feedback.read(founded.session, founded.keys, reader, message_id)
    assert shut
    assert (shut.words, shut.state) == ("", rules.MessageState.HIDDEN)
    with pytest.raises(RuleRefused, match="not shown any more"):
        feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, TODAY))


@pytest.mark.on_both
def test_a_request_may_be_turned_down_and_the_message_stays(founded: Founded) -> None:
    message_id = released(founded)
    ask(founded, message_id)
    feedback.leave_shown(founded.session, message_id)
    assert words_read(founded) != []
    with pytest.raises(RuleRefused, match="No one asked"):
        agree(founded, message_id)
    ask(founded, message_id, "Juniper")


def test_asking_twice_or_for_what_is_gone_is_refused(founded: Founded) -> None:
    message_id = released(founded)
    ask(founded, message_id)
    with pytest.raises(RuleRefused, match="asked for this already"):
        ask(founded, message_id, "Juniper")
    agree(founded, message_id)
    with pytest.raises(RuleRefused, match="not shown any more"):
        ask(founded, message_id)


def test_what_is_not_in_the_ledger_yet_cannot_be_hidden(founded: Founded) -> None:
    send(founded, "now", route=rules.Route.NOW)
    feedback.release_now(founded.session, founded.keys, TODAY)
    message_id = founded.session.scalars(select(Message.id)).one()
    ask(founded, message_id)
    with pytest.raises(RuleRefused, match="from tomorrow on"):
        agree(founded, message_id)


def test_a_reader_sees_the_requests_within_what_their_keys_open(founded: Founded) -> None:
    released(founded, "about a worker", about=rules.About.WORKER)
    message_id = founded.session.scalars(select(Message.id)).one()
    ask(founded, message_id)
    everyone, grievance = {rules.Audience.EVERYONE}, {rules.Audience.EVERYONE, rules.Audience.GRIEVANCE}
    assert list(feedback.hide_requests(founded.session, founded.keys, everyone, LATER)) == []
    assert [each.message_id for each in feedback.hide_requests(founded.session, founded.keys, grievance, LATER)] == [
        message_id
    ]


def test_two_who_agree_at_one_moment_set_one_tombstone(founded: Founded, tables_url: str) -> None:
    message_id = released(founded)
    ask(founded, message_id)
    founded.session.commit()
    agreeing = [(founded.account(alias), founded.cards[alias]) for alias in ("Juniper", "Kelp", "Larch")]

    def one_of(account: int) -> object:
        def act(session: Session) -> object:
            roles = people.roles_of(session, account)
            feedback.agree_to_hide(session, founded.keys, message_id, rules.Lane.OTHER, account, roles, LATER)
            return "hidden"

        return act

    outcomes = all_at_once(tables_url, [one_of(account) for account, _ in agreeing])
    assert outcomes.count("hidden") == 1
    assert all(isinstance(each, RuleRefused) for each in outcomes if each != "hidden")
    founded.session.rollback()
    assert len(feedback.tombstones(founded.session)) == 1
    assert founded.session.scalars(select(HideRequest)).all() == []
    assert feedback.audit(founded.session, founded.keys, LATER) == []
