"""The languages that pages can be read in: one line each. `make translations` makes and keeps their catalogues.

A language is whole or not here: the tests fail where a catalogue leaves a string empty. A programme offers those its
plan names (`frame/site.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.frame import checked


@dataclass(frozen=True)
class Language:
    """A language by its *code* (as its catalogue's folder is called), and the *name* its own speakers give it.

    *everywhere*: the pages of board and desk speak it too. Else it is for participants, and work pages stay English.
    """

    code: str
    name: str
    everywhere: bool = False
    right_to_left: bool = False

    @property
    def tag(self) -> str:
        """How HTML names it (BCP 47)."""
        return self.code.replace("_", "-")

    @property
    def direction(self) -> str:
        """Which way its lines run: `ltr` or `rtl`, as HTML says it."""
        return "rtl" if self.right_to_left else "ltr"

    @property
    def state(self) -> checked.StringState:
        """How far its words were checked, as far as the string that was checked least. English is the source."""
        return checked.StringState.PEER if self.code == "en" else checked.of(self.code)

    @property
    def is_draft(self) -> bool:
        """Whether a string of it is still to be checked by a speaker who uses drugs. Where one chooses, it says so."""
        return self.state is not checked.StringState.PEER


LANGUAGES = {
    each.code: each
    for each in (
        Language("en", "English", everywhere=True),
        Language("es", "Español", everywhere=True),
        Language("fr", "Français"),
        Language("pt", "Português"),
        Language("ht", "Kreyòl Ayisyen"),
        Language("zh_Hans", "简体中文"),
        Language("zh_Hant", "繁體中文"),
        Language("vi", "Tiếng Việt"),
        Language("pa", "ਪੰਜਾਬੀ"),
        Language("ar", "العربية", right_to_left=True),
    )
}


def choices() -> list[tuple[str, str]]:
    """Return code and name of every language, for a form."""
    return [(each.code, each.name) for each in LANGUAGES.values()]


def is_read_at_work(code: str, offered: Iterable[str]) -> bool:
    """Whether whoever works here can be expected to read it: it is *offered*, and work pages speak it too."""
    return code in offered and code in LANGUAGES and LANGUAGES[code].everywhere


def best_of(tags: Iterable[str], offered: Iterable[str]) -> str | None:
    """Return the first of *offered* that a browser asks for by *tags*, the dearest first, or None.

    A browser names Chinese by its country, and a reader of one script cannot always read the other.
    """
    known = list(offered)
    for tag in tags:
        parts = tag.replace("_", "-").lower().split("-")
        script = "zh_Hant" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh_Hans"
        wanted = script if parts[0] == "zh" else parts[0]
        near = [code for code in known if code == wanted] + [code for code in known if code.split("_")[0] == parts[0]]
        if near:
            return near[0]
    return None
