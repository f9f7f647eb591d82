"""Promise 8, against whoever owns the database: each published column, changed by hand, is named by the audit.

The whole demo is changed, one value at a time; and each table loses its rows, one at a time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, create_engine, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import governance
from governance import clock
from governance.backup import rows
from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.ballots.rules import Stage
from governance.board import service as board
from governance.demo.votes import OPEN_FOR
from governance.feedback import service as feedback
from governance.feedback.models import Theme
from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules as ledger
from governance.ledger.models import Leaf
from governance.ledger.service import leaves, state_gap
from governance.people import service as people
from governance.people.models import Account
from governance.permissions.roles import Role, Who
from governance.places import changing_plan, offering
from governance.places.plan_rules import What
from governance.programme import accounting
from governance.responses import rules
from governance.responses import service as responses
from governance.responses.commitments import Outcome
from governance.responses.models import Duty, Response, SecondLook
from governance.ruling.sentences import Sentence
from governance.storage import database
from governance.storage.database import db
from governance.storage.leaves import LetGo
from tests.demo.served import Loaded

# Not published, or not of the kind that can be changed unseen. Whoever adds a column says here why it may be.
NOT_PUBLISHED = {
    "record.id": "a number of the database, which no page names",
    "looked_again.id": "a number of the database",
    "response.id": "a number of the database",
    "response.account_id": "never shown: so that somebody else takes the second look",
    "commitment.id": "a number of the database",
    "second_look.id": "a number of the database",
    "alert.id": "a number of the database",
    "alert.writer_account_id": "never shown: so that two others read it first",
    "alert.written_on": "the day before it was up: no page shows it",
    "second_look.response_id": "which version was looked at: no page shows it",
    "duty.id": "a number of the database",
    "ballot.id": "a number of the database",
    "ballot.tellers": "accounts of the two tellers, for members alone; that there are two is held",
    "box.drop_tag": "who holds a card knows its own; the sealed ballots are held by the root",
    "count.ballot_id": "a number of the database",
    "count.blocks": "for members alone, and forgotten when the record is out",
    "bundle.ballot_id": "a number of the database",
    "tombstone.id": "a number of the database",
    "tombstone.message_id": "which message it covers is the audit's of messages: tests/promises/test_04",
    "intake_key.id": "a number of the database",
    "intake_key.mac": "never shown: the key folder finds out when the key is used",
    "intake_key.emptied_on": "never shown: how far the emptying is",
    "programme.id": "there is one",
    "plan_change.id": "a number of the database",
    "place.id": "a number of the database: what is said of a place goes by its name",
    "told.id": "a number of the database",
    "recovery_share.sealed": "what waits, for who holds it alone; what opens it is in the key folder",
    "recovery_share.holder_id": "forgotten once all are out; the key folder notes whose it is meanwhile",
    "recovery_share.of_board": "forgotten once all are out; the key folder notes it meanwhile",
}
NO_TAKER = "tests/decisions/test_no_taker.py"
PUBLISHED_OF_PROGRAMME = ("programme.intake_open", "programme.languages", "programme.places_leaf")
# Messages are promise 4's: what each leaf opens as, and what a change of it looks like, is tests/promises/test_04.
OF_PROMISE_4 = {"message", "intake_leaf", "held"}


@pytest.fixture(scope="module", params=["sqlite"])
def spoilt(
    request: pytest.FixtureRequest, loaded: Loaded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, KeyFolder]]:
    """The demo in a database, with what it lacks of the kinds of leaf; whatever a test changes is taken back."""
    home = loaded.copied(tmp_path_factory.mktemp("spoilt"))
    url = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgresql").fresh()
    old, new = create_engine(f"sqlite:///{home / 'programme.db'}"), create_engine(url, **database.engine_options(url))
    database.prepare(new)
    with old.connect() as source, database.writing(), new.begin() as target:
        places = {table.name: table for table in rows.tables(target)}
        for table in rows.tables(source):
            rows.put(target, places[table.name], rows.walk(source, table))
    keys = KeyFolder(home / "keys", home / "escrow")
    with database.writing(), Session(new, expire_on_commit=False) as session:
        what_the_demo_lacks(session, keys)
        session.commit()
        yield session, keys
    old.dispose()
    new.dispose()


def what_the_demo_lacks(session: Session, keys: KeyFolder) -> None:
    """A second look with its answer, an answer corrected, more time, a vote made longer, and one called off."""
    today = clock.today()
    look = session.query(SecondLook).filter(SecondLook.answered_on.is_(None)).first()
    assert look is not None
    roles = frozenset({Role.DIRECTOR})
    responses.answer_second_look(
        session, look, Outcome.STAYS, "It stays.", _nobody(session, look.duty_id), roles, today
    )
    answered = session.query(Duty).filter(Duty.answered_on.is_not(None)).order_by(Duty.id).first()
    assert answered is not None
    fields = responses.AnswerFields(
        rules.Answer.NO, "Said once more.", reasons=frozenset({rules.Reason.MONEY}), would_change="More money.",
        push_back="Come to the board.",
    )  # fmt: skip
    responses.answer(session, answered, fields, "the manager", today)
    waiting = session.query(Duty).filter(Duty.answered_on.is_(None), Duty.answer_due >= today).first()
    assert waiting is not None
    responses.take_more_time(session, waiting, "The builder comes in a week.", today)
    votes, now = session.query(Ballot).order_by(Ballot.id).all(), clock.now()
    open_now = next(each for each in votes if ballots.stage_of(session, each, now) is Stage.OPEN)
    ballots.extend(session, open_now, open_now.closes_at + OPEN_FOR, clock.now())
    _take_a_mark_back(session, open_now)
    ballots.cancel(session, keys, open_now, "The words were wrong.", clock.now())
    theme = session.query(Theme).filter(Theme.closed_on.is_(None)).first()
    assert theme is not None
    feedback.close_theme(session, keys, theme, Sentence("It closes."), today, "2026-001")
    seat = next(each for each in board.seats_on(session, today) if each.term_id)
    board.ask_for_seat_openly(session, keys, "proposal:1", 1, seat.term_id, today)
    changing_plan.change_plan(session, What.RELEASE_HOUR, 9, today + timedelta(days=4), today)
    offering.offer(session, keys, ["es", "en"], today)
    _hand_over_a_share(session, keys, today)


def _hand_over_a_share(session: Session, keys: KeyFolder, today: date) -> None:
    """The demo's shares are printed nowhere: new ones wait, and one of the board has the first on paper."""
    people.renew_shares(session, keys)
    holder = session.query(Account).filter(Account.ended_on.is_(None)).first()
    assert holder is not None
    who = Who(holder.id, "somebody", frozenset({Role.MEMBER}), b"")
    people.claim_share(session, keys, who, today)
    session.commit()
    text = people.shown_share(session, keys, who).text
    assert people.have_share(session, keys, who, text, today)


