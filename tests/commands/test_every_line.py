"""Every line with which the doctor says that something is wrong has its breaking here; a new one without fails."""

from __future__ import annotations

import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from governance import clock, create_app, sealing
from governance.backup import making, raw_copy
from governance.clockwork import timekeeping
from governance.clockwork.rounds import DutyDone
from governance.clockwork.timekeeping import TimeMark
from governance.feedback.models import Message
from governance.health import last_look, looks, the_database
from governance.health.found import AtHand, Finding, State, wrong
from governance.health.models import LastLook
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.people.models import ChainEntry, RecoveryShare
from governance.people.service.recovery_shares import NEXT
from governance.places import changing_plan
from governance.places import service as places
from governance.places.models import HelpCard, PlanChange, Programme
from governance.places.plan_rules import What
from governance.ruling.sentences import Sentence
from governance.storage import database
from tests.commands import test_doctor as by_command
from tests.commands.conftest import after_a_round
from tests.commands.lines import lines_of_the_doctor
from tests.databases import PostgreSQL, a_postgresql, on_both
from tests.factories import NOW, TODAY, Founded
from tests.server import SECRET

# Lines that are put together elsewhere, by the function that gives them on, each with who breaks it.
ELSEWHERE = {
    "ledgers": "an older database: tests/commands/test_restore.py",
    "witnesses": "a witness who saw more: tests/ledger/test_witnessing.py",
    "from_outside": "a server in front, one of each kind: tests/deploy/test_servers_in_front.py",
    "opening": "the next step of a first week: tests/guide/test_pages.py",
}


@dataclass
class Scene:
    """An installation that is well, and all that a test may break of it."""

    founded: Founded
    place: AtHand
    folder: Path
    a_disk: Callable[[int], Path]

    @property
    def keys(self) -> Path:
        return self.founded.keys.path

    def set(self, **settings: object) -> None:
        """Have it run with other settings."""
        self.place = replace(self.place, settings=replace(self.place.settings, **settings))  # type: ignore[arg-type]

    @property
    def on_sqlite(self) -> bool:
        return self.place.settings.database.startswith("sqlite")


def by(break_it: Callable[[Founded], object]) -> Callable[[Scene], object]:
    """Break it as the test of the command does, which gives the words that say so, too."""
    return lambda scene: break_it(scene.founded)


def do(statement: object) -> Callable[[Scene], object]:
    return lambda scene: scene.founded.session.execute(statement)  # type: ignore[call-overload]


def put_an_old_version(scene: Scene) -> None:
    scene.founded.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))


def damage(table: str) -> Callable[[Scene], object]:
    """Take the file of a table away, or write over its first page. The database ends with the test."""

    def damaged(scene: Scene) -> None:
        kind = by_command.InSQLite if scene.on_sqlite else by_command.InPostgreSQL
        scene.founded.session.rollback()
        kind(table).__enter__()

    return damaged


def store_what_does_not_fit(scene: Scene) -> None:
    """A reply to a code that is not there."""
    scene.founded.session.rollback()
    with closing(sqlite3.connect(scene.place.settings.database.removeprefix("sqlite:///"))) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO sign_in VALUES (x'00', 424242, x'', 1, '2026-11-23')")
        connection.commit()


def set_the_clock(boot: str, away: timedelta) -> Callable[[Scene], object]:
    """Let what was noted stand *away* from the clock, since this start of the machine or before another one."""

    def jumped(scene: Scene) -> None:
        up = timekeeping.uptime()
        assert up
        now = clock.now()
        noted = TimeMark(
            id=1, moment=now - away, boot=boot or up.boot, up=up.seconds, last=now - away, destroying_waits=False
        )
        scene.founded.session.merge(noted)

    return jumped


def make_a_backup(scene: Scene, day: date = TODAY) -> Path:
    folder = scene.folder / "backups"
    scene.set(backups=folder)
    scene.founded.session.rollback()
    settings = scene.place.settings
    making.into_folder(scene.founded.keys, settings.home, day, folder, None)
    return next(folder.glob("*.backup"))


def upgrade(scene: Scene) -> None:
    """As far as it keeps how things were."""
    scene.founded.session.commit()
    with database.db.engine.begin() as connection:
        assert raw_copy.take(connection, TODAY, scene.founded.keys)


