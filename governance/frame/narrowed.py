"""A list of the work pages by what somebody looks for: read from the request and held against each row.

In most lists the words stand in the address, so that it can be sent to a colleague. Where they could tell of a person
who came here, or of a name, the list is *private*: they come in the body of a form instead, which no log of a server
or a proxy has, nor the history of a browser. Either way they are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from flask import abort, redirect, request, url_for

from governance import database
from governance.database import READING_METHODS
from governance.frame.forms import confirmed
from governance.narrowing import LONGEST, LOOKED_THROUGH, OFFERED_FROM, Wanted
from governance.text import one_line

Row = TypeVar("Row")
Told = tuple[str, Collection[str]]  # What a row says, and the states it is in.


class Narrowed:
    """What one request looks for in a list with these *states*, and how many rows that leaves.

    *page*: the endpoint of the list, where it is not the one that was asked for. *at*: the values of its address,
    beside those of its route, that stay as they are. *newest*: how many rows are looked through at most, where the page
    says so; 0 where it says nothing of it.
    """

    def __init__(
        self,
        states: Mapping[Any, str] | None = None,
        *,
        private: bool = False,
        page: str = "",
        newest: int = 0,
        **at: str | None,
    ) -> None:
        self.states, self.private, self.newest, self.at = states or {}, private, newest, at
        self.page = page or request.endpoint or ""
        self.shown = self.all = 0
        self.wanted = self._asked() if request.endpoint == self.page else Wanted()

    def _asked(self) -> Wanted:
        """Return what the request looks for. A form without words leads to the address that can hold the rest."""
        is_sent = request.method not in READING_METHODS
        if is_sent:
            database.expect(writes=False)
            confirmed()
        given = request.form if is_sent else request.args
        words = "" if self.private and not is_sent else one_line(given.get("q", "")[:LONGEST])
        state = given.get("state", "")
        wanted = Wanted(words, state if state in self.states else "")
        if is_sent and not words:
            abort(redirect(self.address(wanted.state), 303))
        return wanted

    @property
    def limit(self) -> int | None:
        """How many rows to look through where something is looked for; None where the list comes as it is."""
        return LOOKED_THROUGH if self.wanted else None

    @property
    def offered(self) -> bool:
        """Whether the list is long enough to look through."""
        return self.all >= OFFERED_FROM or bool(self.wanted)

    @property
    def cut(self) -> bool:
        """Whether there may be older rows in which nothing was looked for."""
        return bool(self.wanted) and 0 < self.newest <= self.all

    def address(self, state: str = "") -> str:
        """Return the address of the list: of all of it, or of what is in one state."""
        values: dict[str, Any] = {**(request.view_args or {}), **self.at, "state": state or None}
        return url_for(self.page, **values)

    def these(self, rows: Iterable[Row], told: Callable[[Row], Told]) -> list[Row]:
        """Return those of *rows* that are wanted, in their order. *told*: what a row says, and its states."""
        every = list(rows)
        wanted = [row for row in every if self.wanted.fits(*told(row))] if self.wanted else every
        self.all += len(every)
        self.shown += len(wanted)
        return wanted
