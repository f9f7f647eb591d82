"""A backup comes back into an empty place, whole or not at all, and the ledger never signs a second history."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, text, update

from governance import create_app, sealing
from governance.backup import making, rows, sealed_file
from governance.board.service.names_nobody import NAMES_SOMEBODY
from governance.commands import own_database
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.ledger import note, rules
from governance.ledger import service as ledger
from governance.ledger.models import Head, Leaf, Log
from governance.people import service as people
from governance.people.models import RecoveryShare
from governance.ruling.sentences import Sentence
from governance.storage import database
from tests.commands.conftest import Run
from tests.factories import TODAY, Founded

WORDS = "The disk broke on Monday. What was said since Sunday is lost."
RESTORED = {"lease", "sign_in", "leaf", "log", "head", "cosignature", "tile"}  # These do not come back as they were.


@dataclass
class Place:
    """Somewhere else: a home of its own, and an empty database."""

    home: Path
    url: str

    @property
    def keys(self) -> KeyFolder:
        return KeyFolder(self.home / "keys", self.home / "escrow")

    def environ(self) -> dict[str, str]:
        return {"GOVERNANCE_HOME": str(self.home), "GOVERNANCE_DATABASE": self.url}


@pytest.fixture
def place(tmp_path: Path, empty_database_url: str) -> Place:
    return Place(tmp_path / "another house", empty_database_url)


@pytest.fixture
def move_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[Place], None]:
    def move_to(place: Place) -> None:
        for name, value in place.environ().items():
            monkeypatch.setenv(name, value)

    return move_to


@pytest.fixture
def alone(request: pytest.FixtureRequest, place: Place) -> Callable[[], None]:
    """End what the commands before have left open in this process: in one of its own, each would have ended it."""

    def alone() -> None:
        if place.url.startswith("postgresql"):
            everybody = b"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname LIKE 'test%'"
            request.getfixturevalue("postgresql").connection.execute(everybody)

    return alone


@pytest.fixture
def backup(founded: Founded, run: Run, tmp_path: Path) -> Path:
    """A backup of the founded programme, made after a head of both ledgers was signed."""
    assert run("tick")[0] == 0
    path = tmp_path / "away" / "one.backup"
    assert run("backup", str(path))[0] == 0
    founded.session.rollback()
    return path


def typed(founded: Founded, words: str = WORDS) -> str:
    return "".join(f"{share.text}\n" for share in founded.shares[:2]) + f"{words}\n"


def signed_last(keys: KeyFolder) -> note.Checkpoint:
    return note.read_checkpoint(note.split(keys.need("ledger-decisions.head").decode())[0])


def sums_of(url: str) -> dict[str, rows.Sum]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = rows.sums(connection)
    engine.dispose()
    return found


def url_of(founded: Founded) -> str:
    return founded.session.get_bind().engine.url.render_as_string(hide_password=False)


def sign_one_more(founded: Founded) -> Callable[[], None]:
    """Add an entry and sign it; return what takes the database back to before, as an older copy of it would be."""
    session, keys = founded.session, founded.keys
    row = session.get_one(Log, "decisions")
    before = (row.size, row.root, row.frontier)
    session.rollback()
    ledger.append(session, "decisions", "record", {"what": "after the backup"})
    ledger.publish_head(session, keys, "decisions", TODAY)
    session.commit()
    ledger.keep_heads(session, keys)
    session.rollback()

    def take_back() -> None:
        session.execute(delete(Head).where(Head.log == "decisions", Head.size > before[0]))
        session.execute(delete(Leaf).where(Leaf.log == "decisions", Leaf.number >= before[0]))
        row = session.get_one(Log, "decisions", populate_existing=True)
        row.size, row.root, row.frontier = before
        session.commit()

    return take_back


@pytest.mark.of_one_database
def test_a_restore_in_the_middle_of_the_hand_over_hands_nobody_a_share_of_before(
    founded: Founded, run: Run, tmp_path: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    """Two were out and the third waited. It may be out as well by now: the backup cannot know."""
    session, keys = founded.session, founded.keys
    people.keep_shares(session, keys, keys.need(RECOVERY), founded.shares)
    session.execute(update(RecoveryShare).where(RecoveryShare.number < 3).values(sealed=b"", taken_on=TODAY))
    session.commit()
    people.settle(session, keys)
    session.rollback()
    assert run("backup", str(tmp_path / "one.backup"))[0] == 0
    move_to(place)
    status, said = run("restore", str(tmp_path / "one.backup"), typed=typed(founded))
    assert status == 0, said
    assert run("tick")[0] == 0
    assert not list(place.keys.names("share-"))
    assert "It is not known who has which share: a backup came back" in run("doctor")[1]


@pytest.mark.of_one_database
def test_a_backup_from_before_new_shares_comes_back_with_the_old_ones_where_the_keys_are_here(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    """The database is lost, and the key folder has the new key: what is sealed to the one before is still ours."""
    new = sealing.new_pair().public
    shutil.copytree(founded.keys.path, place.keys.path)
    shutil.copytree(founded.keys.escrow_path, place.keys.escrow_path)
    place.keys.write("recovery.before", place.keys.need(RECOVERY))
    place.keys.write(RECOVERY, new)
    move_to(place)
    status, said = run("restore", str(backup), typed=typed(founded))
    assert status == 0, said
    assert place.keys.need(RECOVERY) == new


def test_everything_comes_back_in_another_house(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    before, old_names = sums_of(url_of(founded)), {log: ledger.verifier_key(founded.keys, log) for log in rules.LOGS}
    move_to(place)
    status, said = run("restore", str(backup), typed=typed(founded))
    assert (status, "Everything is back as it was on 2026-11-23." in said) == (0, True), said
    after = sums_of(place.url)
    assert {name: each for name, each in after.items() if name not in RESTORED} == {
        name: each for name, each in before.items() if name not in RESTORED
    }
    assert after["sign_in"].count == after["lease"].count == 0
    held = {name: place.keys.need(name) for name in place.keys.names() if not name.endswith((".name", ".head"))}
    assert held == {name: founded.keys.need(name) for name in founded.keys.names() if not name.endswith(".head")}
    assert place.keys.half_restored() is None
    # What was signed after the backup nobody here can know: both logs go on under another name, with what they had.
    for log in rules.LOGS:
        assert ledger.verifier_key(place.keys, log) != old_names[log]
        assert f"governance witness trust {ledger.verifier_key(place.keys, log)}" in said
    status, said = run("tick")
    assert (status, "publish" in said) == (0, True), said
    assert "MEND" not in run("doctor")[1].replace("MEND  The database's", "")
    assert run("ledger", "audit")[1].endswith("Every line is accounted for.")
    assert run("ledger", "export", str(place.home / "copy"))[0] == 0
    assert run("verify", str(place.home / "copy"))[0] == 0


@pytest.mark.of_one_database
def test_the_gap_is_told_to_everybody(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    move_to(place)
    run("restore", str(backup), typed=typed(founded))
    app = create_app()
    with app.app_context():
        assert [(each.words, each.anew) for each in ledger.gaps(database.db.session)] == [
            (WORDS, ("decisions", "intake"))
        ]
        database.db.session.rollback()
        page = app.test_client().get("/ledger").text
        assert WORDS in page
        database.db.engine.dispose()


def put_out(url: str) -> None:
    """End what still holds PostgreSQL open, as it ends with the process of a command that was broken off."""
    engine = create_engine(url)
    if engine.dialect.name == "postgresql":
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    engine.dispose()


NAMED = "Dogwood spilled tea on the disk."


@pytest.mark.of_one_database
def test_words_on_a_loss_name_no_member_and_are_asked_for_again(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    """They stand in the ledger for good. Who was at the table is known only once the rows are there."""
    move_to(place)
    status, said = run("restore", str(backup), typed=typed(founded, NAMED))
    assert (status, NAMES_SOMEBODY in said) == (130, True), said
    assert run("tick")[0] == 1, "nothing else works until it is finished"
    put_out(place.url)
    status, said = run("restore", str(backup), typed=typed(founded, f"{NAMED}\n{WORDS}"))
    assert (status, NAMES_SOMEBODY in said) == (0, True), said
    app = create_app()
    with app.app_context():
        assert [each.words for each in ledger.gaps(database.db.session)] == [WORDS]
        database.db.session.rollback()
        database.db.engine.dispose()


@pytest.mark.of_one_database
def test_with_the_key_folder_that_signed_last_the_ledger_goes_on(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    names = {log: ledger.verifier_key(founded.keys, log) for log in rules.LOGS}
    people.tell(founded.session, founded.keys, Sentence("Told after the backup."), TODAY)
    founded.session.commit()
    place.home.mkdir(mode=0o700)
    shutil.copytree(founded.keys.path, place.keys.path)
    move_to(place)
    status, said = run("restore", str(backup), typed=typed(founded))
    assert (status, "Both ledgers go on as before." in said) == (0, True), said
    assert {log: ledger.verifier_key(place.keys, log) for log in rules.LOGS} == names
    assert run("tick")[0] == 0
    assert "MEND" not in run("doctor")[1].replace("MEND  The database's", "")


@pytest.mark.of_one_database
def test_what_was_signed_since_is_never_signed_again(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    """The one that matters: under one name and key the world sees one history."""
    sign_one_more(founded)
    old = signed_last(founded.keys)
    shutil.copytree(founded.keys.path, place.keys.path)
    move_to(place)
    assert run("restore", str(backup), typed=typed(founded))[0] == 0
    assert run("tick")[0] == 0
    new = signed_last(place.keys)
    assert (new.size, old.size) == (old.size, old.size), "the sizes meet, so only the name keeps the two apart"
    assert new.root != old.root
    assert new.origin != old.origin
    app = create_app()
    with app.app_context():
        (gap,) = ledger.gaps(database.db.session)
        body = ledger.newest(database.db.session, "decisions", 1)[0].body
        database.db.session.remove()
        database.db.engine.dispose()
    assert gap.anew == ("decisions",)
    assert f'"signed":{old.size}' in body


@pytest.mark.of_one_database
def test_cut_short_after_the_gap_was_stated_it_still_knows_which_log_begins_anew(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None],
    alone: Callable[[], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The new name was taken and the last head given up, and then the disk was full: the mark holds what was known."""
    sign_one_more(founded)
    old = signed_last(founded.keys)
    place.home.mkdir(mode=0o700)
    shutil.copytree(founded.keys.path, place.keys.path)
    move_to(place)
    with monkeypatch.context() as full:
        full.setattr(KeyFolder, "end_restoring", a_full_disk)
        assert run("restore", str(backup), typed=typed(founded))[0] == 1
    alone()
    status, said = run("restore", str(backup), typed=typed(founded))
    assert (status, "The ledger of decisions goes on under a new name." in said) == (0, True), said
    alone()
    assert run("tick")[0] == 0
    new = signed_last(place.keys)
    assert new.origin != old.origin
    assert "MEND" not in run("doctor")[1].replace("MEND  The database's", "")


