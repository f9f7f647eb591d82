"""Making a backup while the program serves: the whole database as of one moment, the escrow, and what adds up to it.

What the lines hold, in order: the facts (`BackupFacts`), then for each table its name and its rows, then the sums.
A period secret is in none of them: the escrow is sealed by itself, secret by secret.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from sqlalchemy import Connection, select

from governance import __version__
from governance.backup import rows, sealed_file
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Head
from governance.ledger.witness import Memory
from governance.privacy.retention import BACKUP_BEFORE_UPGRADE
from governance.ruling.errors import NotReady
from governance.storage import database, durable
from governance.storage.revisions import revision_of

NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.(\d+))?\.backup")
DRAFT = re.compile(r"\.(.+)\.[0-9a-f]{12}")  # What becomes the file named in it.


@dataclass(frozen=True)
class BackupFacts:
    """What a backup says of itself before its rows. *heads*: the newest signed head of each log, as its note."""

    revision: str
    day: str
    heads: dict[str, str]
    escrow: str
    witness: dict[str, Any] | None


def write(keys: KeyFolder, home: Path, today: date, target: Path, of: Connection | None = None) -> None:
    """Write a backup of the app's database to the file *target*: all of it or nothing. Raises NotReady, OSError.

    *of* reads another one of the same keys, in which nobody writes.
    """
    recovery = keys.need(RECOVERY)
    keys.mend_escrow()
    with _draft(target) as out, nullcontext(of) if of else _as_of_one_moment() as connection:
        found = facts(connection, keys, home, today)
        clear = {
            "day": found.day, "tables": found.revision, "version": __version__, "opened_by": mark_of(recovery),
        }  # fmt: skip
        sealed_file.write(out, recovery, ledger.private(keys, "decisions"), clear, lines(connection, found))


@contextmanager
def _as_of_one_moment() -> Iterator[Connection]:
    with database.snapshot() as session:
        yield session.connection()


def has_room(target: Path, size: int) -> bool:
    """Whether a backup of *size* bytes can be written to *target*, as far as that is known before."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=target.parent):
            return shutil.disk_usage(target.parent).free >= size
    except OSError:
        return False


def mark_of(recovery: bytes) -> str:
    """Return what stands in the clear in a backup for the public *recovery* key whose shares open it."""
    return hashlib.sha256(b"real-voice opened by v1" + recovery).hexdigest()[:16]


