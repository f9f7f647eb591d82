"""The folders and disks under the program: who may read them, what lies together, and how much is free."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from governance.config import Config
from governance.health.found import AtHand, Finding, fine, note, run, wrong
from governance.ruling.sentences import N_, Sentence

READ_BY_OTHERS, WRITTEN_BY_OTHERS = 0o077, 0o022
LEAST_FREE = 200 * 2**20  # Bytes: weeks of messages, and one backup.
MEGABYTE = 2**20
WHAT = {
    "home": N_("the home folder"),
    "keys": N_("the key folder"),
    "database": N_("the database"),
    "escrow": N_("the escrow"),
    "backups": N_("the backups"),
}
READ_MEANS = N_("Who has an account on this machine can read what people wrote.")
CHANGED_MEANS = N_("Who has an account on this machine can spoil what saves you when a disk breaks.")
FULL_MEANS = N_("Soon no one can send a word.")
SHUT_MEANS = N_("No one can send a word, or nothing saves it when a disk breaks.")


def rights(place: AtHand) -> Iterator[Finding]:
    """Only this account reads what the program keeps, and only it changes the escrow and the backups."""
    settings = place.settings
    yield from _read(WHAT["home"], "chmod go-rwx", settings.home, [settings.home])
    yield from _read(WHAT["keys"], "chmod -R go-rwx", settings.keys, [settings.keys, *_files(settings.keys)])
    if file := database_file(settings):
        yield from _read(WHAT["database"], "chmod go-rwx", file, [file])
    yield from _changed(WHAT["escrow"], settings.escrow)
    if settings.backups:
        yield from _changed(WHAT["backups"], settings.backups)


def _changed(what: str, folder: Path) -> Iterator[Finding]:
    """Say whether others can change what lies sealed in the *folder*. To read it helps nobody."""
    if any(each.stat().st_mode & WRITTEN_BY_OTHERS for each in [folder, *_files(folder)] if each.exists()):
        others = Sentence(N_("Others can change {what}."), what=Sentence(what))
        yield wrong(others, CHANGED_MEANS, run(f"chmod -R go-w {_quoted(folder)}"))
    elif folder.exists():
        yield fine(Sentence(N_("Only this account can change {what}."), what=Sentence(what)))


def _read(what: str, command: str, path: Path, looked_at: list[Path]) -> Iterator[Finding]:
    if any(each.stat().st_mode & READ_BY_OTHERS for each in looked_at if each.exists()):
        others = Sentence(N_("Others can read {what}."), what=Sentence(what))
        yield wrong(others, READ_MEANS, run(f"{command} {_quoted(path)}"))
    elif path.exists():
        yield fine(Sentence(N_("Only this account can read {what}."), what=Sentence(what)))


def _files(path: Path) -> list[Path]:
    return [each for each in path.iterdir() if each.is_file()] if path.is_dir() else []


def database_file(settings: Config) -> Path | None:
    """Return the file of a SQLite database; None for a server."""
    url = make_url(settings.database)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _folders_of(settings: Config) -> dict[str, Path]:
    """Return the folders the program writes into that are there, by what lies in them."""
    file = database_file(settings)
    folders = {"home": settings.home, "keys": settings.keys, "escrow": settings.escrow}
    folders |= {"database": file.parent} if file else {}
    folders |= {"backups": settings.backups} if settings.backups else {}
    return {what: path for what, path in folders.items() if path.exists()}


def disks_of(settings: Config) -> dict[str, Path]:
    """Return the folders the program writes into that are there, by what lies in them, one for each disk."""
    disks = {path.stat().st_dev: (what, path) for what, path in reversed(_folders_of(settings).items())}
    return dict(sorted(disks.values()))


def shut(settings: Config) -> list[Path]:
    """Return the folders the program writes into, and the file of the database, that take nothing from it."""
    file = database_file(settings)
    places = [*_folders_of(settings).values(), *([file] if file and file.exists() else [])]
    return sorted({path for path in places if not os.access(path, os.W_OK)})


def takes_files(disk: os.statvfs_result) -> bool:
    """Whether a disk takes one more file; those that do not count them always do."""
    return bool(disk.f_favail) or not disk.f_files


def apart(place: AtHand) -> Iterator[Finding]:
    """Keys lie on another disk than the database. Said for real people only: it takes a second disk."""
    settings = place.settings
    file = database_file(settings)
    if not settings.for_real_people or file is None or not (file.exists() and settings.keys.exists()):
        return
    if file.stat().st_dev == settings.keys.stat().st_dev:
        yield note(
            N_("The keys are on the same disk as the database."),
            N_("Who takes this disk has both, and can read what was not let out yet."),
            Sentence(N_("Copy the keys to a small disk or stick, and name it: {setting}"), setting="GOVERNANCE_KEYS"),
        )
    else:
        yield fine(N_("The keys are on another disk than the database."))


def free_space(place: AtHand) -> Iterator[Finding]:
    """There is room for messages and for a backup, wherever the program writes, and it may write there."""
    found = [*_what_is_shut(place.settings), *_what_is_full(place.settings)]
    yield from found or [fine(N_("There is room on the disk."))]


def _what_is_shut(settings: Config) -> Iterator[Finding]:
    for path in shut(settings):
        # Of this folder alone: what lies in one that others use too, as a disk for all backups, is not ours.
        command = f"mount -o remount,rw {_quoted(path)}; chown {os.geteuid()} {_quoted(path)}"
        mend = Sentence(N_("Let it be written, and give it to this account. As root, run: {command}"), command=command)
        yield wrong(Sentence(N_("The program cannot write into {path}."), path=path), SHUT_MEANS, mend)


def _what_is_full(settings: Config) -> Iterator[Finding]:
    for path in disks_of(settings).values():
        disk = os.statvfs(path)
        if (free := disk.f_bavail * disk.f_frsize) < LEAST_FREE:
            what = Sentence(N_("The disk is almost full: {free} MB are free."), free=free // MEGABYTE)
            yield wrong(what, FULL_MEANS, _clear(f"du -xh {_quoted(path)} | sort -h"))
        if not takes_files(disk):
            command = f"du -x --inodes {_quoted(path)} | sort -n"
            yield wrong(N_("The disk takes no more files."), FULL_MEANS, _clear(command))


def _quoted(path: Path) -> str:
    """Return a path as a shell takes it, whatever signs are in its name."""
    return shlex.quote(str(path))


def _clear(command: str) -> Sentence:
    return Sentence(N_("Delete what is not needed. See what is large: {command}"), command=command)