def a_full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.of_one_database
def test_where_the_keys_are_a_backup_that_they_did_not_sign_is_refused(
    founded: Founded,
    run: Run,
    backup: Path,
    place: Place,
    move_to: Callable[[Place], None],
    alone: Callable[[], None],
) -> None:
    """Who can swap the file and knows the public recovery key could seal any rows and any keys to it."""
    shutil.copytree(founded.keys.path, place.keys.path)
    founded.keys._file("ledger-decisions.key").write_bytes(bytes(32))
    forged = backup.with_name("forged.backup")
    with create_app().app_context():
        making.write(founded.keys, founded.keys.path, TODAY, forged)
        database.db.session.remove()
        database.db.engine.dispose()
    move_to(place)
    said = run("restore", str(forged), typed=typed(founded))[1]
    assert said.endswith("This backup was not made with the keys that are here. Nothing was changed. Take another one.")
    assert place.keys.half_restored() is None
    alone()
    assert run("restore", str(backup), typed=typed(founded))[0] == 0


@pytest.mark.of_one_database
def test_a_backup_of_a_newer_version_is_refused_before_anything_is_asked(run: Run, backup: Path) -> None:
    mark, clear, rest = backup.read_bytes().split(b"\n", 2)
    newer = json.dumps({**json.loads(clear), "tables": "9999123123_a_later_day"}).encode()
    content = b"\n".join((mark, newer, rest[: -sealed_file.HASH - sealed_file.SIGNATURE]))
    backup.write_bytes(content + hashlib.sha256(content).digest() + bytes(sealed_file.SIGNATURE))
    assert run("restore", str(backup)) == (1, own_database.NEWER)


