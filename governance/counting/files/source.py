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


def decoded(content: bytes) -> str:
    """Return *content* as text with plain line ends: UTF-8 or UTF-16 by its mark, UTF-8, or else Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def excerpt(found: str) -> str:
    """Return *found* short enough, and in one line, to be shown in a message."""
    shown = "".join(each if each.isprintable() else "?" for each in found[:20])
    return f"«{shown}{'…' if len(found) > 20 else ''}»"
