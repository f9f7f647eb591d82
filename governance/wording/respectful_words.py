"""Advice on respectful words, for what staff and the board publish, and only for that.

It advises: a hit says which word, why, and what else could be said. It never blocks, never changes a
text and never sees a participant's words: every function here takes a `StaffText`, and only the
packages in which staff and the board write may import this module (tests/promises/test_15).

The list of words belongs to the board, which can turn rows off. Its first version is
data/respectful-language.csv.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from governance.ruling.sentences import N_

LIST = Path(__file__).parent.parent / "data" / "respectful-language.csv"

# Names stay as their owners chose them, whatever words are in them (R-LANG-03). A site adds its own.
NAMES = (
    "Alcoholics Anonymous",
    "National Institute on Drug Abuse",
    "Substance Abuse and Mental Health Services Administration",
    "Comprehensive Addiction and Recovery Act",
    "Misuse of Drugs Act",
)

Span = tuple[int, int]


class TextKind(StrEnum):
    """What a text by staff or the board is for; the list says which rows apply to which."""

    STAFF_PUBLISHED = "staff_published"
    UI = "ui"
    DECISION_RECORD = "decision_record"
    SERVICE_RULES = "service_rules"


class WordLevel(StrEnum):
    """AVOID: there is a better word. CONTEXT: it depends on who says it, and about what."""

    AVOID = "avoid"
    CONTEXT = "context"


@dataclass(frozen=True)
class StaffText:
    """Words written by staff or the board, to be published under their name. Never a participant's."""

    text: str
    kind: TextKind


@dataclass(frozen=True)
class WordRow:
    """One row of the list: the pattern to look for and what to tell the writer."""

    term: str
    lang: str
    level: WordLevel
    pattern: re.Pattern[str]
    exempt: re.Pattern[str] | None
    suggestions: tuple[str, ...]
    why: str
    applies_to: frozenset[TextKind]
    caveat: str
    off_at_first: bool


@dataclass(frozen=True)
class Advice:
    """One hit: *found* stands at text[start:end]; *term* names the row of the list."""

    term: str
    found: str
    start: int
    end: int
    why: str
    suggestions: tuple[str, ...]
    level: WordLevel
    caveat: str


