"""Finding English of the program's own on a page in another language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from babel.messages.catalog import Catalog

from tests.page import VOID
from tests.words.catalogue import PLACEHOLDER, forms, messages

HEARD = ("aria-label", "alt", "title", "placeholder")


class Texts(HTMLParser):
    """Every piece of text somebody reads or hears on a page, and of what language the page says it is."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self._piece: list[str] = []
        self.feed(html)
        self.close()

    @property
    def _language(self) -> str:
        return self._open[-1][1] if self._open else ""

    def _end_piece(self) -> None:
        text = " ".join("".join(self._piece).split())
        if text:
            self.found.append((self._language, text))
        self._piece = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_piece()
        facts = dict(attrs)
        language = facts.get("lang") or self._language
        self.found += [(language, " ".join(facts[name].split())) for name in HEARD if facts.get(name)]
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        self._end_piece()
        if self._open and tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._piece.append(data)


class EnglishOf:
    """The English strings of a catalogue that differ from their translations."""

    def __init__(self, catalogue: Catalog) -> None:
        self.language = str(catalogue.locale)
        said = {text for message in catalogue for text in forms(message.string)}
        english = {text for message in messages(catalogue) for text in forms(message.id)} - said
        self.whole = {text for text in english if not PLACEHOLDER.search(text)}
        self.filled = re.compile(
            "|".join(_with_gaps(text) for text in sorted(english - self.whole) if _has_words(text))
        )

    def left_on(self, html: str) -> set[str]:
        """Return what stands on the page in English, in a part that is said to be in the catalogue's language."""
        pieces = {text for language, text in Texts(html).found if language == self.language}
        return {text for text in pieces if text in self.whole or self.filled.fullmatch(text)}


def _with_gaps(text: str) -> str:
    return ".+".join(map(re.escape, PLACEHOLDER.split(text)))


def _has_words(text: str) -> bool:
    """Whether enough is left beside the gaps: “%(who)s, %(day)s” would match anything."""
    return len(re.findall(r"[a-z]{2,}", PLACEHOLDER.sub("", text))) >= 3