def _take_a_mark_back(session: Session, ballot: Ballot) -> None:
    marked, _class, _ = next(row for row in ballots.the_roll(session, ballot) if not row[2])
    ballots.sign_for(session, ballot, marked, clock.now())
    ballots.take_mark_back(session, ballot, marked, ballot.closes_at + timedelta(hours=1))


def _nobody(session: Session, duty_id: int) -> int:
    wrote = {each for (each,) in session.query(Response.account_id).filter(Response.duty_id == duty_id)}
    return next(n for n in range(1, 100) if n not in wrote)


def found(session: Session, keys: KeyFolder, table: str = "") -> list[str]:
    """What the audit says; with *table*, by the kinds of leaf that vouch for it alone."""
    kinds = [kind for kind in accounting.every_kind() if not table or table in kind.tables]
    return list(accounting.differences(session, keys, clock.today(), kinds))


def without(session: Session, keys: KeyFolder, table: str) -> list[str]:
    """What is found by an audit that does not know of *table*."""
    kinds = [kind for kind in accounting.every_kind() if table not in kind.tables]
    return [each for each in accounting.differences(session, keys, clock.today(), kinds) if "is about" not in each]


def published() -> list[str]:
    return sorted({table for kind in accounting.every_kind() for table in kind.tables} - OF_PROMISE_4)