def find_a_copy_of_somebody_else(scene: Scene) -> None:
    upgrade(scene)
    (scene.keys / f".{raw_copy.NOTE}").unlink()


def cut_a_backup_short(scene: Scene) -> None:
    file = make_a_backup(scene)
    file.write_bytes(file.read_bytes()[:-100])


def let_a_backup_grow_old(scene: Scene) -> None:
    make_a_backup(scene, TODAY - timedelta(days=9))


def let_a_backup_be_of_another(scene: Scene) -> None:
    """Whole, and signed by somebody else."""
    file = make_a_backup(scene)
    file.write_bytes(file.read_bytes()[:-64] + bytes(64))


def change_the_recovery_key(scene: Scene) -> None:
    """After the backup was made."""
    make_a_backup(scene)
    scene.founded.keys.write(RECOVERY, b"of another key.." * 2)


def name_an_empty_folder(scene: Scene) -> None:
    scene.set(backups=scene.folder / "no backups")


def back_up_beside_the_database(scene: Scene) -> None:
    make_a_backup(scene)
    scene.set(mode="production")


def back_up_beside_the_keys(scene: Scene) -> None:
    """The database is a server's, wherever that keeps it; all else lies in one home folder."""
    make_a_backup(scene)
    scene.set(mode="production", database="postgresql+psycopg://elsewhere/base")


def sign_a_reader_in_by_hand(scene: Scene) -> None:
    """Write a link into the chain of readers that nobody has signed."""
    scene.founded.session.execute(insert(ChainEntry).values(number=1, body="{}", signatures={}, hash=bytes(32)))


def let_two_places_take_one_name(scene: Scene) -> None:
    """As an older version did where two changes were agreed to in one moment: no check saw the other one."""
    session = scene.founded.session
    first = places.places(session)[0].name
    for what, value in (
        (What.PLACE_NAME, {"place": first, "name": "Hall"}),
        (What.PLACE, {"name": "Hall", "hours": ""}),
    ):
        change = PlanChange(what=what, value=value, begins=TODAY, day=TODAY)
        session.add(change)
        ledger.append(session, "decisions", "programme", changing_plan.facts_of(change))


def change_what_was_published(scene: Scene) -> None:
    scene.founded.session.execute(update(Message).values(week=date(2020, 1, 6)))


def let_the_board_let_go_of_a_line(scene: Scene) -> None:
    session, keys = scene.founded.session, scene.founded.keys
    last = session.scalars(select(func.max(Leaf.number)).where(Leaf.body.contains('"kind":"charter"'))).one()
    session.execute(update(Leaf).where(Leaf.log == "decisions", Leaf.number == last).values(body="{}"))
    names = ledger.state_gap(session, keys, "A line is lost.", TODAY, {}, ["decisions"], ["decisions"])
    session.commit()
    ledger.take_names(keys, names)


def let_a_duty_never_be_done(scene: Scene) -> None:
    scene.founded.session.execute(delete(DutyDone).where(DutyDone.name == "forget"))
    by_command.let_a_duty_never_be_done(scene.founded)


def let_the_release_be_late(scene: Scene) -> None:
    """The remedy is another one at noon, where the command is asked."""
    by_command.let_the_release_be_late(scene.founded)


def let_the_last_look_have_found_something(scene: Scene) -> None:
    found = [wrong("It is damaged.", "means", "mend")]
    last_look.keep(scene.founded.session, scene.founded.keys, "database", found, TODAY)


def forget_every_look(scene: Scene) -> None:
    last_look.forget_others(scene.founded.session, scene.founded.keys, ())


def say_that_all_was_well(scene: Scene) -> None:
    """As whoever owns the database can, after a look has found something."""
    let_the_last_look_have_found_something(scene)
    scene.founded.session.execute(update(LastLook).values(found=[]))


def fill_a_disk(scene: Scene) -> None:
    scene.set(escrow=scene.a_disk(1))


def mount_a_disk(megabytes: int, how: str) -> Callable[[Scene], object]:
    def mount(scene: Scene) -> None:
        scene.set(escrow=scene.a_disk(megabytes))
        folder = str(scene.place.settings.escrow)
        subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)

    return mount


