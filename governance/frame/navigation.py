"""Where things are: the address of each page, and the doors that board and staff find on every page they work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from governance.access import Permission, may
from governance.sentences import N_


@dataclass(frozen=True)
class Door:
    """One link: its words, where it leads, its icon, who may open it, and which other endpoints it stands for."""

    label: str
    endpoint: str
    icon: str
    permission: Permission
    also: str = ""  # Endpoints that begin with one of these words belong to this door.


MOST_ADDRESSES = 5000  # Kept in each process, about 100 bytes each.

P = Permission
DOORS = (
    Door(N_("Board"), "board.home", "board", P.BOARD_PAGES, "board."),
    Door(N_("Proposals"), "proposals.desk", "document", P.BOARD_PAGES, "proposals."),
    Door(N_("Votes"), "ballots.index", "vote", P.BOARD_PAGES, "ballots."),
    Door(N_("Records"), "decisions.desk", "pen", P.BOARD_PAGES, "decisions."),
    Door(N_("Desk"), "feedback.desk", "chat", P.READ_MESSAGES, "feedback. people.readers"),
    Door(N_("Answers"), "responses.duties", "answer", P.SEE_DUTIES, "responses."),
    Door(N_("People"), "people.accounts", "people", P.KEEP_ACCOUNTS, "people.accounts people.new"),
    Door(N_("Places"), "places.index", "place", P.KEEP_PLACES, "places."),
)


def doors() -> list[dict[str, object]]:
    """Return the doors this person may open, the one they stand in marked."""
    return [
        {
            "label": door.label,
            "url": address_of(door.endpoint),
            "icon": door.icon,
            "current": any((request.endpoint or "").startswith(word) for word in door.also.split()),
        }
        for door in DOORS
        if may(door.permission)
    ]


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
