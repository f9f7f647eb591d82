"""Promise 12: after retention nothing opens, restored backups included."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Message, Quote
from governance.keys.keyfolder import KeyFolder
from governance.responses import service as responses
from governance.ruling.errors import RuleRefused
from governance.storage import database
from tests.crawl import walk
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import PageClient

SAID = "the light by the back door is broken"
SHOWN = "the lamp over the bench flickers"
AFTER_RETENTION = TODAY + timedelta(days=130)
BEFORE_RETENTION = TODAY + timedelta(days=60)


@pytest.fixture
def programme(session: Session, keys: KeyFolder) -> Founded:
    """A programme that has released one message."""
    founded = an_open_programme(session, keys)
    code = feedback.prepare_code(keys, b"a form token", "en")
    feedback.take(session, keys, feedback.Submission(token=secrets.token_bytes(16), words=SAID, code=code), TODAY)
    feedback.release(session, keys, TODAY + timedelta(days=3))
    session.commit()
    return founded


def backup_of(session: Session) -> list[dict[str, object]]:
    """What a backup of the database holds of the messages."""
    return [dict(row._mapping) for row in session.execute(select(Message.__table__))]


@contextmanager
def restored(session: Session, backup: list[dict[str, object]]) -> Iterator[None]:
    """Put yesterday's rows back, as somebody with a backup would."""
    session.execute(Message.__table__.delete())
    session.execute(Message.__table__.insert(), backup)
    session.expire_all()
    yield


def words_in(programme: Founded) -> list[str]:
    page = feedback.inbox(programme.session, programme.keys, programme.reader("Ash"), rules.Audience.EVERYONE)
    return [message.words for message in page.messages]


def test_before_its_time_a_backup_still_opens(programme: Founded) -> None:
    backup = backup_of(programme.session)
    feedback.retire(programme.session, programme.keys, BEFORE_RETENTION)
    with restored(programme.session, backup):
        assert words_in(programme) == [SAID]


def test_after_its_time_neither_the_live_database_nor_a_backup_opens(programme: Founded) -> None:
    backup = backup_of(programme.session)
    assert feedback.retire(programme.session, programme.keys, AFTER_RETENTION) > 0
    programme.session.commit()
    assert words_in(programme) == []
    assert programme.session.scalars(select(Message.sealed)).all() == [b""]
    with restored(programme.session, backup):
        assert words_in(programme) == [""]
        ring = feedback.Keyring(programme.session, programme.keys, programme.reader("Ash"))
        with pytest.raises((sealing.SealBroken, RuleRefused)):
            ring.open(programme.session.scalars(select(Message)).one())


def test_the_escrow_forgets_with_the_key_folder(programme: Founded, tmp_path: Path) -> None:
    recovery = sealing.join_secret(programme.shares[:2])
    held = set(programme.keys.names("period-everyone"))
    copy = KeyFolder(tmp_path / "copy", programme.keys.escrow_path)
    copy.restore(recovery)
    assert held <= set(copy.names())
    feedback.retire(programme.session, programme.keys, AFTER_RETENTION)
    shutil.rmtree(tmp_path / "copy")
    copy.restore(recovery)
    gone = held - set(programme.keys.names())
    assert gone
    assert not gone & set(copy.names())


def test_a_code_of_that_time_finds_nothing_any_more(programme: Founded) -> None:
    code = feedback.prepare_code(programme.keys, b"a form token", "en").keys
    assert feedback.look_up(programme.session, programme.keys, code) is not None
    feedback.retire(programme.session, programme.keys, AFTER_RETENTION)
    assert feedback.look_up(programme.session, programme.keys, code) is None


def everywhere(session: Session) -> list[str]:
    """The tables in which the words stand in clear."""
    session.flush()
    found = []
    for table in database.db.metadata.sorted_tables:
        found += [table.name for row in session.execute(select(table)) if any(SHOWN in str(cell) for cell in row)]
    return found


def shown(programme: Founded, session: Session) -> None:
    """Somebody says yes to showing their words, and a reader shows a piece of them under a theme."""
    token = secrets.token_bytes(16)
    said = feedback.Submission(token=token, words=f"Please, {SHOWN}.", consent=rules.Consent.WORDS)
    feedback.take(session, programme.keys, said, TODAY)
    feedback.release(session, programme.keys, TODAY + timedelta(days=3))
    page = feedback.inbox(session, programme.keys, programme.reader("Ash"), rules.Audience.EVERYONE)
    message = next(each for each in page.messages if SHOWN in each.words)
    theme = feedback.start_theme(session, "The door", "", rules.Lane.SUGGESTION, TODAY)
    feedback.quote(session, message, theme, SHOWN)
    session.commit()


def test_words_that_were_shown_go_with_their_message(programme: Founded, session: Session) -> None:
    """They stand in no table and on no page; before that they do, so the look itself can find them."""
    shown(programme, session)
    assert everywhere(session) == ["quote"]
    feedback.retire(session, programme.keys, BEFORE_RETENTION)
    assert everywhere(session) == ["quote"]
    feedback.retire(session, programme.keys, AFTER_RETENTION)
    session.commit()
    assert everywhere(session) == []


def test_no_public_page_shows_them_either(app: Flask, programme: Founded, session: Session) -> None:
    shown(programme, session)
    theme = session.scalars(select(Quote.theme_id)).one()
    responses.start_duty_for_theme(session, theme, TODAY + timedelta(days=3))
    session.commit()
    with clock.stopped_at(NOW + timedelta(days=4)):
        assert pages_with_the_words(app) != []
    feedback.retire(session, programme.keys, AFTER_RETENTION)
    session.commit()
    with clock.stopped_at(NOW + timedelta(days=130)):
        assert pages_with_the_words(app) == []


def pages_with_the_words(app: Flask) -> list[str]:
    pages = walk(app, PageClient(app)).pages
    assert len(pages) > 10
    return [address for address, page in pages.items() if SHOWN in " ".join(page.text)]


def test_urgent_words_are_forgotten_first(session: Session, keys: KeyFolder) -> None:
    founded = an_open_programme(session, keys)
    urgent = feedback.Submission(token=secrets.token_bytes(16), lane=rules.Lane.URGENT, words=SAID)
    feedback.take(session, keys, urgent, TODAY)
    feedback.release(session, keys, TODAY + timedelta(days=3))
    feedback.retire(session, keys, TODAY + timedelta(days=40))
    page = feedback.inbox(session, keys, founded.reader("Ash"), rules.Audience.URGENT)
    assert page.messages == []
