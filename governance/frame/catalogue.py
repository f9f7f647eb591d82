"""A page's words in the language of whoever reads it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import g, request, session
from flask_babel import format_date, get_translations

from governance.frame.languages import LANGUAGES
from governance.sentences import Sentence


def choose_language() -> str:
    """Return the language of this request: chosen on our page, else what the browser asks for. Not stored."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def in_words(text: str) -> str:
    """Return a template's *text* in the language of this request."""
    return catalogue().ugettext(text)


def in_number(one: str, many: str, number: int) -> str:
    """Return the form of a template's words that fits *number*."""
    return catalogue().ungettext(one, many, number)


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
