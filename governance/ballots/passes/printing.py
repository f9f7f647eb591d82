"""The cards of a vote as a PDF to print: tagged (PDF/UA-1), on each cut-out a card with its code, square and stub."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence

import segno
import typst

from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NOT_MADE = N_(
    "The PDF could not be made, so there are no new cards. This computer may have no letters for some words of this "
    "vote. Ask for the cards as a page, or ask who runs the computer to add letters."
)
# The data comes in as JSON and is shown as text: nothing in a question can be taken for markup.
PAGE = b"""
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set page(paper: "a4", margin: 1.5cm)
#set text(lang: d.lang, size: 11pt)
= #d.title
#for c in d.cards [
  #block(breakable: false, width: 100%, inset: 10pt, stroke: (dash: "dashed", thickness: 1pt))[
    #grid(columns: (1fr, auto), gutter: 12pt, [
      #strong(d.question) \\
      #text(font: "DejaVu Sans Mono", size: 17pt, weight: "bold", c.code) \\
      #text(font: "DejaVu Sans Mono", d.address)
      #for line in d.lines [#parbreak() #line]
    ], if c.square != "" { image(bytes(c.square), format: "svg", width: 3.2cm, alt: d.alt) })
    #line(length: 100%, stroke: (dash: "dashed", thickness: 1pt))
    #d.vote #h(8pt) #text(font: "DejaVu Sans Mono", size: 14pt, weight: "bold", c.tracker) \\
    #d.keep
  ]
]
"""


def cards_pdf(printed: Sequence[tuple[str, str]], address: str, words: Mapping[str, object]) -> bytes:
    """Return the PDF. *printed*: of each card its code, and the letters on the stub that its voter keeps, both in
    groups. *address*: of the page to vote. A camera needs a whole one: where it is only a path, the cards have no
    square.

    *words*: `title`, `question`, `lines` (a list), `alt` (what a card's square is), `vote` and `keep` (what the stub
    says before and below its letters) and `lang`, as the reader has them.

    Raises RuleRefused where no PDF comes of them, such as for letters that no font here has. Whoever makes cards calls
    it in the same transaction: cards that nobody could print are not made, and the old ones hold.
    """
    whole = "://" in address
    cards = [
        {"code": code, "tracker": tracker, "square": _square(f"{address}#{code.replace(' ', '')}") if whole else ""}
        for code, tracker in printed
    ]
    data = json.dumps({**words, "address": address, "cards": cards})
    try:
        return bytes(typst.compile(PAGE, sys_inputs={"data": data}, pdf_standards="ua-1"))
    except typst.TypstError as error:
        raise RuleRefused(NOT_MADE) from error


def _square(text: str) -> str:
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()
