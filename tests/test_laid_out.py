"""What a factory left is laid out as it was, and never where a test has changed what it would make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.storage import database
from tests.ballots.factories import a_vote
from tests.databases import Engine
from tests.laid_out import Rows, laid_out, prepared

Counted = tuple[list[int], Callable[[Session, KeyFolder], list[int]]]


def a_counted_factory() -> Counted:
    """A factory of nothing, and how often it was run."""
    runs: list[int] = []

    @laid_out
    def factory(session: Session, keys: KeyFolder) -> list[int]:
        runs.append(1)
        return [*runs]

    return runs, factory


@pytest.mark.on_both
def test_rows_that_are_laid_out_are_those_that_were_left_and_numbers_go_on(
    session: Session, keys: KeyFolder, engine_of_databases: Engine
) -> None:
    a_vote(session, keys)
    left, url = Rows.in_(session), engine_of_databases.fresh()
    session.rollback()
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    with Session(engine) as other:
        left.lay_out(other)
        assert Rows.in_(other).of == left.of != {}
        assert len(left.of) > 9
        assert people.new_account(other, keys, alias="Late", roles=frozenset({Role.MEMBER})).account_id
    engine.dispose()


@pytest.mark.on_both
def test_it_is_made_twice_and_laid_out_after_that_unless_the_keys_are_others(session: Session, keys: KeyFolder) -> None:
    _, factory = a_counted_factory()
    assert [factory(session, keys) for _ in range(4)] == [[1], [1, 1], [1, 1], [1, 1]]
    keys.write("recovery.public", sealing.new_pair().public)
    assert factory(session, keys) == [1, 1, 1]


@pytest.mark.on_both
def test_a_test_that_changes_the_program_is_given_nothing_made_before(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, factory = a_counted_factory()
    for _ in range(4):
        factory(session, keys)
    assert len(runs) == 4


@dataclass
class Made:
    """What a founding gives: what belongs to a test, and what several could share."""

    session: Session
    cards: dict[str, list[int]]


def test_what_is_prepared_is_made_once_also_where_the_program_is_changed_and_each_test_has_its_own(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, name = [], object()

    def prepare() -> Made:
        runs.append(1)
        return Made(session, {"Ash": [1]})

    def again() -> Made:
        return prepared(name, session, keys, prepare)

    assert again() == again() == Made(session, {"Ash": [1]})
    again().cards["Ash"].append(2)
    assert (again().cards, runs) == ({"Ash": [1]}, [1])
