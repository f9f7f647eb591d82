"""Messages sent and let out in a founded programme, for tests of what becomes of them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import Select, create_engine, select
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held, Message
from governance.storage import database
from tests.factories import TODAY, Founded

EVERYONE = rules.Audience.EVERYONE
LATER = TODAY + timedelta(days=3)  # By then one message alone has waited long enough.


def send(founded: Founded, words: str = "", day: date = TODAY, **more: Any) -> feedback.Receipt:
    """Send one message, with a fresh form."""
    said = feedback.Submission(token=more.pop("token", None) or secrets.token_bytes(16), words=words, **more)
    return feedback.take(founded.session, founded.keys, said, day)


def a_code(founded: Founded) -> feedback.PreparedCode:
    """Make a follow-up code, as the last screen does."""
    return feedback.prepare_code(founded.keys, secrets.token_bytes(16), "en")


def let_out(founded: Founded, day: date = LATER) -> int:
    """Release what is held, three days after it came."""
    return feedback.release(founded.session, founded.keys, day)


def released(founded: Founded, words: str = "the light by the door is broken", **more: Any) -> uuid.UUID:
    """Send a message, let it out, and return its id. Committed."""
    before = set(founded.session.scalars(select(Message.id)))
    send(founded, words, **more)
    let_out(founded)
    founded.session.commit()
    (new,) = set(founded.session.scalars(select(Message.id))) - before
    founded.session.rollback()
    return new


def stored(founded: Founded, query: Select[Any]) -> list[Any]:
    """Return what a query finds now, and hold nothing open while pages are asked for."""
    founded.session.rollback()
    found = list(founded.session.scalars(query))
    founded.session.expunge_all()
    founded.session.rollback()
    return found


def held_count(session: Session) -> int:
    """Return how many messages wait."""
    return len(session.scalars(select(Held.id)).all())


def words_read(founded: Founded, alias: str = "Ash", audience: rules.Audience = EVERYONE) -> list[str]:
    """Return the words a reader finds among what is not sorted yet."""
    page = feedback.inbox(founded.session, founded.keys, founded.reader(alias), audience)
    return [message.words for message in page.messages]


def all_at_once(url: str, acts: Iterable[Callable[[Session], object]]) -> list[object]:
    """Run each act in a thread, a connection and a transaction of its own, all starting at one moment.

    Returns what each returned, or the exception it raised, in their order.
    """
    acts = list(acts)
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    outcomes: list[object] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(number: int, act: Callable[[Session], object]) -> None:
        start.wait(timeout=30)
        try:
            with database.writing(), Session(engine) as session, session.begin():
                outcomes[number] = act(session)
        except Exception as error:  # Handed to the test, which says whether it may happen.
            outcomes[number] = error

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    engine.dispose()
    return outcomes
