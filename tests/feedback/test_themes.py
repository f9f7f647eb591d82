"""Themes: what is alike lies together, five put it on the agenda, and words are shown with their writer's yes alone."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from governance.board.models import AgendaItem
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import Message, Quote, Theme
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from tests.factories import TODAY, Founded
from tests.feedback.messages import LATER, a_code, all_at_once, let_out, released, send

WORDS = rules.Consent.WORDS


@pytest.fixture
def theme(founded: Founded) -> Theme:
    """A theme with nothing in it."""
    return feedback.start_theme(founded.session, "Let us wait inside", "Rain.", rules.Lane.SUGGESTION, TODAY)


def several(founded: Founded, count: int, **more: object) -> list[uuid.UUID]:
    before = set(founded.session.scalars(select(Message.id)))
    for number in range(count):
        send(founded, f"it rains {number}", **more)
    let_out(founded)
    founded.session.commit()
    return sorted(set(founded.session.scalars(select(Message.id))) - before)


def opened(founded: Founded, message_id: uuid.UUID, alias: str = "Ash") -> feedback.OpenMessage:
    message = feedback.read(founded.session, founded.keys, founded.reader(alias), message_id)
    assert message
    return message


def agenda(founded: Founded) -> list[tuple[str, str]]:
    return [(item.kind.value, item.ref) for item in founded.session.scalars(select(AgendaItem))]


def test_the_fifth_message_puts_a_theme_on_the_agenda_once(founded: Founded, theme: Theme) -> None:
    *four, fifth, sixth = several(founded, 6)
    assert [feedback.put_in(founded.session, theme, each, feedback.Hand(founded.keys, LATER)) for each in four] == [
        False
    ] * 4
    assert agenda(founded) == []
    assert feedback.put_in(founded.session, theme, fifth, feedback.Hand(founded.keys, LATER)) is True
    assert feedback.put_in(founded.session, theme, sixth, feedback.Hand(founded.keys, LATER)) is False
    assert agenda(founded) == [("theme", str(theme.id))]
    assert theme.agenda_on == LATER


def test_the_same_message_twice_counts_once(founded: Founded, theme: Theme) -> None:
    (message_id,) = several(founded, 1)
    for _ in range(6):
        feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, LATER))
    assert feedback.theme_counts(founded.session, LATER) == {theme.id: (1, 1)}
    assert agenda(founded) == []


def test_older_than_sixty_days_no_longer_counts_for_the_agenda(founded: Founded, theme: Theme) -> None:
    for message_id in several(founded, 4):
        feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, LATER))
    long_after = LATER + timedelta(days=80)
    assert feedback.theme_counts(founded.session, long_after) == {theme.id: (4, 0)}
    (fifth,) = several(founded, 1)
    feedback.put_in(founded.session, theme, fifth, feedback.Hand(founded.keys, long_after))
    assert theme.agenda_on is None


def test_what_was_hidden_as_a_duplicate_does_not_count(founded: Founded, theme: Theme) -> None:
    *four, fifth = several(founded, 5)
    for message_id in four:
        feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, LATER))
    board, staff = founded.account("Ash"), founded.account("Juniper")
    feedback.ask_to_hide(founded.session, founded.keys, four[0], HideReason.DUPLICATE, board, LATER)
    roles = people.roles_of(founded.session, staff)
    feedback.agree_to_hide(founded.session, founded.keys, four[0], rules.Lane.OTHER, staff, roles, LATER)
    assert feedback.put_in(founded.session, theme, fifth, feedback.Hand(founded.keys, LATER)) is False
    assert feedback.theme_counts(founded.session, LATER) == {theme.id: (4, 4)}
    assert four[0] not in {row.id for row in feedback.messages_of(founded.session, theme.id)}


def test_two_fifths_at_one_moment_do_not_each_count_four(founded: Founded, theme: Theme, tables_url: str) -> None:
    *three, fourth, fifth = several(founded, 5)
    for message_id in three:
        feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, LATER))
    founded.session.commit()

    def put(message_id: uuid.UUID) -> object:
        return lambda session: feedback.put_in(
            session, session.get_one(Theme, theme.id), message_id, feedback.Hand(founded.keys, LATER)
        )

    outcomes = all_at_once(tables_url, [put(fourth), put(fifth)])
    assert sorted(outcomes, key=str) == [False, True]
    founded.session.rollback()
    assert agenda(founded) == [("theme", str(theme.id))]


def test_what_was_kept_to_the_readers_joins_no_theme(founded: Founded, theme: Theme) -> None:
    (message_id,) = several(founded, 1, consent=rules.Consent.PRIVATE)
    with pytest.raises(RuleRefused, match="keep this to the readers"):
        feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, LATER))


@pytest.mark.on_both
def test_a_message_put_in_by_mistake_is_taken_out(founded: Founded, theme: Theme) -> None:
    (message_id,) = several(founded, 1)
    feedback.put_in(founded.session, theme, message_id, feedback.Hand(founded.keys, LATER))
    assert [each.id for each in feedback.themes_of(founded.session, message_id)] == [theme.id]
    feedback.take_out(founded.session, theme, message_id, feedback.Hand(founded.keys, TODAY))
    assert list(feedback.themes_of(founded.session, message_id)) == []
    feedback.take_out(founded.session, theme, message_id, feedback.Hand(founded.keys, TODAY))


def test_a_closed_theme_stays_readable_and_leaves_the_open_list(founded: Founded, theme: Theme) -> None:
    feedback.close_theme(founded.session, founded.keys, theme, Sentence("It closes."), LATER)
    assert list(feedback.themes(founded.session, open_only=True)) == []
    assert list(feedback.themes(founded.session)) == [theme]


def test_a_quote_is_a_piece_of_the_message_as_it_was_typed(founded: Founded, theme: Theme) -> None:
    message_id = released(founded, "40 min in the rain\nwhy cant we wait inside", consent=WORDS)
    message = opened(founded, message_id)
    shown = feedback.quote(founded.session, message, theme, " in the rain\r\nwhy cant we wait inside ")
    assert shown.text == "in the rain\nwhy cant we wait inside"
    assert feedback.quotes_of(founded.session, [theme.id]) == {theme.id: [shown]}
    for wrong in ("why can't we wait inside", "", "   ", "x" * 3000):
        with pytest.raises(RuleRefused, match="exactly as it was typed"):
            feedback.quote(founded.session, message, theme, wrong)


@pytest.mark.parametrize("consent", [rules.Consent.IDEA, rules.Consent.PRIVATE])
def test_without_a_yes_no_word_is_shown(founded: Founded, theme: Theme, consent: rules.Consent) -> None:
    message = opened(founded, released(founded, "our words", consent=consent))
    with pytest.raises(RuleRefused, match="did not say yes"):
        feedback.quote(founded.session, message, theme, "our words")
    assert founded.session.scalars(select(Quote)).all() == []


def test_a_yes_taken_back_a_moment_ago_is_taken_back(founded: Founded, theme: Theme) -> None:
    code = a_code(founded)
    message = opened(founded, released(founded, "our words", consent=WORDS, code=code))
    feedback.withdraw_quote(founded.session, founded.keys, code.keys)
    with pytest.raises(RuleRefused, match="did not say yes"):
        feedback.quote(founded.session, message, theme, "our words")
