"""The idle time of a shared screen: after how long without a touch it asks "Still there?", and then clears itself.

The two times are settings of a site (`GOVERNANCE_SCREEN_ASKS`, `GOVERNANCE_SCREEN_CLEARS`); `static/` keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

SLOWLY = 4  # Times as long before it asks: for work, and for what somebody copies by hand.


@dataclass(frozen=True)
class IdleTime:
    """In seconds: after how long without a touch a shared screen asks, and how long it then waits for an answer."""

    asks: int
    clears: int


def idle_time(slowly: bool = False) -> IdleTime:
    """Return how long a shared screen waits. *slowly*: somebody works here, or copies from the screen by hand."""
    settings = current_app.config["SETTINGS"]
    return IdleTime(settings.screen_asks * (SLOWLY if slowly else 1), settings.screen_clears)
