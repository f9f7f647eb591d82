"""The town by whose clock times are said, in the reader's language: letters such as EST tell people less."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask_babel import get_locale


def town_of(zone: ZoneInfo) -> str:
    """Return the town that a time zone is named after, as its reader writes it; a zone of no town by its own name."""
    if "/" not in zone.key:
        return zone.key
    return str(get_timezone_location(zone, locale=get_locale(), return_city=True))
