"""What somebody can do now, as plain data: rules say it as steps, and `templates/_steps.html` draws them.

A step names the page it leads to and holds its words for the catalogue. It knows no address and no HTML, so a rule
can be read, and tested, without a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from governance.ruling.sentences import Sentence


class StepKind(StrEnum):
    """How a step is drawn."""

    NOTE = "note"  # What holds now, with a mark.
    HINT = "hint"
    TEXT = "text"  # Links beside it stand in its line.
    SMALL = "small"  # What else is good to know.
    LIST = "list"  # Its words are the title, and what stands beside it are the lines.
    LINK = "link"  # To a page.
    POST = "post"  # A button that does it at once.
    FORM = "form"  # Of the page's own making, which its template draws.


@dataclass(frozen=True)
class Step:
    """One thing on the page, of those somebody reads or can do.

    *about*: what its words are heard with, where a list has one such button in each row: the title of the row.
    *state*: of a note, "yes", "no", "late", "open" or "not-yet". *page* and *at*: the name of the page it leads to, and
    the values of its address. *here*: in place of a page, a place on this one. *sends*: what a button sends along.
    *beside*: what stands in the same row.
    """

    kind: StepKind
    words: Sentence | str
    icon: str = ""
    state: str = ""
    page: str = ""
    at: Mapping[str, object] = field(default_factory=dict)
    here: str = ""
    sends: Mapping[str, str] = field(default_factory=dict)
    is_main: bool = False
    is_quiet: bool = False
    is_small: bool = False
    about: str = ""
    beside: tuple[Step, ...] = ()

    @property
    def row(self) -> tuple[Step, ...]:
        """The step and what stands beside it."""
        return (self, *self.beside)


def with_one_main(steps: Iterable[Step]) -> list[Step]:
    """Return *steps* with one main action at most: the first one. Two big buttons would ask the reader to choose."""
    found, is_taken = [], False
    for step in steps:
        row = []
        for each in step.row:
            row.append(replace(each, is_main=each.is_main and not is_taken))
            is_taken = is_taken or each.is_main
        found.append(replace(row[0], beside=tuple(row[1:])))
    return found