def test_an_honest_programme_has_nothing_to_name_and_every_kind_of_leaf(spoilt: tuple[Session, KeyFolder]) -> None:
    session, keys = spoilt
    assert found(session, keys) == []
    there, _ = accounting.sorted_out(session, accounting.every_kind())
    kinds = zip(accounting.every_kind(), there, strict=True)
    empty = {(kind.kinds[0], kind.mark) for kind, entries in kinds if not entries}
    lost = {("gap", "words"), ("mended", ""), ("lost", "")}
    of_their_own = {(ledger.SEALED_ENTRY, "commit"): "the audit of messages", ("correction", "not_taken"): NO_TAKER}
    assert empty <= {*lost, *of_their_own}


def test_what_the_board_let_go_of_is_told_as_such_and_calls_for_no_backup(spoilt: tuple[Session, KeyFolder]) -> None:
    """A line of each kind is lost, and said to be in public. From then on nothing is found that nobody can mend."""
    session, keys = spoilt
    there, _ = accounting.sorted_out(session, accounting.every_kind())
    spoil = [(kind.log, max(entries)) for kind, entries in zip(accounting.every_kind(), there, strict=True) if entries]
    sealed, one_more, *_ = [number for number, facts in leaves(session, "intake") if "commit" in facts]
    try:
        for log, number in [*spoil, ("intake", sealed)]:
            session.execute(update(Leaf).where(Leaf.log == log, Leaf.number == number).values(body="{}"))
        state_gap(session, keys, "Lines are lost.", clock.today(), {}, ledger.LOGS, ledger.LOGS)
        told = found(session, keys)
        assert told
        assert [each for each in told if not isinstance(each, LetGo)] == []
        session.execute(update(Leaf).where(Leaf.number == one_more, Leaf.log == "intake").values(body="{}"))
        assert [each for each in found(session, keys) if not isinstance(each, LetGo)], "the control"
    finally:
        session.rollback()


@pytest.mark.parametrize("table", published())
def test_each_column_that_was_published_is_held(spoilt: tuple[Session, KeyFolder], table: str) -> None:
    session, keys = spoilt
    unnoticed = []
    for column in db.metadata.tables[table].columns:
        name = f"{table}.{column.name}"
        if name not in NOT_PUBLISHED and not is_a_setting(name) and not told(session, keys, column):
            unnoticed.append(name)
    assert unnoticed == []


def test_the_list_of_what_is_not_published_is_not_older_than_the_tables() -> None:
    tables = {name: db.metadata.tables[name].columns for name in published()}
    assert {name for name in NOT_PUBLISHED if name.split(".")[1] not in tables[name.split(".")[0]]} == set()


def is_a_setting(name: str) -> bool:
    return name.startswith("programme.") and name not in PUBLISHED_OF_PROGRAMME


def told(session: Session, keys: KeyFolder, column: Column[Any]) -> bool:
    """Change one value of *column* and say whether the audit names it, or the database refuses it."""
    try:
        change(session, column)
        return bool(found(session, keys, column.table.name))
    except IntegrityError:
        return True
    finally:
        session.rollback()


def change(session: Session, column: Column[Any]) -> None:
    """Give the first row that has a value in *column*, or the first row of all, another one."""
    table = column.table
    having = session.execute(table.select().where(column.is_not(None), *of_interest(table)).limit(1)).mappings().first()
    row = having or session.execute(table.select().where(*of_interest(table)).limit(1)).mappings().one()
    key = [c == row[c.name] for c in table.primary_key.columns]
    done = session.execute(table.update().where(*key).values({column.name: another(column, row[column.name])}))
    assert done.rowcount == 1


