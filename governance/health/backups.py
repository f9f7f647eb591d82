"""The backups: there is one, it is of these days, it is whole, and it is not where the database is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from governance import clock
from governance.backup import making, raw_copy, sealed_file
from governance.health import disks
from governance.health.found import AtHand, Finding, fine, note, run, wrong
from governance.health.key_folder import NOT_BACK
from governance.health.rules import COPY_SEALED, OLDEST_BACKUP
from governance.keys.keyfolder import RECOVERY
from governance.ledger import service as ledger
from governance.ledger.note import public_key
from governance.ruling.errors import NotReady
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

BY_HAND = Sentence(N_("Name a folder on another disk: {setting}"), setting="GOVERNANCE_BACKUPS")
AFTER = N_("What came after it would be lost with the disk.")
ALL_LOST = N_("If the disk breaks, all is lost.")
READ_IN_IT = N_("Who can read the database reads in it what was destroyed since.")
SLIPPED_IN = N_("Someone may want false words in your backup.")
LIVES_ON = N_("What was destroyed lives on in it.")
SEAL_IT = run("governance tick")
BY_ITSELF = N_("It is deleted once the clock is sure and there is one of today.")


def from_before(place: AtHand) -> Iterator[Finding]:
    """Nothing that an upgrade left waits to be sealed: a round does that."""
    for copy in raw_copy.left(db.engine):
        what = Sentence(N_("A copy from before the upgrade of {day} waits to be sealed."), day=copy.day)
        if not raw_copy.is_noted(place.keys, copy):
            away = Sentence(N_("Find out who made it, then delete it: {name}"), name=copy.file or copy.name)
            yield wrong(Sentence(N_("The program has not made this copy: {name}"), name=copy.name), SLIPPED_IN, away)
        elif abs(clock.today() - copy.day) > COPY_SEALED:
            yield wrong(what, READ_IN_IT, SEAL_IT)
        else:
            yield note(what, N_("Until then you cannot go back to that version."), SEAL_IT)


def backups(place: AtHand) -> Iterator[Finding]:
    """The newest backup is whole and of yesterday or today."""
    folder = place.settings.backups
    if folder is None:
        if place.settings.for_real_people:
            yield wrong(N_("No folder for backups is named."), ALL_LOST, BY_HAND)
        return
    found = making.until(folder, clock.today())
    again = Sentence(N_("Run: {command}"), command=f"governance backup {folder}/")
    for file in making.to_come(folder, clock.today()):
        yield note(Sentence(N_("{path} is of a day to come."), path=file), LIVES_ON, BY_ITSELF)
    if not found:
        yield wrong(Sentence(N_("There is no backup in {path}."), path=folder), ALL_LOST, again)
        return
    yield from _newest(place, found[-1], again)
    yield from _apart(place, folder)


def _newest(place: AtHand, file: Path, again: Sentence) -> Iterator[Finding]:
    try:
        clear = {} if place.quick else sealed_file.check(file)
        day = date.fromisoformat(clear["day"]) if clear else making.day_of(file)
    except (sealed_file.BackupBroken, OSError, ValueError) as error:
        yield wrong(Sentence(N_("The newest backup is damaged: {why}"), why=error), ALL_LOST, again)
        return
    if not timedelta() <= clock.today() - day <= OLDEST_BACKUP:
        yield wrong(Sentence(N_("The newest backup is of {day}."), day=day), AFTER, again)
    else:
        well = N_("The newest backup is whole, of {day}.") if clear else N_("The newest backup is of {day}.")
        yield fine(Sentence(well, day=day))
    if clear:
        yield from _can_be_restored(place, file, clear.get("opened_by"), again)


def _can_be_restored(place: AtHand, file: Path, opened_by: str | None, again: Sentence) -> Iterator[Finding]:
    """Whether our keys made it, and the recovery shares of today open it; one of an older version does not say which.

    Whoever can write into the folder could lay a whole file there that opens to nobody here. A key that is lost has a
    line of its own.
    """
    with suppress(NotReady):
        if not sealed_file.is_signed_by(file, public_key(ledger.private(place.keys, "decisions"))):
            what = Sentence(N_("{path} was not made with the keys that are here."), path=file)
            yield wrong(what, N_("You cannot go back to it."), again)
        if opened_by and opened_by != making.mark_of(place.keys.need(RECOVERY)):
            what = Sentence(N_("Today's shares do not open {path}."), path=file)
            yield wrong(what, N_("It takes two of the old ones."), again)


def _apart(place: AtHand, folder: Path) -> Iterator[Finding]:
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
