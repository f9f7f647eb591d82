"""Solving a puzzle as a browser does, for tests that have none."""

from __future__ import annotations

from itertools import count
from typing import Any

from governance import sealing
from tests.page import Page


def solution(challenge: str, bits: int) -> str:
    """Return the answer of a puzzle."""
    parts = (
        next(n for n in count() if sealing.zero_bits(challenge, part, str(n)) >= bits) for part in range(sealing.PARTS)
    )
    return ".".join(map(str, parts))


def puzzle_on(html: str) -> dict[str, str] | None:
    """Return the field of a page that asks a browser to work, or None."""
    return next((facts for tag, facts in Page(html).tags if tag == "input" and "data-challenge" in facts), None)


def solved_on(html: str) -> dict[str, Any]:
    """Return what a browser that has solved the puzzle of this page sends for it."""
    asked = puzzle_on(html)
    assert asked, "the page asks for no work"
    return {asked["name"]: solution(asked["data-challenge"], int(asked["data-bits"]))}