def test_an_older_database_put_in_by_hand_is_recognised(founded: Founded, run: Run, backup: Path) -> None:
    sign_one_more(founded)()
    size = ledger.size(founded.session, "decisions")
    founded.session.rollback()
    older = f"{size + 1} entries of the ledger of decisions were signed, and {size} are here. This is an older copy"
    for command in ("serve", "tick"):
        status, said = run(command)
        assert (status, said.count("\n"), older in said) == (1, 0, True), said
    assert f"MEND  {older}" in run("doctor")[1]
    # A server that runs already signs nothing either, though the list has grown past what was signed.
    ledger.append_many(founded.session, "decisions", [("record", {"n": n}) for n in range(3)])
    founded.session.commit()
    with pytest.raises(ledger.LedgerBroken, match="are not those that were signed"):
        ledger.publish_head(founded.session, founded.keys, "decisions", TODAY)
    founded.session.rollback()
    ledger.keep_heads(founded.session, founded.keys)
    assert signed_last(founded.keys).size == size + 1


@pytest.mark.of_one_database
def test_the_board_says_what_is_missing_and_signing_goes_on(founded: Founded, run: Run, backup: Path) -> None:
    assert run("gap", typed=typed(founded))[1].endswith(
        "Nothing is missing: the database holds all that was signed. Nothing was changed."
    )
    take_back = sign_one_more(founded)
    old = signed_last(founded.keys)
    take_back()
    others = "".join(f"{share.text}\n" for share in sealing.split_secret(sealing.new_pair().private)[:2])
    assert run("gap", typed=others)[1].endswith("These shares are of another programme.")
    assert "Say in one to 2000 letters" in run("gap", typed=typed(founded, " "))[1]
    founded.session.rollback()
    status, said = run("gap", typed=typed(founded, NAMED))
    assert (status, NAMES_SOMEBODY in said) == (130, True), said
    status, said = run("gap", typed=typed(founded, f"{NAMED}\n{WORDS}"))
    assert (status, "The ledger of decisions goes on under a new name." in said) == (0, True), said
    with database.writing():
        ledger.publish_head(founded.session, founded.keys, "decisions", TODAY)
        founded.session.commit()
    ledger.keep_heads(founded.session, founded.keys)
    new = signed_last(founded.keys)
    assert (new.size, new.root == old.root, new.origin == old.origin) == (old.size, False, False)
    assert [each.words for each in ledger.gaps(founded.session)] == [WORDS]
    assert ledger.check(founded.session, founded.keys, "decisions") == []