def into_folder(keys: KeyFolder, home: Path, today: date, folder: Path, keep: int | None) -> Path:
    """Write a backup into *folder* under the day's name, then delete all but the newest *keep*; return its file."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _turn(folder):
        number = 1 + max((n for day, n in map(_order, all_in(folder)) if day == today.isoformat()), default=0)
        name = today.isoformat() if number == 1 else f"{today.isoformat()}.{number}"
        path = folder / f"{name}.backup"
        write(keys, home, today, path)
        # One of a day to come was written while the clock stood ahead: it is not counted (see `forget_to_come`).
        before = [each for each in until(folder, today) if each != path]
        for old in before[: max(0, len(before) - keep + 1)] if keep else ():
            old.unlink()
    return path


def before_upgrade(home: Path, folder: Path | None) -> Path:
    """Return where the backup lies that is made before the tables change. There is one, the newest."""
    return (folder or home / "backups") / "before-upgrade.backup"


def write_before_upgrade(keys: KeyFolder, home: Path, day: date, folder: Path | None, of: Connection) -> Path:
    """Write the backup from before an upgrade on *day* of what *of* reads, and return its file.

    Where the named *folder* takes none it lies beside the program: neither a copy nor people may wait for that.
    Raises NotReady, OSError where neither takes it.
    """
    target, spare = before_upgrade(home, folder), before_upgrade(home, None)
    try:
        write(keys, home, day, target, of)
    except (NotReady, OSError):
        with suppress(NotReady, OSError):  # What is told is why the named one takes none.
            if target != spare:
                write(keys, home, day, spare, of)
                return spare
        raise
    return target


def all_before_upgrade(home: Path, folder: Path | None) -> list[Path]:
    """Return where backups from before an upgrade may lie: *folder* may have been named, or not, since one was made."""
    places = {before_upgrade(home, folder), before_upgrade(home, None)}
    return sorted(path for path in places if path.exists())


def forget_before_upgrade(path: Path, today: date) -> None:
    """Delete the backup from before an upgrade when its time is over: what is destroyed may not live on in it.

    Of one that was written while the clock stood ahead nobody can say when that is. Tomorrow is no such day: where a
    database could not say the site's zone, the day was that of UTC.
    """
    day = date.fromisoformat(sealed_file.said(path)["day"])
    if not today - BACKUP_BEFORE_UPGRADE <= day <= today + timedelta(days=1):
        path.unlink()


def is_made(folder: Path, day: date) -> bool:
    """Whether a backup of *day* lies in *folder*."""
    return any(_order(each)[0] == day.isoformat() for each in all_in(folder))


def all_in(folder: Path) -> list[Path]:
    """Return the backups in *folder*, oldest first."""
    return sorted((each for each in folder.glob("*.backup") if NAME.fullmatch(each.name)), key=_order)


def until(folder: Path, today: date) -> list[Path]:
    """Return the backups in *folder* of *today* and before, oldest first."""
    return [each for each in all_in(folder) if _order(each)[0] <= today.isoformat()]


def to_come(folder: Path, today: date) -> list[Path]:
    """Return the backups in *folder* of days to come: the clock stood ahead when they were written, or is behind."""
    return [each for each in all_in(folder) if _order(each)[0] > today.isoformat()]


def forget_to_come(folder: Path, today: date) -> None:
    """Delete the backups of days to come, once there is one of *today*. Call it when the clock is sure.

    Nobody could say when their time is over, and until then what was destroyed would live on in them. Tomorrow is no
    such day, as in `forget_before_upgrade`: where a site has moved its zone back, it was today when that was written.
    """
    if is_made(folder, today):
        for file in to_come(folder, today + timedelta(days=1)):
            file.unlink()


def day_of(file: Path) -> date:
    """Return the day that a file of `all_in` was made on, as its name says."""
    return date.fromisoformat(_order(file)[0])


def facts(connection: Connection, keys: KeyFolder, home: Path, today: date) -> BackupFacts:
    """Return what a backup made now says of itself."""
    revision = revision_of(connection)
    if revision is None:
        raise NotReady("The database holds no programme. Check GOVERNANCE_DATABASE.")
    signed = connection.execute(select(Head.log, Head.note).order_by(Head.size))
    heads = {row.log: row.note for row in signed}
    escrow = keys.escrow_file.read_text(encoding="utf-8")
    return BackupFacts(revision, today.isoformat(), heads, escrow, Memory(home / "witness").without_key())


def lines(connection: Connection, found: BackupFacts) -> Iterator[bytes]:
    """Yield the lines of a backup."""
    yield _line(asdict(found))
    totals = {}
    for table in rows.tables(connection):
        yield _line({"table": table.name, "columns": [column.name for column in rows.columns(table)]})
        total = totals[table.name] = rows.Sum()
        for row in rows.walk(connection, table):
            total.add(row)
            yield _line(row)
    yield _line({"sums": {name: [each.count, f"{each.digest:064x}"] for name, each in totals.items()}})


def _line(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def _order(path: Path) -> tuple[str, int]:
    named = NAME.fullmatch(path.name)
    return (named[1], int(named[2] or 1)) if named else ("", 0)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Let one process at a time write backups into *folder*. Raises NotReady while another one does."""
    with (folder / ".lock").open("w") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(f"Another process writes a backup into {folder} just now.") from None
        yield


@contextmanager
def _draft(target: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of *target* when all went well, and is deleted when not.

    What a process that was killed has left is swept: nobody holds its lock any more.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_is_no_other_file(target)
    _sweep(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            yield out
            out.flush()
            os.fsync(out.fileno())
            draft.replace(target)
    except OSError as wrong:
        remedy = "Free some space or choose another place." if wrong.errno == errno.ENOSPC else "Choose another place."
        raise NotReady(f"{wrong.strerror}: {target}. No backup was made. {remedy}") from wrong
    finally:
        draft.unlink(missing_ok=True)
    durable.make_lasting(target.parent)


def _check_is_no_other_file(target: Path) -> None:
    """Refuse to write over what is no backup: whoever names the database means to keep it, not to lose it."""
    if not target.exists():
        return
    with target.open("rb") as file:
        if file.read(len(sealed_file.MARK)) != sealed_file.MARK:
            raise NotReady(f"{target} is there, and is no backup. Nothing was written. Name another file.")


def _sweep(target: Path) -> None:
    named = NAME.fullmatch(target.name)
    for left in target.parent.glob(".*"):
        draft = DRAFT.fullmatch(left.name)
        if draft is None or not (NAME.fullmatch(draft[1]) if named else draft[1] == target.name):
            continue
        with suppress(BlockingIOError, FileNotFoundError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
