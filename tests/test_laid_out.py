"""What a factory left is laid out as it was, and never where a test has changed what it would make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import FOUNDING, KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.storage import database
from tests.ballots.factories import a_vote
from tests.databases import Engine
from tests.laid_out import Rows, begin_with, emptied, files_of, laid_out, prepared

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


def test_a_folder_is_emptied_as_the_program_clears_it_and_each_begins_with_the_same_keys(
    session: Session, keys: KeyFolder, tmp_path: Path
) -> None:
    here, there = (KeyFolder(tmp_path / name / "keys", tmp_path / name / "escrow") for name in ("here", "there"))
    for folder in (here, there):
        begin_with(folder, lambda: pytest.fail("they were made for `keys` before"))
        folder.begin_founding("a database")
        assert (files_of(folder)[0].keys() - {FOUNDING}, folder.escrow_is_current()) == (files_of(keys)[0].keys(), True)
    here.clear()
    emptied(there)
    assert [{name for name, file in each.items() if file} for each in files_of(there)] == [set(), set()]
    assert [*map(sorted, files_of(here))] == [*map(sorted, files_of(there))]
    begin_with(keys, lambda: None)


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