def test_it_says_in_one_line_why_not(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None],
    alone: Callable[[], None], tmp_path: Path,
) -> None:  # fmt: skip
    status, said = run("restore", str(backup), typed=typed(founded))
    assert (status, said.splitlines()[-1]) == (
        1, "The database is not empty. Nothing was changed. Name an empty one.",
    )  # fmt: skip
    move_to(place)
    others = "".join(f"{share.text}\n" for share in sealing.split_secret(sealing.new_pair().private)[:2])
    for given, sentence in (
        (others, "These shares do not open this backup"),
        (f"{founded.shares[0].text}\n" * 2, "Give two or more different shares."),
        (typed(founded, " "), "Say in one to 2000 letters"),
        ("", ""),
    ):
        alone()
        status, said = run("restore", str(backup), typed=given)
        assert (status != 0, sentence in said.splitlines()[-1]) == (True, True), said
    whole = backup.read_bytes()
    for content in (whole[:-1], whole[:5000], b"", whole[:4000] + bytes([whole[4000] ^ 1]) + whole[4001:]):
        broken = tmp_path / "broken.backup"
        broken.write_bytes(content)
        status, said = run("restore", str(broken), typed=typed(founded))
        assert (status, said.count("\n")) == (1, 0), said
    assert not place.keys.path.exists() or list(place.keys.path.iterdir()) == []
    alone()
    assert run("restore", str(backup), typed=typed(founded))[0] == 0, "nothing of all that stands in the way"


def test_killed_at_any_moment_it_is_done_again(
    founded: Founded, run: Run, backup: Path, place: Place, move_to: Callable[[Place], None]
) -> None:
    environ = {**os.environ, **place.environ()}
    command = [sys.executable, "-m", "governance.cli", "restore", str(backup)]
    cut_short = 0
    for after in (0.0, 0.2, 0.6):
        process = subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert process.stdin
        process.stdin.write(typed(founded).encode())
        process.stdin.close()
        while process.poll() is None and not (place.keys.path / ".restoring").exists():
            time.sleep(0.005)  # Waiting for another process to begin to write.
        time.sleep(after)  # The moment to pull the plug; which one it is decides nothing.
        process.kill()
        process.wait()
        cut_short += (place.keys.path / ".restoring").exists()
    assert cut_short
    move_to(place)
    for name in ("serve", "tick", "doctor", "recover"):
        status, said = run(name)
        assert (status, said) == (1, "A restore was not finished here. Run it again: governance restore FILE")
    assert run("restore", str(backup), typed=typed(founded))[0] == 0
    assert run("tick")[0] == 0
    assert "MEND" not in run("doctor")[1].replace("MEND  The database's", "")
