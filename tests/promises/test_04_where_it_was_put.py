"""Promise 4 for where readers put words: the lane and the themes of a message are vouched for like its words.

A lane by SQL once took words out of what nobody had sorted yet, and a deleted row took them out of a theme: both left
no mark, though a reader who does the same leaves one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Message, Theme, ThemeMessage
from governance.feedback.service import auditing, openings
from governance.feedback.service.beside import Beside
from governance.keys.keyfolder import KeyFolder
from tests.databases import on_both
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import LATER, a_code, send
from tests.laid_out import laid_out
from tests.promises.watched import tick

BY_HAND = "the lane or a theme of its message"


@dataclass
class Sorted:
    """A message that nobody sorted, one in a lane and a theme, and another theme."""

    founded: Founded
    unsorted: Message
    message: Message
    theme: Theme
    other: Theme

    @property
    def session(self) -> Session:
        return self.founded.session


@pytest.fixture
def there(session: Session, keys: KeyFolder) -> Sorted:
    return they_are_sorted(session, keys)


@laid_out
def they_are_sorted(session: Session, keys: KeyFolder) -> Sorted:
    """Let two messages out, and put one of them into a lane and a theme."""
    founded, by = an_open_programme(session, keys), feedback.Hand(keys, LATER)
    for words in ("the light is broken", "the rain comes in"):
        send(founded, words, consent=rules.Consent.IDEA)
    tick(founded, LATER)
    unsorted, message = session.query(Message).order_by(Message.id)
    theme, other = (
        feedback.start_theme(session, title, "", rules.Lane.SUGGESTION, TODAY) for title in ("The hall", "The yard")
    )
    feedback.sort(session, message.id, rules.Lane.SUGGESTION, by)
    feedback.put_in(session, theme, message.id, by)
    session.commit()
    return Sorted(founded, unsorted, message, theme, other)


def told(there: Sorted) -> list[str]:
    there.session.commit()
    return feedback.audit(there.session, there.founded.keys, LATER)


def out_of_what_is_not_sorted(there: Sorted) -> None:
    there.session.execute(update(Message).where(Message.lane.is_(None)).values(lane=rules.Lane.OTHER))


def into_another_lane(there: Sorted) -> None:
    there.session.execute(update(Message).where(Message.id == there.message.id).values(lane=rules.Lane.THANKS))


def out_of_its_lane(there: Sorted) -> None:
    there.session.execute(update(Message).where(Message.id == there.message.id).values(lane=None))


def out_of_its_theme(there: Sorted) -> None:
    there.session.execute(delete(ThemeMessage))


def into_another_theme(there: Sorted) -> None:
    there.session.execute(update(ThemeMessage).values(theme_id=there.other.id))


def into_a_theme(there: Sorted) -> None:
    there.session.add(ThemeMessage(theme_id=there.other.id, message_id=there.unsorted.id, week=there.unsorted.week))


def of_a_week_that_counts_no_more(there: Sorted) -> None:
    there.session.execute(update(ThemeMessage).values(week=TODAY - timedelta(days=364)))


ELSEWHERE = [
    out_of_what_is_not_sorted, into_another_lane, out_of_its_lane, out_of_its_theme, into_another_theme, into_a_theme,
]  # fmt: skip
Attack = Callable[[Sorted], None]


@pytest.mark.parametrize(
    "attack", on_both([*ELSEWHERE, of_a_week_that_counts_no_more], [into_another_lane, out_of_its_theme])
)
def test_what_is_put_elsewhere_by_hand_is_told(there: Sorted, attack: Attack) -> None:
    assert told(there) == []
    attack(there)
    (said,) = told(there)
    assert (BY_HAND in said) is (attack in ELSEWHERE)


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", ELSEWHERE)
def test_without_where_it_lies_in_the_mark_nobody_would_know(
    session: Session, keys: KeyFolder, attack: Attack, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:  # fmt: skip
    """The control: the mark as it once was, made of the week and of what may be shown."""
    monkeypatch.setattr(Beside, "where", "")
    there: Sorted = request.getfixturevalue("there")
    attack(there)
    assert told(there) == []


@pytest.mark.of_one_database
def test_without_the_look_at_weeks_nobody_would_know(there: Sorted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "_of_another_week", lambda session: 0)
    of_a_week_that_counts_no_more(there)
    assert told(there) == []


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", ELSEWHERE)
def test_what_readers_do_afterwards_does_not_cover_it_up(there: Sorted, attack: Attack) -> None:
    """The program signs nothing anew that did not hold before: neither at sorting nor at passing on."""
    founded, by = there.founded, feedback.Hand(there.founded.keys, LATER)
    attack(there)
    for message in (there.message, there.unsorted):
        feedback.sort(there.session, message.id, rules.Lane.GRIEVANCE, by)
        feedback.put_in(there.session, there.theme, message.id, by)
        audience = rules.Audience.GRIEVANCE
        feedback.move(there.session, founded.keys, founded.reader("Ash"), message.id, audience, LATER)
    tick(founded, LATER + timedelta(days=1))
    assert any(BY_HAND in each for each in told(there))


def test_what_readers_do_leaves_nothing_to_report(there: Sorted) -> None:
    founded, session, by = there.founded, there.session, feedback.Hand(there.founded.keys, LATER)
    code = a_code(founded)
    send(founded, "show it", consent=rules.Consent.WORDS, code=code)
    tick(founded, LATER)
    message, audience = there.message, rules.Audience.GRIEVANCE
    shown = session.query(Message).where(Message.consent == rules.Consent.WORDS).one()
    for act in (
        lambda: feedback.sort_all(session, [message.id, there.unsorted.id], rules.Lane.THANKS, by),
        lambda: feedback.put_in(session, there.other, message.id, by),
        lambda: feedback.put_in(session, there.other, shown.id, by),
        lambda: feedback.take_out(session, there.theme, message.id, by),
        lambda: feedback.withdraw_quote(session, founded.keys, code.keys),
        lambda: feedback.move(session, founded.keys, founded.reader("Ash"), message.id, audience, LATER),
        lambda: feedback.sort(session, message.id, rules.Lane.GRIEVANCE, by),
        lambda: tick(founded, LATER + timedelta(days=1)),
        lambda: feedback.sort(session, message.id, rules.Lane.OTHER, by),
        lambda: tick(founded, LATER + timedelta(days=2)),
    ):
        act()
        assert told(there) == [], act
    assert (message.lane, shown.consent) == (rules.Lane.OTHER, rules.Consent.IDEA)


@pytest.mark.of_one_database
def test_of_what_an_older_program_let_out_it_counts_from_the_first_time_on(
    session: Session, keys: KeyFolder, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Its mark says nothing of where it was put, and raises no alarm; what readers do next is in it."""
    with monkeypatch.context() as older:
        older.setattr(openings, "_said", lambda beside: (beside.week, beside.consent) if beside else (None,))
        there: Sorted = request.getfixturevalue("there")
    into_another_lane(there)
    assert told(there) == [], "nobody knows"
    session.expire_all()
    feedback.sort(session, there.message.id, rules.Lane.OTHER, feedback.Hand(keys, LATER))
    assert told(there) == []
    into_another_lane(there)
    assert len(told(there)) == 1
