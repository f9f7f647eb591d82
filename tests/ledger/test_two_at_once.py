"""Real threads appending at the same moment, as two app servers would, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import service
from governance.ledger.models import Head, Leaf
from governance.storage import database

WORKERS, TIMES = 6, 12


@pytest.fixture
def engine(tables_url: str) -> Engine:
    engine = create_engine(tables_url, **database.engine_options(tables_url), pool_size=WORKERS)
    database.prepare(engine)
    return engine


def all_at_once(work: object, *arguments: object) -> None:
    """Run *work* in all threads, begun together; raise what any of them raises."""
    ready = Barrier(WORKERS)

    def begin(worker: int) -> None:
        ready.wait()
        with database.writing():
            work(worker, *arguments)  # type: ignore[operator]

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda worker: copy_context().run(begin, worker), range(WORKERS)))


def append_often(worker: int, engine: Engine, keys: KeyFolder) -> None:
    for time in range(TIMES):
        with Session(engine) as session:
            facts: dict[str, object] = {"worker": worker, "time": time}
            service.append(session, "decisions", "record", facts)
            if time % 3 == 2:
                session.rollback()  # An act that fails after all leaves no gap.
                service.append_many(session, "decisions", [("record", facts)] * 2)
            session.commit()


def append_and_sign(worker: int, engine: Engine, keys: KeyFolder) -> None:
    append_often(worker, engine, keys)
    with Session(engine) as session:
        service.publish_head(session, keys, "decisions", date(2026, 11, 23))
        session.commit()


def test_entries_written_at_once_make_one_tree_without_a_gap(engine: Engine, keys: KeyFolder) -> None:
    all_at_once(append_often, engine, keys)
    expected = WORKERS * (TIMES + TIMES // 3)
    with Session(engine) as session:
        numbers = list(session.scalars(select(Leaf.number).order_by(Leaf.number)))
        assert numbers == list(range(expected))
        assert service.check(session, keys, "decisions") == []
    engine.dispose()


def test_heads_signed_while_others_append_never_contradict_each_other(engine: Engine, keys: KeyFolder) -> None:
    all_at_once(append_and_sign, engine, keys)
    with Session(engine) as session:
        assert session.scalars(select(Head)).first() is not None
        assert service.check(session, keys, "decisions") == []
    engine.dispose()
