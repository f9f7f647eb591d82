"""The only home of bleach, Markdown and `Markup`: what happens to words before they are stored.

Participants' words are plain text: `plain` takes out only what nobody can see and what could break or
disguise a page, and Jinja escapes them when they are shown. Staff and the board may format: their
Markdown becomes HTML once, when it is saved. The first wall is markdown-it with HTML turned off;
bleach (6.4 or later) is the second.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import bleach
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

# Bleach's work grows faster than nested text does, so nobody hands it more than this.
LONGEST_FORMATTED = 20_000

# Controls but for tab and line feed; marks that turn the direction of what follows; halves of characters;
# and the two code points that are no characters and that no feed (XML) may hold.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class TextTooLong(RuleRefused):
    """More was typed than fits. Nothing is cut off silently: the writer decides what to leave out."""

    def __init__(self, limit: int, length: int) -> None:
        template = N_("This is too long. It has {length} letters and there is room for {limit}. Make it shorter.")
        super().__init__(Sentence(template, limit=limit, length=length))
        self.limit = limit
        self.length = length


def plain(text: str, limit: int) -> str:
    r"""Return *text* as it was typed, ready to be stored; never corrected, never trimmed.

    Changed are only: line ends become \n; and taken out are C0 controls other than tab and line feed,
    the direction overrides and isolates U+202A-202E and U+2066-2069, lone surrogates, U+FFFE and U+FFFF.
    Marks that Arabic, Persian and emoji need (U+200C-200F) stay.
    Raises TextTooLong if more than *limit* characters remain.
    """
    kept = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(kept) > limit:
        raise TextTooLong(limit, len(kept))
    return kept


def one_line(text: str) -> str:
    """Return *text* on one line, each run of spaces and line ends made one space: for titles and names."""
    return " ".join(_UNSEEN.sub("", " ".join(text.split())).split())


def formatted(markdown: str) -> Markup:
    """Return the HTML of what staff or the board wrote in Markdown, safe to show and to store.

    Headings become h3 and h4, to stand under a page's own. Pictures become their description. A link
    leads to http, https, mailto or this site. Raises TextTooLong over 20,000 characters.
    """
    html = _MARKDOWN.render(plain(markdown, LONGEST_FORMATTED))
    return Markup(  # noqa: S704 - bleach has just cleaned it.
        bleach.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, protocols=_SCHEMES, strip=True)
    )


def in_english(words: str) -> Markup:
    """Return *words* marked as English, for a page in another language: for who reads it and for what reads it out."""
    return Markup('<span lang="en" dir="ltr">{} <span class="meta">(English)</span></span>').format(words)


def in_language(tag: str) -> Markup:
    """Return what the tag of an element says of words in the language *tag*; with "" it is not known to be another."""
    return Markup(' lang="{}" dir="auto"').format(tag) if tag else Markup(' dir="auto"')


def marked(words: str, tag: str) -> Markup:
    """Return *words* inside a line marked as being in the language *tag*, each way they may run."""
    return Markup('<span lang="{}" dir="auto">{}</span>').format(tag, words)


def as_stored_html(html: str) -> Markup:
    """Mark as safe what `formatted` made and the database kept. Never for anything else."""
    return Markup(html)  # noqa: S704 - cleaned once, when it was saved.


_TAGS = frozenset({
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
})  # fmt: skip
_ATTRIBUTES = {"a": ["href", "rel"], "ol": ["start"], "th": ["scope"]}
_SCHEMES = frozenset({"http", "https", "mailto"})


class _Reader(MarkdownIt):
    """Markdown as we allow it. The name of the method is the library's."""

    def validateLink(self, url: str) -> bool:
        """Say whether a link may lead to *url*: a known scheme, or a place on this site."""
        first = re.split(r"[/?#]", url, maxsplit=1)[0]
        if ":" in first:
            return first.partition(":")[0].lower() in _SCHEMES
        return not re.match(r"[/\\]{2}|[/\\]?%5c", url, re.IGNORECASE)


def _prepare(tokens: Sequence[Token]) -> None:
    """Give links their rel, header cells their scope, and headings a level that never skips one."""
    highest = 6
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1:])
            highest = min(highest, level)
            token.tag = "h3" if level == highest else "h4"
        elif token.type == "link_open":
            token.attrSet("rel", "nofollow noopener")
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        _prepare(token.children or [])


def _description(
    _renderer: RendererProtocol, tokens: Sequence[Token], place: int, _options: OptionsDict, _env: Mapping[str, object]
) -> str:
    """Return what stands for a picture: its description, which is all the reader may need."""
    return str(escape(tokens[place].content))


def _reader() -> MarkdownIt:
    reader = _Reader("commonmark", {"html": False}).enable("table")
    reader.core.ruler.push("prepare", lambda state: _prepare(state.tokens))
    reader.add_render_rule("image", _description)
    return reader


_MARKDOWN = _reader()