def of_interest(table: Any) -> list[Any]:
    """Which rows of *table* are published: of a record that is a draft, and of an open theme, nothing is."""
    published_on = {"record": "adopted_on", "theme": "closed_on", "alert": "posted_on"}.get(table.name)
    return [table.c[published_on].is_not(None)] if published_on else []


def another(column: Column[Any], value: Any) -> Any:
    """Another value of the same kind."""
    enum = getattr(column.type, "enum_class", None)
    if enum is not None:
        return next(each for each in enum if each != value)
    kind = type(value) if value is not None else {object: dict}.get(column.type.python_type, column.type.python_type)
    if issubclass(kind, bool):
        return not value
    changed = {
        str: lambda: f"{value or ''} Forged.", int: lambda: (value or 0) + 1_000, bytes: lambda: (value or b"") + b"\0",
        UUID: lambda: UUID(int=7), list: lambda: [*(value or []), 1], dict: lambda: {**(value or {}), "forged": "1"},
        date: lambda: (value or clock.now()) + timedelta(days=1),
    }  # fmt: skip
    return next(make for of, make in changed.items() if issubclass(kind, of))()


@pytest.mark.parametrize("table", published())
def test_a_row_that_was_taken_out_is_missed(spoilt: tuple[Session, KeyFolder], table: str) -> None:
    session, keys = spoilt
    where = db.metadata.tables[table]
    row = session.execute(where.select().where(*of_interest(where)).limit(1)).mappings().one()
    try:
        _no_foreign_keys(session)
        session.execute(where.delete().where(*[c == row[c.name] for c in where.primary_key.columns]))
        assert found(session, keys, table) or found(session, keys), table
    finally:
        session.rollback()


def _no_foreign_keys(session: Session) -> None:
    """Do as whoever owns the database can: leave out what other rows want."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text("PRAGMA defer_foreign_keys=ON" if sqlite else "SET LOCAL session_replication_role = replica"))


@pytest.mark.parametrize("table", ["record", "response", "charter_version", "count"])
def test_without_its_check_a_change_stays_unseen(spoilt: tuple[Session, KeyFolder], table: str) -> None:
    """The control: it is the table of leaves that finds it, and nothing else."""
    session, keys = spoilt
    words = {"record": "why", "response": "body", "charter_version": "settings", "count": "counts"}[table]
    try:
        change(session, db.metadata.tables[table].c[words])
        assert found(session, keys, table)
        assert without(session, keys, table) == []
    finally:
        session.rollback()


def test_every_kind_that_the_program_can_write_is_in_the_table() -> None:
    """Each `append(…, log, kind, {…})` in the house names a kind that a package holds against its rows."""
    known = {(kind.log, name) for kind in accounting.every_kind() for name in kind.kinds}
    assert {(log, kind) for log, kinds in ledger.KINDS.items() for kind in kinds} == known
    written = {
        (call.args[1].value, call.args[2].value)
        for path in Path(governance.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")).startswith("append")
        if len(call.args) > 3 and all(isinstance(each, ast.Constant) for each in call.args[1:3])
    }
    assert written <= known
    assert len(written) > 10


def test_a_kind_that_nobody_knows_is_told(spoilt: tuple[Session, KeyFolder]) -> None:
    session, keys = spoilt
    few = [kind for kind in accounting.every_kind() if "record" not in kind.kinds]
    told = list(accounting.differences(session, keys, clock.today(), few))
    assert any("(record) is about" in each for each in told)


@pytest.mark.parametrize("spoilt", ["postgresql"], indirect=True)
def test_it_is_the_same_on_postgresql(spoilt: tuple[Session, KeyFolder]) -> None:
    """The two tables with the most kinds of columns, and one whose rows others point to."""
    test_an_honest_programme_has_nothing_to_name_and_every_kind_of_leaf(spoilt)
    for table in ("ballot", "record"):
        test_each_column_that_was_published_is_held(spoilt, table)
        test_a_row_that_was_taken_out_is_missed(spoilt, table)