def put_a_folder_in_the_place_of_a_key(scene: Scene) -> None:
    (scene.keys / "pepper").unlink()
    (scene.keys / "pepper").mkdir()


def let_shares_wait(
    key: bytes = b"", *, is_next: bool = False, after_a_backup: bool = False, lost: bool = False,
    old_out: int | None = 0, out: int = 0,
) -> Callable[[Scene], object]:  # fmt: skip
    """Three recovery shares of *key*, or of the one in use, of which *out* are taken, and *old_out* of the old one."""

    def waiting(scene: Scene) -> None:
        keys, session = scene.founded.keys, scene.founded.session
        public = key or keys.need(RECOVERY)
        if is_next:
            keys.write(NEXT, public)
        people.keep_shares(session, keys, public, sealing.split_secret(bytes(32)), old_out)
        is_taken = RecoveryShare.number <= out
        session.execute(update(RecoveryShare).where(is_taken).values(sealed=b"", taken_on=TODAY))
        if after_a_backup:
            people.hand_over_unknown(session)
        if lost:
            keys.destroy(next(keys.names("share-")))

    return waiting


EVENING = NOW.replace(hour=19)  # After the release hour.
BREAKS: dict[str, Callable[[Scene], object]] = {
    "The tables are old.": put_an_old_version,
    "The table {name} is damaged.": damage("message"),
    "The database file is damaged.": store_what_does_not_fit,
    "The clock of this server jumped.": set_the_clock("", timedelta(days=2)),
    "The clock of this server went back.": set_the_clock("", -timedelta(days=2)),
    "This server was off for long, or its clock is wrong.": set_the_clock("before", timedelta(days=2)),
    "The clock was wrong, and nothing is deleted since.": by(by_command.let_the_clock_jump),
    "No round of duties was done yet.": do(text("DELETE FROM lease")),
    "The last round was noted for a time that is still to come.": by(by_command.put_the_lease_ahead),
    "The last round of duties was on {day}.": by(by_command.let_the_rounds_end),
    "“{duty}” failed on {day}.": by(by_command.let_a_duty_fail),
    "“{duty}” was last done on {day}.": let_the_release_be_late,
    "“{duty}” was never done.": let_a_duty_never_be_done,
    "Not everything was looked at yet.": forget_every_look,
    "Someone changed what the last look at everything found, or it is damaged.": say_that_all_was_well,
    "Everything was last looked at on {day}. To mend: {number}": let_the_last_look_have_found_something,
    "No messages were let out yet.": do(delete(DutyDone).where(DutyDone.name == "release")),
    "The key {name} is gone.": by(by_command.lose_a_period_secret),
    "The sealed copy of the keys, the escrow, is missing.": by(by_command.lose_the_escrow),
    "The sealed copy of the keys, the escrow, is damaged.": by(by_command.spoil_the_escrow),
    "The sealed copy of the keys, the escrow, is old.": by(by_command.put_an_old_escrow_there),
    "{out} of 3 recovery shares are with people.": let_shares_wait(),
    "The recovery shares are of another key than the one in use.": let_shares_wait(b"of another key.." * 2),
    "{out} of 3 new recovery shares are with people. The old ones hold until two are.": let_shares_wait(
        b"of the new key.." * 2, is_next=True, old_out=2
    ),
    "Of the new recovery shares {out} are with people. Of the old ones that is known of {old}.": let_shares_wait(
        b"of the new key.." * 2, is_next=True, old_out=1
    ),
    "{out} of 3 new recovery shares are with people. Who has the old ones, printed long ago, is not known.": (
        let_shares_wait(b"of the new key.." * 2, is_next=True, old_out=None)
    ),
    "It is not known who has which share: a backup came back, or who saw one has left.": let_shares_wait(
        after_a_backup=True, out=2
    ),
    "Only {out} of 3 recovery shares are known to be with people.": let_shares_wait(after_a_backup=True, out=1),
    "A recovery share that waits cannot be opened: its key is gone.": let_shares_wait(lost=True),
    "The list of readers does not hold: {problem}": sign_a_reader_in_by_hand,
    "Others can read {what}.": by(by_command.open_a_key),
    "Others can change {what}.": by(by_command.let_others_write_the_escrow),
    "The keys are on the same disk as the database.": lambda scene: scene.set(mode="production"),
    "The disk is almost full: {free} MB are free.": fill_a_disk,
    "The disk takes no more files.": mount_a_disk(400, "nr_inodes=1"),
    "The program cannot write into {path}.": mount_a_disk(400, "ro"),
    "A copy from before the upgrade of {day} waits to be sealed.": upgrade,
    "The program has not made this copy: {name}": find_a_copy_of_somebody_else,
    "No folder for backups is named.": lambda scene: scene.set(mode="production"),
    "There is no backup in {path}.": name_an_empty_folder,
    "The newest backup is damaged: {why}": cut_a_backup_short,
    "The newest backup is of {day}.": let_a_backup_grow_old,
    "{path} is of a day to come.": lambda scene: make_a_backup(scene, TODAY + timedelta(days=365)),
    "{path} was not made with the keys that are here.": let_a_backup_be_of_another,
    "Today's shares do not open {path}.": change_the_recovery_key,
    "The backups are on the same disk as the database.": back_up_beside_the_database,
    "The keys and all their copies are on one disk.": back_up_beside_the_keys,
    "The ledger of {log} does not hold: {problem}": by(by_command.change_what_was_signed),
    "This does not fit the ledger: {problem}": change_what_was_published,
    "The board said in public that this is lost: {what}": let_the_board_let_go_of_a_line,
    "Two places are to be called “{name}”.": let_two_places_take_one_name,
    "The site was not looked at from outside: its address is not named.": lambda scene: scene.set(mode="production"),
    "There is no programme yet.": do(delete(Programme)),
    "The box stays shut: {why}": do(delete(HelpCard)),
    "The {at} cannot be looked at: {why}": lambda scene: (scene.keys / "programme").unlink(),
    "The {at} cannot be read: the database is damaged.": damage("duty_done"),
    "The {at} cannot be read: {why}": put_a_folder_in_the_place_of_a_key,
}
# With a server of their own, below.
ON_A_SERVER = {
    "The database's {name} is {value}.",
    "Old data is kept here for {name}. No one takes it.",  # tests/health/test_copies.py, both
    "All that is stored here is sent to {name}.",
    "The {at} cannot be read: the database does not answer.",
    "The clocks of this server and of its database differ.",  # tests/test_two_servers.py: one whose clock is ahead
}
# What is broken, or found, in another way on PostgreSQL. All else the doctor reads in the same way from either.
ON_BOTH = (
    "The tables are old.", "The table {name} is damaged.", "The list of readers does not hold: {problem}",
    "The ledger of {log} does not hold: {problem}", "This does not fit the ledger: {problem}",
    "The {at} cannot be read: {why}",
)  # fmt: skip


