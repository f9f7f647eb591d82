"""What staff, the board and readers wrote, on a page in another language: marked, for whom it is read to and by what.

A program knows one thing of the language they write in: the first of the site's plan. What is written in a language of
its own, such as a drug alert, says which.
"""

from __future__ import annotations

from flask_babel import get_locale
from markupsafe import Markup, escape

from governance.frame import site
from governance.frame.catalogue import in_words
from governance.frame.languages import LANGUAGES, Language
from governance.ruling.sentences import N_
from governance.storage import text


def written_in(code: str | None = None) -> Markup:
    """Return what the tag of an element says of words in the language *code*: without one, of staff and the board.

    On a page in that language, only that they may run either way.
    """
    other = _other_than_here(code)
    return text.in_language(other.tag if other else "")


def written(words: str, code: str | None = None) -> str:
    """Return *words* that stand inside a line, marked where the page is in another language than they are."""
    other = _other_than_here(code)
    return text.marked(words, other.tag) if other and words else words


def only_in(code: str | None = None) -> str:
    """Return the sentence that says in which language something is, on a page in another one; else ""."""
    other = _other_than_here(code)
    if not other:
        return ""
    sentence = escape(in_words(N_("This is only in %(language)s so far.")))
    return sentence % {"language": text.marked(other.name, other.tag)}


def _other_than_here(code: str | None) -> Language | None:
    wrote = LANGUAGES.get(code or "") or LANGUAGES[site.languages()[0]]
    return None if wrote.code == str(get_locale()) else wrote
