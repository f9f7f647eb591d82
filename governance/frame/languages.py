"""The languages that pages can be read in: one line each. `make translations` makes and keeps their catalogues."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language by its *code* (ISO 639-1), and the *name* its own speakers give it.

    *draft* until a speaker who uses drugs has checked the words; the page on which one chooses says so.
    """

    code: str
    name: str
    draft: bool = True
    right_to_left: bool = False

    @property
    def direction(self) -> str:
        """Which way its lines run: `ltr` or `rtl`, as HTML says it."""
        return "rtl" if self.right_to_left else "ltr"


LANGUAGES = {
    each.code: each
    for each in (
        Language("en", "English", draft=False),
        Language("es", "Español"),
    )
}


def choices() -> list[tuple[str, str]]:
    """Return code and name of every language, for a form."""
    return [(each.code, each.name) for each in LANGUAGES.values()]