# What a page alone tells: whoever looks by hand makes the look.
OF_A_PAGE = ("Not everything was looked at yet.", "Everything was last looked at on {day}. To mend: {number}")


@pytest.fixture
def scene(
    app: Flask, session: Session, keys: KeyFolder, tmp_path: Path, a_disk: Callable[[int], Path]
) -> Iterator[Scene]:
    """A programme that has let messages out, whose duties were done on their day, and whose clock is believed."""
    founded = after_a_round(app, session, keys, EVENING)
    with app.app_context():
        yield Scene(founded, AtHand(database.db.session, keys, app.config["SETTINGS"]), tmp_path, a_disk)


def told(scene: Scene, line: str) -> list[Finding]:
    """What is told with *line* to be mended, or to be noted."""
    return [each for each in looked(scene, line) if template(each.what) == line]


def looked(scene: Scene, line: str) -> list[Finding]:
    """All that is to be mended or to be noted, by a look that can tell *line*."""
    with database.snapshot():
        if line in timekeeping.WHY.values():  # A clock that a test has stopped is believed.
            found = looks.all_of(scene.place)
        else:
            with clock.stopped_everywhere(EVENING):
                found = looks.all_of(scene.place, quick=line in OF_A_PAGE)
    return [each for each in found if each.state is not State.FINE]


# How often each line is told of an installation that is well. They are all alike, so one of each database is looked at.
_WELL: dict[tuple[bool, bool, bool], Counter[str]] = {}


