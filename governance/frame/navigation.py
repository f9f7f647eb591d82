"""Where things are: the address of each page, and the doors that board and staff find on every page they work on.

Which doors there are is said at the top of the house, by `governance/doors.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from governance.frame.slots import PagePart, Slot
from governance.permissions.access import Permission, may


@dataclass(frozen=True)
class Door:
    """One link: its words, where it leads, its icon, who may open it, and which other endpoints it stands for."""

    label: str
    endpoint: str
    icon: str
    permission: Permission
    also: str = ""  # Endpoints that begin with one of these words belong to this door.


MOST_ADDRESSES = 5000  # Kept in each process, about 100 bytes each.

first_page: Slot[[], PagePart] = (
    Slot()
)  # Below the title of a desk, a list or a page of cards that somebody begins with.
above_work: Slot[[], PagePart] = Slot()  # Above every work page.
help_in_page: Slot[[], PagePart] = Slot()  # Help that opens in a page which keeps something: nothing is gone with it.
kiosk_foot: Slot[[], PagePart] = Slot()  # In the foot of every screen of a participant, below the help.

MOST_AT_A_DOOR = 99

DOORS, COUNTS = "doors", "counts at doors"


def hang(app: Flask, table: Sequence[Door]) -> None:
    """Have the pages of *app* show the doors of *table*, in this order, to whom they are open."""
    app.extensions[DOORS] = table


def count_at(app: Flask, endpoint: str, count: Callable[[], int]) -> None:
    """Have the door to *endpoint* show how many things wait behind it for whoever is asking; 0 shows nothing.

    *count* is asked once with each page that draws the doors, of those alone to whom that door is open.
    """
    app.extensions.setdefault(COUNTS, {})[endpoint] = count


def first_door(granted: Set[Permission]) -> str:
    """Return the endpoint of the first door that is open to whoever holds *granted*, or ""."""
    table: Sequence[Door] = current_app.extensions[DOORS]
    return next((door.endpoint for door in table if door.permission in granted), "")


def on_first_page() -> list[PagePart]:
    """Return what packages show on the page that whoever is signed in comes to first; nothing on any other page."""
    table: Sequence[Door] = current_app.extensions[DOORS]
    first = next((door.endpoint for door in table if may(door.permission)), "")
    return first_page() if request.endpoint == first and not request.args else []


def doors() -> list[dict[str, object]]:
    """Return the doors this person may open, the one they stand in marked."""
    counts: dict[str, Callable[[], int]] = current_app.extensions.get(COUNTS, {})
    here = door_of(request.endpoint or "")
    return [
        {
            "label": door.label,
            "url": address_of(door.endpoint),
            "icon": door.icon,
            "current": door.endpoint == here,
            "count": _short(counts[door.endpoint]()) if door.endpoint in counts else 0,
        }
        for door in current_app.extensions[DOORS]
        if may(door.permission)
    ]


def door_of(endpoint: str) -> str:
    """Return the endpoint of the door that a page stands behind, or "": of several, the one that says more of it."""
    table: Sequence[Door] = current_app.extensions[DOORS]
    behind = {word: door.endpoint for door in table for word in door.also.split() if endpoint.startswith(word)}
    return behind[max(behind, key=len)] if behind else ""


def _short(count: int) -> int | str:
    """Return a number that fits beside a door: nobody counts further than that."""
    return count if count <= MOST_AT_A_DOOR else f"{MOST_AT_A_DOOR}+"


def address_of(endpoint: str, **values: Any) -> str:
    """Return `url_for(endpoint, **values)`, worked out once: a page asks thirty times, and the answer never changes.

    What depends on how somebody got here (`_external`) is always asked anew.
    """
    if "_external" in values:
        return url_for(endpoint, **values)
    known: dict[object, str] = current_app.extensions.setdefault("addresses", {})
    key = (request.script_root, endpoint, *values.items())
    found = known.get(key)
    if found is None:
        if len(known) >= MOST_ADDRESSES:
            known.clear()
        found = known[key] = url_for(endpoint, **values)
    return found


def page_here() -> str | None:
    """Return the address of this page, for a way back to it, or None where it cannot be opened by its address alone."""
    return request.script_root + request.path if request.method == "GET" and request.endpoint else None
