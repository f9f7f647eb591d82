"""A page's words in the language of whoever reads it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import current_app, g, request, session
from flask_babel import format_date, get_locale, get_translations

from governance.frame import participants, site
from governance.frame.languages import LANGUAGES, best_of
from governance.ruling.sentences import Sentence
from governance.storage import text


def choose_language() -> str:
    """Return the language of this page: chosen on ours, else what the browser asks for. Not stored.

    A page that the language has no words for is English as a whole, not half of each.
    """
    offered, chosen = site.languages(), str(session.get("language"))
    if chosen not in offered:
        tags = [tag for tag, quality in request.accept_languages if quality > 0]
        chosen = best_of(tags, offered) or offered[0]
    return chosen if LANGUAGES[chosen].everywhere or _is_for_participants() else "en"


def _is_for_participants() -> bool:
    endpoint = request.endpoint or ""
    return participants.is_theirs(endpoint, current_app.view_functions.get(endpoint))


def in_words(template: str) -> str:
    """Return the *template* of a sentence in the language of this request."""
    return catalogue().ugettext(template)


def in_number(one: str, many: str, number: int) -> str:
    """Return the form of a template's words that fits *number*."""
    return catalogue().ungettext(one, many, number)


def vital(template: str, **values: object) -> str:
    """Return a sentence that somebody's safety hangs on, such as one about help.

    Where the language has no words for it, it says in English that it is English. No other sentence asks.
    """
    words = in_words(template)
    filled = words % values if values else words
    return text.in_english(filled) if words == template and str(get_locale()) != "en" else filled


def catalogue() -> Any:
    """Return the words of this request's language: looked up once, because a page asks a hundred times."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def said(sentence: object) -> str:
    """Return a rule's sentence, or a marked string, in the reader's language; days as people write them."""
    if isinstance(sentence, Sentence):
        return _with_days(sentence).translated(in_words)
    return in_words(str(sentence)) if sentence else ""  # A catalogue answers nothing with its own header.


def _with_days(sentence: Sentence) -> Sentence:
    shown: dict[str, object] = {}
    for name, value in sentence.values.items():
        day = isinstance(value, date) and not isinstance(value, datetime)
        shown[name] = format_date(value) if day else _with_days(value) if isinstance(value, Sentence) else value
    return Sentence(sentence.template, **shown)
