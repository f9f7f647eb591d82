"""The switch of languages on a screen with a form: the same screen comes back, with what was picked and typed.

Its button sends the form of the screen to where that goes anyway, and says nothing but the language
(`templates/_languages.html`). So nothing of what was typed stands in an address, with scripts and without. A view that
takes such a form asks `was_picked` before it judges anything, and draws its screen again from what was sent.
"""

from __future__ import annotations

from flask import g, request, session
from flask_babel import refresh

from governance.frame import site


def was_picked() -> bool:
    """Whether the button that was pressed asks for another language alone. From here on the page speaks it.

    It is kept in the cookie, and nowhere else.
    """
    pressed = request.form.get("go", "")
    picked = pressed.removeprefix("in-")
    if picked == pressed or picked not in site.languages():
        return False
    session["language"] = picked
    _speak_it()
    return True


def forget() -> None:
    """Drop what was picked in this browser: a rare language tells who was there. The page speaks as to nobody yet."""
    session.pop("language", None)
    _speak_it()


def _speak_it() -> None:
    g.pop("catalogue", None)
    refresh()
