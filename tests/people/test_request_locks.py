"""Two people at the same moment, on PostgreSQL: a vote that is settled never waits for who agrees to end it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, delete, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from governance.people import service as people
from governance.people.models import Account, Asked
from governance.storage import database
from tests.databases import PostgreSQL
from tests.factories import TODAY

END = "ballots.end_without_result"


@pytest.fixture
def engine(postgresql: PostgreSQL) -> Iterator[Engine]:
    """Two requests on vote 1: somebody agrees to the first at this moment, and nobody to the second."""
    url = postgresql.fresh()
    engine = create_engine(url, **database.engine_options(url))
    with Session(engine) as session:
        session.add(Account(id=1, alias="Cedar", alias_key="cedar", proof=b""))
        session.flush()
        for number, subject in ((1, "1"), (2, "1 7")):
            session.add(Asked(id=number, act=END, subject=subject, values={}, said={}, asked_by=1, day=TODAY, mac=b""))
        session.commit()
    yield engine
    engine.dispose()


def test_what_somebody_agrees_to_at_this_moment_is_left_to_them(engine: Engine) -> None:
    with Session(engine) as agrees, Session(engine) as counts:
        agrees.get_one(Asked, 1, with_for_update=True)  # And waits for the vote, which the count holds.
        counts.execute(text("SET LOCAL lock_timeout = '300ms'"))
        people.no_longer_asked(counts, END, 1)
        counts.commit()
        assert list(agrees.scalars(select(Asked.id))) == [1]


def test_without_passing_it_over_each_would_wait_for_the_other(engine: Engine) -> None:
    with Session(engine) as agrees, Session(engine) as counts:
        agrees.get_one(Asked, 1, with_for_update=True)
        counts.execute(text("SET LOCAL lock_timeout = '300ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            counts.execute(delete(Asked).where(Asked.act == END))
