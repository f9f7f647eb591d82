"""Blank feedback cards as a PDF to print: two the same on a sheet, both sides, large type, tagged (PDF/UA-1).

A computer without letters for a language makes no cards in it: `NoLetters`. Squares in place of words help nobody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typst

from governance import assets
from governance.feedback.paper_cards import Paper


class NoLetters(Exception):
    """No font here has all the letters of these words."""


@dataclass(frozen=True)
class TickBox:
    """A box to tick: its number, its words, and its icon as a drawing (SVG)."""

    number: int
    words: str
    icon: str


@dataclass(frozen=True)
class Boxes:
    """Boxes under one question; *columns* of them stand beside each other."""

    question: str
    boxes: Sequence[TickBox]
    columns: int = 2


@dataclass(frozen=True)
class HelpLine:
    """A help card in one line; *in_english* where the site has it in English alone."""

    words: str
    in_english: bool


@dataclass(frozen=True)
class PaperCard:
    """What both sides of a card say, in one language. *lines*: how many to write on."""

    title: str
    lead: Sequence[str]
    front: Sequence[Boxes]
    write: str
    lines: int
    over: str
    back: Sequence[Boxes]
    help_title: str
    help_lines: Sequence[HelpLine]
    box: Sequence[str]


# What is here of these is used, the first that has a letter. "Cards" are the program's own (`governance/data/letters`);
# the last three come with typst, and know Latin and Arabic. A Chinese letter may look another way in each script.
FONTS = (
    "Atkinson Hyperlegible Next", "Noto Sans", "DejaVu Sans", "Noto Sans Arabic", "Noto Sans Gurmukhi",
    "Real Voice Cards Guru", "Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern",
)  # fmt: skip
CHINESE = {
    "zh_Hans": ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", "Real Voice Cards Hans"),
    "zh_Hant": ("Noto Sans CJK TC", "Noto Sans TC", "WenQuanYi Zen Hei", "Real Voice Cards Hant"),
}
LETTERS = Path("data", "letters")
NOT_DISPLAYED = "could not be displayed with font"  # How typst says that a letter is missing.

# The data comes in as JSON and is shown as text: nothing in it can be taken for markup.
PAGE = b"""
#let d = json(bytes(sys.inputs.data))
#let c = d.card
#set document(title: c.title)
#set page(width: d.width * 1pt, height: d.height * 1pt, margin: 0pt)
#set text(lang: d.lang, script: if d.script == "" { auto } else { d.script },
  dir: if d.rtl { rtl } else { ltr }, font: d.fonts)
#set par(leading: 0.5em, spacing: 0.7em)
#show heading: set block(above: 1em, below: 0.65em)
#show heading.where(level: 1): set text(size: 1.35em)
#show heading.where(level: 2): set text(size: 1.08em)
#let tick = pdf.artifact(rect(width: 1.35em, height: 1.35em, stroke: 1.3pt, radius: 2pt))
#let small(body) = text(size: 0.72em, fill: luma(70), body)
#let drawing(svg) = if svg != "" {
  pdf.artifact(box(height: 1.35em, width: 1.35em, image(bytes(svg), format: "svg", height: 1.35em)))
}
#let one(b) = grid(columns: (auto, auto, 1fr, auto), column-gutter: 5pt, align: horizon + start,
  tick, drawing(b.icon), b.words, small(str(b.number)))
#let group(g) = [
  == #g.question
  #grid(columns: if g.columns == 3 { (1fr, 1.3fr, 1fr) } else { (1fr,) * g.columns }, column-gutter: 10pt,
    row-gutter: 0.75em, ..g.boxes.map(one))
]
#let line-to-write = block(width: 100%, height: 1.75em, below: 0pt, above: 0pt,
  pdf.artifact(align(bottom, line(length: 100%, stroke: 0.7pt + luma(110)))))
#let front = [
  = #c.title
  #for said in c.lead [#said \\ ]
  #for g in c.front { group(g) }
  == #c.write
  #for n in range(c.lines) { line-to-write }
  #v(1fr)
  #align(end, small(c.over))
]
#let back = [
  #for g in c.back { group(g) }
  #v(1fr)
  #for said in c.box [#strong(said) #parbreak()]
  #if c.help_lines.len() > 0 [
    == #c.help_title
    #for said in c.help_lines [#if said.in_english { text(lang: "en", dir: ltr, said.words) } else { said.words } \\ ]
  ]
  #v(4pt)
  #align(end, small(d.mark))
]
#let half(body) = block(width: 100%, height: 100%, inset: (x: 11mm, y: 10mm), body)
#let sheet(side) = grid(columns: (1fr, 1fr), rows: (100%,), half(side), half(side),
  grid.vline(x: 1, stroke: (paint: luma(120), thickness: 0.8pt, dash: "dashed")))
#context {
  let high(side, size) = measure(width: d.width / 2 * 1pt - 22mm, { set text(size: size); side }).height
  let room = d.height * 1pt - 20mm
  let fits(size) = high(front, size) <= room and high(back, size) <= room
  let sizes = d.sizes.map(size => size * 1pt)
  let largest = sizes.find(fits)
  set text(size: if largest == none { sizes.last() } else { largest })
  sheet(front)
  pagebreak()
  sheet(back)
}
"""
SIZES = (15, 14, 13, 12, 11)  # In points: the largest at which both sides keep to their page is taken.
SHEETS = {Paper.A4: (841.89, 595.28), Paper.LETTER: (792, 612)}  # Turned on their side, in points.
SCRIPTS = {"zh_Hans": "hans", "zh_Hant": "hant"}


def cards_pdf(
    card: PaperCard, language: str, paper: Paper, right_to_left: bool = False, *, only_our_letters: bool = False
) -> bytes:
    """Return a sheet of two blank cards in *language*, front and back, to be printed on both sides of *paper*.

    *only_our_letters*: as on a computer without fonts. Raises NoLetters where no font has the letters for it.
    """
    width, height = SHEETS[paper]
    data = {
        "card": asdict(card), "lang": language.split("_")[0], "script": SCRIPTS.get(language, ""),
        "rtl": right_to_left, "width": width, "height": height, "sizes": SIZES,
        "fonts": (*CHINESE.get(language, ()), *FONTS),
        "mark": language.replace("_", "-"),
    }  # fmt: skip
    folders: list[Any] = [assets.PACKAGE / LETTERS]
    try:
        return bytes(
            typst.compile(
                PAGE, sys_inputs={"data": json.dumps(data)}, pdf_standards="ua-1",
                font_paths=folders, ignore_system_fonts=only_our_letters,
            )
        )  # fmt: skip
    except typst.TypstError as error:
        if NOT_DISPLAYED in str(error):
            raise NoLetters from error
        raise
