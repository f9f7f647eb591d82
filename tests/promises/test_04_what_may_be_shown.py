"""Promise 4: what somebody lets be shown of their words is inside their seals, so that nobody can say yes for them."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held, Message
from governance.feedback.service import intake
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import EVERYONE, LATER, let_out, send

CHANGED = ["1 held messages were changed and do not open."]


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    """A programme where one message waits that nobody but its readers may be shown."""
    founded = an_open_programme(session, keys)
    send(founded, "between us", consent=rules.Consent.PRIVATE)
    return founded


def say_yes_by_hand(session: Session, table: type[Held | Message]) -> None:
    """Write a yes into the row, as its writer never said it."""
    session.execute(update(table).values(consent=rules.Consent.WORDS))
    session.expire_all()


def told(founded: Founded) -> list[str]:
    return feedback.audit(founded.session, founded.keys, LATER)


def test_a_yes_by_hand_shuts_what_waits_and_is_told(founded: Founded) -> None:
    assert told(founded) == []
    say_yes_by_hand(founded.session, Held)
    assert told(founded) == CHANGED
    assert let_out(founded) == 0


def test_without_the_bound_seal_nobody_would_know(founded: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a seal that is bound to the name alone lets the false yes through."""
    monkeypatch.setattr(intake, "held_info", lambda held_id, consent: held_id.bytes)
    send(founded, "this too", consent=rules.Consent.PRIVATE)
    founded.session.execute(update(Held).values(consent=rules.Consent.WORDS))
    founded.session.expire_all()
    assert told(founded) == CHANGED  # The first one still; the second is not seen.


def test_words_are_not_shown_on_a_yes_that_their_writer_did_not_seal(founded: Founded) -> None:
    """Even of a message that is out, at once and without the audit."""
    session = founded.session
    assert let_out(founded) == 1
    say_yes_by_hand(session, Message)
    (opened,) = feedback.inbox(session, founded.keys, founded.reader("Ash"), EVERYONE).messages
    assert opened.consent is rules.Consent.PRIVATE
    theme = feedback.start_theme(session, "The door", "", rules.Lane.SUGGESTION, TODAY)
    with pytest.raises(RuleRefused):
        feedback.quote(session, opened, theme, "between us")


def test_a_yes_that_is_taken_back_while_it_waits_leaves_nothing_to_report(founded: Founded) -> None:
    code = feedback.prepare_code(founded.keys, secrets.token_bytes(16), "en")
    send(founded, "show it", consent=rules.Consent.WORDS, code=code)
    feedback.withdraw_quote(founded.session, founded.keys, code.keys)
    assert told(founded) == []
    assert let_out(founded) == 2


def test_what_an_older_program_sealed_still_goes_out(founded: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "held_info", lambda held_id, consent: held_id.bytes)
    send(founded, "sealed last week")
    assert let_out(founded) == 2
