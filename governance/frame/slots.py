"""Slots: the places on a page that packages further to the right fill.

A page of the board shows what waits at a vote, though the board knows nothing of votes. So its package keeps a slot,
and whoever has something to show there fills it. Nobody on the left names anybody on the right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

About = ParamSpec("About")
Shown = TypeVar("Shown")


class Slot(Generic[About, Shown]):
    """A place on a page: called with what the page is about, it returns what all who fill it have to show there."""

    def __init__(self) -> None:
        self._fillers: list[Callable[About, Iterable[Shown]]] = []

    def fill(self, filler: Callable[About, Iterable[Shown]]) -> Callable[About, Iterable[Shown]]:
        """Let *filler* say what to show; used as a decorator, once, where the filler is defined."""
        self._fillers.append(filler)
        return filler

    def __call__(self, *args: About.args, **kwargs: About.kwargs) -> list[Shown]:
        """Return what there is to show, in the order of the packages that fill the slot."""
        return [each for filler in self._fillers for each in filler(*args, **kwargs)]


@dataclass(frozen=True)
class PagePart:
    """A part of a page that whoever fills a slot draws: its *template* is included, and wants *values*."""

    template: str
    values: dict[str, Any]
