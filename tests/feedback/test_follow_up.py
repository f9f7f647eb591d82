"""A code opens what became of one's word, and nothing else; without it nobody finds the way."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select

from governance import sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import FollowUp, Held, Message, Reply
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from tests.factories import TODAY, Founded
from tests.feedback.messages import LATER, a_code, all_at_once, let_out, released, send, words_read

WORDS = rules.Consent.WORDS


def page_of(founded: Founded, code: feedback.PreparedCode) -> feedback.FollowUpPage:
    page = feedback.look_up(founded.session, founded.keys, code.keys)
    assert page
    return page


def the_message(founded: Founded, alias: str = "Ash") -> feedback.OpenMessage:
    message_id = founded.session.scalars(select(Message.id)).one()
    message = feedback.read(founded.session, founded.keys, founded.reader(alias), message_id)
    assert message
    return message


@pytest.mark.on_both
def test_the_page_follows_the_word_from_held_to_read_to_hidden(founded: Founded) -> None:
    code = a_code(founded)
    send(founded, "the stairs", code=code)
    assert (page_of(founded, code).state, page_of(founded, code).leaf) == ("held", None)
    let_out(founded)
    page = page_of(founded, code)
    assert (page.state, page.leaf is not None, page.week) == ("live", True, TODAY)
    message = the_message(founded)
    theme = feedback.start_theme(founded.session, "Stairs", "", rules.Lane.OTHER, LATER)
    feedback.put_in(founded.session, theme, message.id, feedback.Hand(founded.keys, LATER))
    assert [each.id for each in page_of(founded, code).themes] == [theme.id]
    feedback.ask_to_hide(founded.session, founded.keys, message.id, HideReason.TEST, founded.account("Ash"), LATER)
    staff = founded.account("Juniper")
    roles = people.roles_of(founded.session, staff)
    feedback.agree_to_hide(founded.session, founded.keys, message.id, rules.Lane.OTHER, staff, roles, LATER)
    page = page_of(founded, code)
    assert page.state == "hidden"
    assert page.tombstone is not None


def test_a_code_typed_from_paper_is_the_code_that_was_shown(founded: Founded) -> None:
    code = a_code(founded)
    send(founded, "hello", code=code)
    typed = sealing.read_code(code.code.words.upper())
    assert feedback.look_up(founded.session, founded.keys, sealing.code_keys(typed, founded.keys.pepper))


@pytest.mark.on_both
def test_a_wrong_code_and_one_whose_word_is_gone_look_alike(founded: Founded) -> None:
    code = a_code(founded)
    send(founded, "hello", code=code)
    assert feedback.look_up(founded.session, founded.keys, a_code(founded).keys) is None
    founded.session.execute(Held.__table__.delete())
    assert feedback.look_up(founded.session, founded.keys, code.keys) is None


def test_readers_write_back_and_only_the_code_opens_it(founded: Founded) -> None:
    code = a_code(founded)
    released(founded, "who do I ask about the van?", code=code)
    message = the_message(founded)
    feedback.write_back(founded.session, founded.keys, message, "Ask for Tuesday’s van. Which stop?", True, LATER)
    (reply,) = page_of(founded, code).replies
    assert (reply.text, reply.asks) == ("Ask for Tuesday’s van. Which stop?", True)
    stored = founded.session.scalars(select(Reply)).one()
    assert "Tuesday" not in repr(stored.sealed)
    assert [(each.week, each.asks) for each in feedback.replies_sent(founded.session, message)] == [(TODAY, True)]


def test_there_is_no_writing_back_to_somebody_who_took_no_code(founded: Founded) -> None:
    released(founded, "no code please")
    message = the_message(founded)
    assert not feedback.can_write_back(founded.session, message)
    with pytest.raises(RuleRefused, match="took no code"):
        feedback.write_back(founded.session, founded.keys, message, "hello", False, LATER)


def test_the_answer_to_a_question_reaches_the_same_readers_held_and_mixed(founded: Founded) -> None:
    code = a_code(founded)
    send(founded, "about him", about=rules.About.WORKER, code=code)
    let_out(founded)
    feedback.add_to(founded.session, founded.keys, code.keys, "it was Monday", "en", secrets.token_bytes(16), LATER)
    held = founded.session.scalars(select(Held)).one()
    assert (held.audience, held.route) == (rules.Audience.GRIEVANCE, rules.Route.LATER)
    let_out(founded, LATER.replace(day=30))
    ring = feedback.Keyring(founded.session, founded.keys, founded.reader("Ash"))
    added = next(m for m in ring.inbox(rules.Audience.GRIEVANCE).messages if m.words == "it was Monday")
    assert added.follows == page_of(founded, code).thread_id
    assert words_read(founded, "Juniper") == []


def test_adding_with_a_code_nobody_has_is_refused(founded: Founded) -> None:
    with pytest.raises(RuleRefused, match="could not find that code"):
        feedback.add_to(founded.session, founded.keys, a_code(founded).keys, "x", "en", secrets.token_bytes(16), LATER)


@pytest.mark.parametrize("held", [True, False])
def test_the_yes_to_showing_words_is_taken_back_at_any_time(founded: Founded, held: bool) -> None:
    code = a_code(founded)
    send(founded, "my words", consent=WORDS, code=code)
    if not held:
        let_out(founded)
        message = the_message(founded)
        theme = feedback.start_theme(founded.session, "Theme", "", rules.Lane.OTHER, LATER)
        feedback.quote(founded.session, message, theme, "my words")
        assert feedback.quotes_of(founded.session, [theme.id])
    feedback.withdraw_quote(founded.session, founded.keys, code.keys)
    if held:
        let_out(founded)
    else:
        assert feedback.quotes_of(founded.session, [theme.id]) == {}
    assert the_message(founded).consent is rules.Consent.IDEA
    assert page_of(founded, code).consent is rules.Consent.IDEA


def test_taking_a_yes_back_vouches_for_nothing_that_somebody_changed(founded: Founded) -> None:
    """Else whoever owns the database waits for it, and their change is signed."""
    code = a_code(founded)
    released(founded, "my words", consent=WORDS, code=code)
    message = founded.session.get_one(Message, the_message(founded).id)
    message.week -= timedelta(days=7)
    founded.session.commit()
    before = feedback.audit(founded.session, founded.keys, LATER)
    assert before
    feedback.withdraw_quote(founded.session, founded.keys, code.keys)
    assert feedback.audit(founded.session, founded.keys, LATER) == before


@pytest.mark.on_both
def test_keeping_it_to_the_readers_is_not_loosened_by_taking_a_yes_back(founded: Founded) -> None:
    code = a_code(founded)
    released(founded, "for readers", consent=rules.Consent.PRIVATE, code=code)
    feedback.withdraw_quote(founded.session, founded.keys, code.keys)
    assert the_message(founded).consent is rules.Consent.PRIVATE


def test_a_yes_taken_back_while_the_word_is_let_out_is_never_lost(founded: Founded, tables_url: str) -> None:
    for _ in range(6):
        code = a_code(founded)
        send(founded, "my words", consent=WORDS, code=code)
        founded.session.commit()
        outcomes = all_at_once(
            tables_url,
            [
                lambda session: feedback.release(session, founded.keys, LATER),
                lambda session, keys=code.keys: feedback.withdraw_quote(session, founded.keys, keys),
                lambda session: feedback.shuffle_held(session),
            ],
        )
        assert not [each for each in outcomes if isinstance(each, Exception)]
        founded.session.rollback()
        assert page_of(founded, code).consent is rules.Consent.IDEA


def test_nothing_stored_about_a_code_leads_to_its_message(founded: Founded) -> None:
    code = a_code(founded)
    released(founded, "hello", code=code)
    row = founded.session.scalars(select(FollowUp)).one()
    message = founded.session.scalars(select(Message)).one()
    stored = {bytes(row.find), row.thread_id.bytes, bytes(row.thread_public), bytes(row.wrapped_private)}
    public = {message.id.bytes, bytes(message.tag), bytes(message.sealed), message.intake_key_id.bytes}
    assert not stored & public
    assert not any(value in message.sealed for value in stored)
