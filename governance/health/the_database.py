"""The database: its tables, what they hold, and what the server under it writes down by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Table, select, text
from sqlalchemy.exc import SQLAlchemyError

from governance.backup import rows
from governance.health.found import AtHand, Finding, fine, note, run, wrong
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db
from governance.storage.revisions import newest_revision, revision

LOST = N_("What stands there cannot be shown, and may be lost.")
GO_BACK = N_("Stop the program. Keep a copy of the database. Then go back to a backup: governance restore FILE")
# What each setting must be, for PostgreSQL and for SQLite, and what a wrong one does (`docs/voting.md` 5).
TIMES = N_("It writes down when people did what.")
WORDS = N_("It writes down what is stored, and when.")
COPIES = N_("It keeps copies of what was destroyed.")
LOSES = N_("A power cut can lose what was said to be kept.")
BROKEN = N_("Things can be stored that do not fit together.")
PREFIX = "log_line_prefix"
TELLS_TIME = re.compile(r"%-?[0-9]*[cmnst]")  # What stands before each line: of the signs for it, those of a time.
POSTGRESQL = (
    ("track_commit_timestamp", ("off",), TIMES),
    ("log_statement", ("none",), WORDS),
    ("log_min_duration_statement", ("-1",), WORDS),
    ("log_min_duration_sample", ("-1",), WORDS),
    ("log_min_error_statement", ("panic",), WORDS),
    ("log_duration", ("off",), TIMES),
    ("log_transaction_sample_rate", ("0",), WORDS),
    (
        "log_min_messages",
        ("fatal", "panic"),
        TIMES,
    ),  # A row that is there already, a wait for another: each is a visit.
    ("log_error_verbosity", ("terse",), WORDS),
    (PREFIX, ("[%p] ",), TIMES),
    ("log_lock_waits", ("off",), TIMES),
    ("log_connections", ("off", ""), TIMES),  # Empty from version 18 on.
    ("log_disconnections", ("off",), TIMES),
    ("archive_mode", ("off",), COPIES),
    ("wal_level", ("replica", "minimal"), COPIES),
    ("fsync", ("on",), LOSES),
    ("full_page_writes", ("on",), LOSES),
    ("synchronous_commit", ("on", "local", "remote_write", "remote_apply"), LOSES),
)
# The same of what a server may have loaded beside (auto_explain, pgaudit, pg_stat_statements).
WHERE_LOADED = (
    ("auto_explain.log_min_duration", ("-1",), WORDS),
    ("pgaudit.log", ("none", ""), WORDS),
    ("pg_stat_statements.track", ("none",), TIMES),
)
SLOTS = "SELECT slot_name FROM pg_replication_slots WHERE NOT active ORDER BY slot_name"
STANDBYS = "SELECT DISTINCT application_name FROM pg_stat_replication ORDER BY application_name"
SQLITE = (
    ("secure_delete", ("1",), COPIES),
    ("foreign_keys", ("1",), BROKEN),
    ("synchronous", ("2",), LOSES),
)
UPGRADE = "governance backup FILE; governance serve"
AT_THE_START = frozenset({"track_commit_timestamp", "archive_mode", "wal_level"})


def migrations(place: AtHand) -> Iterator[Finding]:
    """The tables are as this version of the program expects them."""
    if revision() == newest_revision():
        yield fine(N_("The tables are up to date."))
    else:
        yield wrong(
            N_("The tables are old."),
            N_("Pages that need new ones do not work."),
            Sentence(
                N_("Make a backup. Then start the program once: {commands}"),
                commands=UPGRADE,
            ),
        )


def settings(place: AtHand) -> Iterator[Finding]:
    """The database keeps no times of its own, logs no statements and forgets what was deleted.

    On a page, settings that are as they should be are one line: nobody there has to know their names.
    """
    found = list(_each_setting(place))
    wrongs = [each for each in found if not each.fine]
    well = [fine(N_("The database keeps what it should, and nothing else."))]
    yield from (wrongs or well) if place.quick else found


def _each_setting(place: AtHand) -> Iterator[Finding]:
    on_server = db.engine.dialect.name == "postgresql"
    for name, wanted, means in POSTGRESQL if on_server else SQLITE:
        value = str(place.session.execute(text(f"SHOW {name}" if on_server else f"PRAGMA {name}")).scalar_one())
        what = Sentence(N_("The database's {name} is {value}."), name=name, value=value)
        is_well = not TELLS_TIME.search(value) if name == PREFIX else value in wanted
        yield fine(what) if is_well else wrong(what, means, _set(name, wanted[0], on_server))

    for name, wanted, means in WHERE_LOADED if on_server else ():
        value = place.session.execute(text("SELECT current_setting(:name, true)"), {"name": name}).scalar_one()
        if value is not None and value not in wanted:
            what = Sentence(N_("The database's {name} is {value}."), name=name, value=value)
            yield wrong(what, means, _set(name, wanted[0], on_server))


def copies(place: AtHand) -> Iterator[Finding]:
    """No other server is kept a copy for. One that takes part is told: what is destroyed here must go there too."""
    if db.engine.dialect.name != "postgresql":
        return
    slots, standbys = (place.session.scalars(text(query)).all() for query in (SLOTS, STANDBYS))
    for name in slots:
        what = Sentence(N_("Old data is kept here for {name}. No one takes it."), name=name)
        yield wrong(what, COPIES, run(f"""psql -c "SELECT pg_drop_replication_slot('{name}')\""""))
    for name in standbys:
        what = Sentence(N_("All that is stored here is sent to {name}."), name=name)
        yield note(what, N_("Whoever has that copy has all that lies here."), N_("Guard it as you guard this one."))
    if not slots and not standbys:
        yield fine(N_("The data is sent to no other server."))


def _set(name: str, value: str, on_server: bool) -> Sentence:
    if not on_server:
        return Sentence(
            N_("Start the program again; it sets {name} to {value}: governance serve"), name=name, value=value
        )
    then = "systemctl restart postgresql" if name in AT_THE_START else "psql -c 'SELECT pg_reload_conf()'"
    return run(f"""psql -c "ALTER SYSTEM SET {name} = '{value}'"; {then}""")


def damage(place: AtHand) -> Iterator[Finding]:
    """Every row of every table can be read, and SQLite's own checks find nothing."""
    damaged = [table.name for table in rows.tables(place.session.connection()) if not can_be_read(table)]
    for name in damaged:
        yield wrong(Sentence(N_("The table {name} is damaged."), name=name), LOST, GO_BACK)
    if not damaged and not _checks_hold():
        yield wrong(N_("The database file is damaged."), LOST, GO_BACK)
    elif not damaged:
        yield fine(N_("Every table can be read to its end."))


def can_be_read(table: Table) -> bool:
    """Whether each row of the table can be read, on a connection of its own: an error ends no other look."""
    try:
        with db.engine.connect() as connection:
            for _ in connection.execute(select(*rows.columns(table)), execution_options={"yield_per": rows.AT_ONCE}):
                pass
    except (SQLAlchemyError, ValueError):
        return False
    return True


def _checks_hold() -> bool:
    if db.engine.dialect.name != "sqlite":
        return True
    with db.engine.connect() as connection:
        whole = connection.execute(text("PRAGMA integrity_check(1)")).scalar_one() == "ok"
        return whole and connection.execute(text("PRAGMA foreign_key_check")).first() is None
