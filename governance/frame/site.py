"""The site that every page stands at: its name on the page, its languages, and its own days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from flask import Flask, current_app, request

from governance import clock
from governance.frame import outage
from governance.frame.languages import LANGUAGES
from governance.storage import database

PROGRAMME = "programme"
ZONE = "zone"
OFFERED = "languages offered"


class Site(Protocol):
    """What the frame of a page needs of a programme."""

    name: Any
    board_name: Any
    timezone: Any
    languages: Any


@dataclass
class LastKnown:
    """The same, as it was when the database last answered."""

    name: str
    board_name: str
    timezone: str
    languages: list[str] = field(default_factory=list)


def stand_at(app: Flask, programme: Callable[[Any], Site | None]) -> None:
    """Have the pages of *app* stand at what *programme* finds in a session: None before `init`."""
    app.extensions[PROGRAMME] = programme


def programme() -> Site | None:
    """Return the programme that this page stands at: None before `init`, what was last known in an outage."""
    if not outage.noticed():
        try:
            found: Site | None = current_app.extensions[PROGRAMME](database.db.session)
        except outage.SILENT as error:
            outage.notice(error)
        else:
            if found:
                outage.remember(
                    "site", asdict(LastKnown(found.name, found.board_name, found.timezone, list(found.languages)))
                )
            return found
    last = outage.recall("site")
    return LastKnown(**last.facts) if last else None


def languages() -> Sequence[str]:
    """Return the codes of the languages that pages are offered in: those of the programme, all of them before `init`.

    One that this version of the program does not have is left out.
    """
    offered: Sequence[str] = current_app.extensions.get(OFFERED, ())
    return offered or tuple(LANGUAGES)


def count_its_days() -> None:
    """Count this request's days in the site's own time zone. It and the languages are read once an hour per process."""
    database.expect(writes=False)
    zone, asked = current_app.extensions.get(ZONE, (None, None))
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if (zone is None or asked != hour) and request.endpoint != "static":
        here = programme()
        zone = here.timezone if here else None
        if here and zone:
            current_app.extensions[ZONE] = (zone, hour)
            current_app.extensions[OFFERED] = tuple(code for code in here.languages if code in LANGUAGES)
        database.db.session.rollback()
    clock.use_zone(zone or "UTC")
