"""No template says anything past the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from jinja2 import Environment, nodes

from governance import assets

TEMPLATES_FOLDER = assets.folder("templates")
HEARD = frozenset({"alt", "aria-label", "aria-description", "placeholder", "title"})
TRANSLATED = frozenset({"_", "gettext", "ngettext", "vital"})
# Names of classes and of a kind of file, not words; and the page of parts, which only developers see.
CODE = frozenset({"kiosk-page", "poster", "prints-a-slip", "work", ".json"})
FOR_DEVELOPERS = frozenset({"style.html"})
PROSE = re.compile(r"^\W*[A-Z][a-z]|\s.*[a-z][.?!]$", re.DOTALL)
NAME = re.compile(r"([A-Z][a-z]+){2,}$")  # HiddenField is the name of a class.

TEMPLATES = sorted(
    path for path in TEMPLATES_FOLDER.rglob("*") if path.suffix in (".html", ".xml") and path.name not in FOR_DEVELOPERS
)
JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


class Bare(HTMLParser):
    """The text of a template that stands outside every expression."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.feed(markup)
        self.close()

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in HEARD:
                self._keep(value or "")

    def _keep(self, text: str) -> None:
        # A zero stands for an expression; one letter alone is a mark such as ×.
        pieces = (piece.strip() for piece in re.split(r"[0\n]+", text))
        self.words += [piece for piece in pieces if re.search(r"[^\W\d_]{2,}", piece) and piece not in CODE]


def without_expressions(source: str) -> str:
    """Return the markup of a template, with a zero for every expression and nothing for every statement."""
    return "".join(
        value if kind == "data" else "0" if kind == "variable_begin" else "" for _, kind, value in JINJA.lex(source)
    )


def prose_in_expressions(source: str) -> Iterator[str]:
    """Return the literal sentences in the expressions of a template that no call translates."""
    tree = JINJA.parse(source)
    translated = {
        id(part)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATED
        for part in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        text = constant.value
        if isinstance(text, str) and id(constant) not in translated and PROSE.search(text) and not NAME.match(text):
            yield text


def test_no_visible_word_stands_outside_the_catalogue() -> None:
    outside = {}
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        outside[path] = [*Bare(without_expressions(source)).words, *prose_in_expressions(source)]
    assert len(outside) > 100
    assert {path.relative_to(TEMPLATES_FOLDER): words for path, words in outside.items() if words} == {}


def test_a_forgotten_word_is_noticed() -> None:
    assert Bare(without_expressions("<h1>{{ _('Kind') }}</h1><p>Kind words</p>")).words == ["Kind words"]
    assert Bare(without_expressions('<a aria-label="Back">0</a>')).words == ["Back"]
    assert list(prose_in_expressions("{{ parts.note('Kind words.') }}{{ _('Kind words.') }}")) == ["Kind words."]
