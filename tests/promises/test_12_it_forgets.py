"""Promise 12: after retention nothing opens, restored backups included."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Message, Quote
from governance.keys.keyfolder import KeyFolder
from governance.people.models import IntakeKey, KeyWrap
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


@pytest.fixture
def founded(programme: Founded) -> Founded:
    """The same, for whoever enters it."""
    return programme


Backup = dict[type, list[dict[str, object]]]


def backup_of(session: Session) -> Backup:
    """What a backup of the database holds of the messages, and of their keys as readers have them."""
    return {
        table: [dict(row._mapping) for row in session.execute(select(table.__table__))] for table in (Message, KeyWrap)
    }


@contextmanager
def restored(session: Session, backup: Backup) -> Iterator[None]:
    """Put yesterday's rows back, as somebody with a backup would, and let no key be called destroyed."""
    for table, rows in backup.items():
        session.execute(table.__table__.delete())
        session.execute(table.__table__.insert(), rows)
    session.execute(update(IntakeKey).values(destroyed_on=None))
    session.expire_all()
    yield


def words_in(programme: Founded) -> list[str]:
    page = feedback.inbox(programme.session, programme.keys, programme.reader("Ash"), rules.Audience.EVERYONE)
    return [message.words for message in page.messages]


@pytest.mark.of_one_database
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


@pytest.mark.of_one_database
def test_without_the_end_of_its_secret_the_same_backup_opens(
    programme: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all else is done as it should be, and the key folder keeps what it has."""
    backup = backup_of(programme.session)
    monkeypatch.setattr(KeyFolder, "destroy", lambda keys, name: None)
    assert feedback.retire(programme.session, programme.keys, AFTER_RETENTION) > 0
    programme.session.commit()
    assert words_in(programme) == []
    with restored(programme.session, backup):
        assert words_in(programme) == [SAID]


@pytest.mark.of_one_database
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


@pytest.mark.of_one_database
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


@pytest.mark.of_one_database
def test_no_page_shows_them_either_to_whoever_reads_it(
    app: Flask, programme: Founded, session: Session, enter: Callable[[str], PageClient]
) -> None:  # fmt: skip
    shown(programme, session)
    theme = session.scalars(select(Quote.theme_id)).one()
    responses.start_duty_for_theme(session, theme, TODAY + timedelta(days=3))
    session.commit()
    everybody: dict[str, Callable[[], PageClient]] = {
        "a visitor": lambda: PageClient(app), "a member": lambda: enter("Fern"),
        "a reader of the board": lambda: enter("Ash"), "a reader of the staff": lambda: enter("Juniper"),
    }  # fmt: skip
    with clock.stopped_at(NOW + timedelta(days=4)):
        assert [who for who, comes in everybody.items() if not pages_with_the_words(app, comes())] == []
    feedback.retire(session, programme.keys, AFTER_RETENTION)
    session.commit()
    with clock.stopped_at(NOW + timedelta(days=130)):
        assert [page for comes in everybody.values() for page in pages_with_the_words(app, comes())] == []


def pages_with_the_words(app: Flask, client: PageClient) -> list[str]:
    pages = walk(app, client).pages
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
