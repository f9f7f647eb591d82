"""The one page of a tablet without a network, in one language: all its screens, and the help cards."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import force_locale

from governance.feedback import rules
from governance.feedback.forms import say
from governance.frame.languages import LANGUAGES
from governance.places.views.last_known import help_on_page, limit_on_page


def page_of(language: str) -> str:
    """Return the page in *language*. No cookie has a part in it, whoever asks."""
    plain: dict[str, Any] = {"formdata": None, "meta": {"csrf": False}}
    with force_locale(language):
        return render_template(
            "feedback/offline.html",
            start=say.StartForm(**plain),
            about=say.AboutForm(**plain),
            face=say.FaceForm(**plain),
            words=say.WordsForm(**plain),
            when=say.WhenForm(**plain),
            rules=rules,
            too_long=say.too_long_by_kind(),
            help=help_on_page(),
            limit=limit_on_page(),
            shared_screen=True,
            kiosk_foot=list,
            language=language,
            text_direction=LANGUAGES[language].direction,
        )