def told_when_well(scene: Scene, line: str) -> int:
    """How often *line* was told of this *scene* before it was broken."""
    kind = scene.on_sqlite, line in timekeeping.WHY.values(), line in OF_A_PAGE
    if kind not in _WELL:
        _WELL[kind] = Counter(template(each.what) for each in looked(scene, line))
    return _WELL[kind][line]


def template(what: Sentence | str) -> str:
    return what.template if isinstance(what, Sentence) else what


@pytest.mark.parametrize("line", on_both(BREAKS, ON_BOTH))
def test_what_is_broken_is_told_with_what_it_means_and_the_way_on(scene: Scene, line: str) -> None:
    before = told_when_well(scene, line)
    said = BREAKS[line](scene)
    scene.founded.session.commit()
    after = told(scene, line)
    assert len(after) > before
    assert not isinstance(said, str) or any(each.words.startswith(said) for each in after)
    assert all(each.means and each.mend for each in after if each.state is State.MEND)


def test_every_line_of_the_doctor_is_broken_here() -> None:
    found, elsewhere = lines_of_the_doctor()
    assert found == {*BREAKS, *ON_A_SERVER}
    assert elsewhere == set(ELSEWHERE)


# A server that is set up badly. Three of its settings count from its start on.

BADLY = {
    "archive_mode": "on", "wal_level": "logical", "track_commit_timestamp": "on", "log_statement": "all",
    "log_min_duration_statement": "0", "log_min_duration_sample": "0", "log_min_error_statement": "error",
    "log_duration": "on", "log_transaction_sample_rate": "0.5", "fsync": "off", "full_page_writes": "off",
    "synchronous_commit": "off", "log_min_messages": "error", "log_error_verbosity": "verbose",
    "log_line_prefix": "%m [%p] ", "log_lock_waits": "on", "log_connections": "on", "log_disconnections": "on",
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this file's own, which is set up, started again and stopped."""
    with a_postgresql() as engine:
        yield engine


def settings_told(server: PostgreSQL, home: Path) -> list[Finding]:
    """What the doctor says of the settings of *server*, as it is now."""
    return looked_at(server, home, looks.Named("database's settings", the_database.settings))


def looked_at(server: PostgreSQL, home: Path, named: looks.Named) -> list[Finding]:
    """What one look of the doctor finds on *server*, as it is now."""
    app = create_app({
        "GOVERNANCE_MODE": "development",
        "GOVERNANCE_HOME": str(home),
        "GOVERNANCE_DATABASE": server.server.get_uri(driver="psycopg"),
        "GOVERNANCE_SECRET": SECRET,
    })  # fmt: skip
    with app.app_context():
        place = AtHand(database.db.session, app.extensions["keyfolder"], app.config["SETTINGS"])
        found = list(looks.looked(named, place))
        database.db.session.remove()
        database.db.engine.dispose()
    return found


def set_up(server: PostgreSQL, values: dict[str, str]) -> None:
    with psycopg.connect(server.server.get_uri(), autocommit=True) as connection:
        for name, value in values.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
    server.server.stop()
    server.server.start()


def test_each_setting_of_a_server_that_keeps_too_much_is_told_and_its_command_mends_it(
    server: PostgreSQL, tmp_path: Path
) -> None:
    assert set(BADLY) == {name for name, _, _ in the_database.POSTGRESQL}
    set_up(server, BADLY)
    for found, (name, wanted, means) in zip(settings_told(server, tmp_path), the_database.POSTGRESQL, strict=True):
        value = "0" if BADLY[name] == "0" else BADLY[name]
        assert (found.state, template(found.what)) == (State.MEND, "The database's {name} is {value}.")
        assert (str(found.what), found.means) == (f"The database's {name} is {value}.", means)
        assert f"ALTER SYSTEM SET {name} = '{wanted[0]}'" in str(found.mend)
    set_up(server, {name: wanted[0] for name, wanted, _ in the_database.POSTGRESQL})
    assert [each.state for each in settings_told(server, tmp_path)] == [State.FINE] * len(BADLY)


def test_a_database_that_does_not_answer_is_told_by_each_look_at_it(server: PostgreSQL, tmp_path: Path) -> None:
    server.server.stop()
    (found,) = settings_told(server, tmp_path)
    assert template(found.what) == "The {at} cannot be read: the database does not answer."
    assert found.mend == "Start it, or check its address: GOVERNANCE_DATABASE"
    server.server.start()
