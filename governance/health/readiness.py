"""Whether what somebody sends at this moment can be kept. Asked every few seconds, so it takes two short queries.

`looks.py` finds out what is wrong, and what to do; this only says whether visitors should be sent here.
"""

from __future__ import annotations

import os

from governance import privacy
from governance.clockwork import timekeeping
from governance.health.disks import database_file, takes_files
from governance.health.found import AtHand
from governance.people import service as people
from governance.people.key_rules import base_period
from governance.places import service as places
from governance.storage import full_disk

LEAST_ROOM = 2**20  # Bytes: what some dozens of messages need, and the database's own log of them.
ALWAYS = frozenset({"programme", "pepper", "held.key"})  # What every message is bound to or sealed with.


def can_be_kept(place: AtHand) -> bool:
    """Whether there is room for what is sent, and every key it needs. Raises what a silent database raises."""
    return has_room(place) and has_keys(place)


def has_room(place: AtHand) -> bool:
    """Whether the disk of a SQLite database takes more. A database server says that of its own when it has none."""
    file = database_file(place.settings)
    if file is None:
        return not full_disk.was_lately()
    disk = os.statvfs(file.parent)
    may_write = all(os.access(each, os.W_OK) for each in (file.parent, file) if each.exists())
    return disk.f_bavail * disk.f_frsize >= LEAST_ROOM and takes_files(disk) and may_write


def has_keys(place: AtHand) -> bool:
    """Whether each audience has its key of these days, in the database and in the key folder."""
    there = set(place.keys.names())
    if not places.intake_is_open(place.session):
        return there >= ALWAYS
    today = timekeeping.day_to_go_by(place.session)
    newest = {(key.audience, base_period(key.period)): key for key in people.live_keys(place.session)}
    wanted = [newest.get((audience, privacy.period_of(today, audience))) for audience in places.AUDIENCES]
    return there >= ALWAYS and all(key and people.secret_name(key.audience, key.period) in there for key in wanted)
