"""On which screen a line that is read aloud stands, so that somebody records one screen after the other."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache

from governance.assets import PACKAGE
from governance.frame.said_aloud import in_english
from governance.ruling.sentences import N_

SITE, SEVERAL = "site", "several"
# In the order in which they are shown; `.ci/screens.py` says which files each one is.
SCREENS = {
    "say": N_("Say something"),
    "topics": N_("Topics to pick from"),
    "help": N_("Help and places"),
    SITE: N_("Help cards, and what must be reported by law"),
    "code": N_("Your code"),
    "wall": N_("The wall"),
    "alerts": N_("Drug alerts"),
    "question": N_("A question from the board"),
    "decisions": N_("Decisions"),
    "vote": N_("Vote"),
    "offline": N_("Without a network"),
    "wrong": N_("When something goes wrong"),
    SEVERAL: N_("On several screens"),
}


def folded(language: str, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the *keys* of lines of a *language* by their screens, in the order in which these are shown."""
    found: dict[str, list[str]] = {screen: [] for screen in SCREENS}
    for key in keys:
        found[screen_of(language, key)].append(key)
    return {screen: there for screen, there in found.items() if there}


def screen_of(language: str, key: str) -> str:
    """Return the screen of a line. What the program does not say itself, the site wrote."""
    english = in_english(language).get(key)
    return SITE if english is None else _stand().get(english, SEVERAL)


@cache
def _stand() -> dict[str, str]:
    with (PACKAGE / "data" / "screens.toml").open("rb") as file:
        return {line: screen for screen, lines in tomllib.load(file).items() for line in lines}
