"""The key folder, its escrow, and the readers whose keys hang on it."""

from __future__ import annotations

from collections.abc import Iterator

from governance import clock
from governance.errors import NotReady
from governance.health import wanted_secrets
from governance.health.found import Finding, Place, fine, run, wrong
from governance.people import service as people
from governance.sentences import N_, Sentence

RESTORE = "governance restore FILE"
NOT_SENT = N_("No one can send a word.")
NOT_ALL = N_("Not all of the program works.")


def secrets(place: Place) -> Iterator[Finding]:
    """Every secret is there that the database speaks of."""
    missing = wanted_secrets.missing(place.session, place.keys, clock.today())
    for name in missing:
        means = NOT_SENT if name.startswith("period-") else NOT_ALL
        yield wrong(Sentence(N_("The key {name} is gone."), name=name), means, run("governance recover"))
    if not missing:
        yield fine(N_("The key folder is complete."))


def escrow(place: Place) -> Iterator[Finding]:
    """The escrow is there, can be read, and holds what the key folder holds."""
    what = ""
    if not place.keys.escrow_file.exists():
        what = N_("The sealed copy of the keys, the escrow, is missing.")
    elif not place.keys.escrow_can_be_read():
        what = N_("The sealed copy of the keys, the escrow, is damaged.")
    elif not place.keys.escrow_is_current():
        what = N_("The sealed copy of the keys, the escrow, is old.")
    if what:
        yield wrong(what, N_("If the disk breaks, messages are lost for good."), run("governance tick"))
    else:
        yield fine(N_("The sealed copy of the keys, the escrow, holds what the key folder holds."))


def readers(place: Place) -> Iterator[Finding]:
    """The readers' chain verifies from its anchor."""
    try:
        count = len(people.readers(place.session, place.keys))
    except (NotReady, people.ChainBroken) as error:
        yield wrong(
            Sentence(N_("The list of readers does not hold: {problem}"), problem=error),
            N_("Someone may read who should not."),
            Sentence(N_("No one should read until you know why. Then bring a backup back: {command}"), command=RESTORE),
        )
    else:
        yield fine(Sentence(N_("The list of readers holds: {count} readers."), count=count))
