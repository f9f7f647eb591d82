"""What all formats share: the bytes made text, what was read, and what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from governance.counting.grouped import Ballots
from governance.counting.rule import Rule

Watch = Callable[[Collection[Any]], Iterable[Any]]


def unwatched(items: Collection[Any]) -> Iterable[Any]:
    """Return *items* as they are."""
    return items


class Malformed(Exception):
    """The file is not as it should be: at *line* (from 1) *expected* was expected."""

    def __init__(self, line: int, expected: str) -> None:
        super().__init__(f"line {line}: expected {expected}")
        self.line, self.expected = line, expected


@dataclass(frozen=True)
class Election:
    """What a file holds. *seats* and *title* are None where it does not say.

    *rule* and *seed* of the lot stand in a result bundle alone.
    """

    ballots: Ballots
    seats: int | None = None
    title: str | None = None
    rule: Rule | None = None
    seed: bytes | None = None


@dataclass(frozen=True)
class Marks:
    """How marks on a ballot are read that are not one option at one rank.

    *repeated*, an option that stands again at a later rank: `pass_over` (as if that rank were left out), `stop`
    (nothing from there on is read) or `refuse`. *overvote*, two options marked at one rank: `pass_over`, `stop` or
    `refuse`; when it is empty, what a scanner calls an overvote stops the ballot, and two names in a cell are refused.
    *contest*: which contest is read, where a file has columns for several; part of its name.
    """

    repeated: str = "pass_over"
    overvote: str = ""
    contest: str = ""


def decoded(content: bytes) -> str:
    """Return *content* as text with plain line ends: UTF-8 or UTF-16 by its mark, UTF-8, or else Windows-1252.

    Windows-1252 is Latin-1 with letters and quotation marks in place of signs that control a screen. Raises Malformed.
    """
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("utf-16" if utf_16 else "cp1252")
        except UnicodeDecodeError as wrong:
            line = content.count(b"\n", 0, wrong.start) + 1
            raise Malformed(line, "text in UTF-8. Open the file where it was made and save it as UTF-8") from wrong
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def excerpt(found: str) -> str:
    """Return *found* short enough, and in one line, to be shown in a message."""
    shown = "".join(each if each.isprintable() else "?" for each in found[:20])
    return f"«{shown}{'…' if len(found) > 20 else ''}»"
