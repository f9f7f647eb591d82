"""The backups: there is one, it is of these days, it is whole, and it is not where the database is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from governance import clock
from governance.backup import making, sealed_file
from governance.health import disks
from governance.health.found import Finding, Place, fine, note, wrong
from governance.health.key_folder import NOT_BACK
from governance.health.rules import OLDEST_BACKUP
from governance.ruling.sentences import N_, Sentence

BY_HAND = Sentence(N_("Name a folder on another disk: {setting}"), setting="GOVERNANCE_BACKUPS")
AFTER = N_("What came after it would be lost with the disk.")
ALL_LOST = N_("If the disk breaks, all is lost.")


def backups(place: Place) -> Iterator[Finding]:
    """The newest backup is whole and of yesterday or today."""
    folder = place.settings.backups
    if folder is None:
        if place.settings.for_real_people:
            yield note(N_("No folder for backups is named."), ALL_LOST, BY_HAND)
        return
    found = making.all_in(folder)
    again = Sentence(N_("Run: {command}"), command=f"governance backup {folder}/")
    if not found:
        yield wrong(Sentence(N_("There is no backup in {path}."), path=folder), ALL_LOST, again)
        return
    yield from _newest(found[-1], again, read=not place.quick)
    yield from _apart(place, folder)


def _newest(file: Path, again: Sentence, *, read: bool) -> Iterator[Finding]:
    day = making.day_of(file)
    try:
        if read:
            day = date.fromisoformat(sealed_file.check(file)["day"])
    except (sealed_file.BackupBroken, OSError, ValueError) as error:
        yield wrong(Sentence(N_("The newest backup is damaged: {why}"), why=error), ALL_LOST, again)
        return
    if clock.today() - day > OLDEST_BACKUP:
        yield wrong(Sentence(N_("The newest backup is of {day}."), day=day), AFTER, again)
    else:
        well = N_("The newest backup is whole, of {day}.") if read else N_("The newest backup is of {day}.")
        yield fine(Sentence(well, day=day))


def _apart(place: Place, folder: Path) -> Iterator[Finding]:
    if not place.settings.for_real_people:
        return
    if _is_there(folder, disks.database_file(place.settings)):
        yield note(
            N_("The backups are on the same disk as the database."),
            N_("If this disk breaks, both are gone."),
            BY_HAND,
        )
    elif _is_there(folder, place.settings.keys) and _is_there(folder, place.settings.escrow):
        yield note(N_("The keys and all their copies are on one disk."), NOT_BACK, BY_HAND)


def _is_there(folder: Path, other: Path | None) -> bool:
    """Whether the *other* thing lies on the disk of *folder*."""
    return other is not None and other.exists() and other.stat().st_dev == folder.stat().st_dev