def load_rows(path: Path = LIST) -> tuple[WordRow, ...]:
    """Read the list. Raises ValueError naming the row that does not follow the format (docs/domain.md 5)."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(_row(cells) for cells in csv.DictReader(lines))


def _row(cells: dict[str, str]) -> WordRow:
    """Return the row of one line of the list. Raises ValueError, with its term, where it does not follow the format."""
    try:
        fields = dict(field.split("=", 1) for field in cells["pattern_note"].split(" ;; "))
        flags = re.NOFLAG if fields["case_sensitive"] == "yes" else re.IGNORECASE
        exempt = fields.get("except")
        return WordRow(
            term=cells["term"],
            lang=fields["lang"],
            level=WordLevel(fields["level"]),
            pattern=re.compile(fields["regex"], flags),
            exempt=re.compile(exempt, flags) if exempt else None,
            suggestions=tuple(cells["suggestion"].split("; ")),
            why=cells["why"],
            applies_to=frozenset(TextKind(kind) for kind in cells["applies_to"].split("; ")),
            caveat="" if cells["caveat"].startswith("None") else cells["caveat"],
            # Rows in other languages wait until local speakers who use drugs have read them.
            off_at_first="Off by default" in fields.get("note", "") or fields["lang"] != "en",
        )
    except (KeyError, ValueError, AttributeError, re.error) as wrong:
        raise ValueError(f"The row “{cells.get('term')}” does not follow the format: {wrong}") from wrong


def off_at_first(rows: Iterable[WordRow]) -> frozenset[str]:
    """Return the terms that stay silent until the board turns them on."""
    return frozenset(row.term for row in rows if row.off_at_first)


def advice(
    staff_text: StaffText,
    rows: Sequence[WordRow],
    *,
    lang: str,
    off: frozenset[str] | None = None,
    names: Iterable[str] = NAMES,
    quoted: Iterable[Span] = (),
) -> list[Advice]:
    """Return the hits in *staff_text*, in reading order; of overlapping ones only the longest.

    *off* holds the terms the board has turned off (None: those which are off at first). *names* are
    proper names to leave alone. *quoted* are spans known to be somebody else's words, besides the
    passages in quotation marks and the lines that begin with >. Offsets count characters.
    Raises TypeError for anything but a StaffText.
    """
    words = _words_of(staff_text)
    silent = off_at_first(rows) if off is None else off
    exempt = [*_quotations(words), *quoted, *_mentions(words, names)]
    # A row that is off still claims its words: with “drug user” turned off, “user” inside it stays silent too.
    hits = [
        (row, span)
        for row in rows
        if row.lang == lang and staff_text.kind in row.applies_to
        for span in _hits(row, words)
        if not _overlaps(span, exempt)
    ]
    return [_advice(row, span, staff_text.text) for row, span in _longest(hits) if row.term not in silent]


def _words_of(staff_text: StaffText) -> str:
    """Return the text as the patterns expect it, character for character: plain apostrophes, spaces and hyphens."""
    if not isinstance(staff_text, StaffText):
        raise TypeError("The language check reads a StaffText and nothing else.")
    return staff_text.text.translate(str.maketrans("’\u00a0\u2011", "' -"))


def _hits(row: WordRow, words: str) -> list[Span]:
    # A line may break inside a phrase; a new paragraph (two line ends) still parts it.
    flowing = words.replace("\n", " ")
    exempt = [match.span() for match in row.exempt.finditer(flowing)] if row.exempt else []
    return [match.span() for match in row.pattern.finditer(flowing) if not _overlaps(match.span(), exempt)]


def _longest(hits: Iterable[tuple[WordRow, Span]]) -> list[tuple[WordRow, Span]]:
    kept: list[tuple[WordRow, Span]] = []
    for row, span in sorted(hits, key=lambda hit: (hit[1][0] - hit[1][1], hit[1][0])):
        if not _overlaps(span, (taken for _, taken in kept)):
            kept.append((row, span))
    return sorted(kept, key=lambda hit: hit[1])


def _advice(row: WordRow, span: Span, text: str) -> Advice:
    start, end = span
    return Advice(row.term, text[start:end], start, end, row.why, row.suggestions, row.level, row.caveat)


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


# A quotation ends with its mark or does not count as one; plain marks pair within a paragraph.
_QUOTATION = re.compile(r"“[^“”]*”|«[^«»]*»|\"(?:[^\"\n]|\n(?![ \t]*\n))*\"|^[ \t]*>.*$", re.MULTILINE)


def _quotations(words: str) -> Iterator[Span]:
    return (match.span() for match in _QUOTATION.finditer(words))


def _mentions(words: str, names: Iterable[str]) -> Iterator[Span]:
    for name in names:
        if name:
            yield from (match.span() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", words))


class Fact(StrEnum):
    """What everyone who is told to stay away must be told too (R-LANG-05)."""

    END = "end"
    SUPPLIES = "supplies"
    REVIEW = "review"


ASK_FOR = {
    Fact.END: N_("Say on what day it ends."),
    Fact.SUPPLIES: N_("Say how the person can still get supplies."),
    Fact.REVIEW: N_("Say how the person can ask for a review."),
}

_BAN = re.compile(
    r"\bban(?:s|ned|ning)?\b|\bbarred\b|\bkick(?:ed|ing)? out\b|\bservice restrictions?\b|\btrespassed\b"
    r"|\b(?:cannot|can't|can not|may not|must not) (?:come|enter|use the (?:site|service|drop-in))\b"
    r"|\bnot (?:allowed|welcome) (?:in|back|here)\b|\bstay (?:away|out)\b|\b(?:asked|told) to leave\b"
    r"|\bsuspended\b",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_GIVEN = {
    Fact.END: re.compile(
        rf"\b{_MONTH} \d|\b\d{{1,2}} {_MONTH}(?!\w)|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}/\d{{1,2}}\b"
        r"|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|tonight)\b|\bend dates?\b"
        r"|\b(?:\d+|an?|one|two|three|four|five|six|seven|ten|thirty|sixty|ninety) (?:day|week|month|year)s?\b",
        re.IGNORECASE,
    ),
    Fact.SUPPLIES: re.compile(r"\b(?:supply|supplies|naloxone|syringes?|needles?|pipes?)\b", re.IGNORECASE),
    Fact.REVIEW: re.compile(r"\b(?:review(?:s|ed)?|appeal(?:s|ed)?|second look)\b", re.IGNORECASE),
}
_DENIED = re.compile(r"\b(?:no|without)(?: an?| any)?(?: end)? (?:dates?|supplies|reviews?|appeals?)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"\S(?:[^.!?\n]|[.!?](?!\s)|\n(?![ \t]*\n))*[.!?]*")


@dataclass(frozen=True)
class MissingFacts:
    """A sentence about a ban, at text[start:end], and what its paragraph does not say."""

    sentence: str
    start: int
    end: int
    missing: tuple[Fact, ...]


def missing_facts(staff_text: StaffText) -> list[MissingFacts]:
    """Return, for each paragraph about a ban, its first such sentence and what is not said there (R-LANG-05).

    The facts may stand anywhere in the paragraph, because short sentences are easier to read. English
    patterns: for a text in another language do not ask. Quoted passages are exempt.
    Raises TypeError for anything but a StaffText.
    """
    words = _words_of(staff_text)
    for start, end in _quotations(words):
        words = words[:start] + re.sub(r"[^\n]", " ", words[start:end]) + words[end:]
    found = []
    for paragraph in re.finditer(r"\S(?:[^\n]|\n(?![ \t]*\n))*", words):
        ban = next((s for s in _SENTENCE.finditer(words, *paragraph.span()) if _BAN.search(s.group())), None)
        said = _DENIED.sub(" ", paragraph.group())
        missing = tuple(fact for fact in Fact if not _GIVEN[fact].search(said))
        if ban and missing:
            found.append(MissingFacts(staff_text.text[slice(*ban.span())], *ban.span(), missing))
    return found
