"""A list of the work pages by what somebody looks for: read from the request and held against each row.

In most lists the words stand in the address, so that it can be sent to a colleague. Where they could tell of a person
who came here, or of a name, the list is *private*: they come in the body of a form instead, which no log of a server
or a proxy has, nor the history of a browser. So that whoever opens a row and comes back finds the list as it was, the
last of them waits in the sealed cookie, for that list alone; it goes at "Show all", and with the sign-in
(`people/service/signing_in.py`). On the server they are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from flask import abort, redirect, request, session, url_for

from governance.frame.forms import confirmed
from governance.frame.narrowing import LONGEST, LOOKED_THROUGH, OFFERED_FROM, Wanted
from governance.permissions.access import LOOKED_FOR
from governance.storage import database
from governance.storage.database import READING_METHODS
from governance.storage.text import one_line

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
        self.is_here = request.endpoint == self.page
        if not self.is_here:  # Beside a row that was opened the list stays as it was.
            self.wanted = self._kept()
        elif private:
            self.wanted = self._asked_in_private()
        else:
            self.wanted = self._given(request.args)

    def _given(self, given: Mapping[str, str]) -> Wanted:
        state = given.get("state", "")
        return Wanted(one_line(given.get("q", "")[:LONGEST]), state if state in self.states else "")

    def _asked_in_private(self) -> Wanted:
        """Return what was kept, or what the address says. A form that is sent has its words kept, and leads back."""
        if request.method not in READING_METHODS:
            database.expect(writes=False)
            confirmed()
            wanted = self._given(request.form)
            if not wanted.words:
                abort(redirect(self.address(wanted.state) if wanted.state else self.all_of_it, 303))
            session[LOOKED_FOR] = {"at": self.address(), "q": wanted.words, "state": wanted.state}
            abort(redirect(self.address(), 303))
        if {"state", "all"} & request.args.keys():
            session.pop(LOOKED_FOR, None)
            return Wanted(state=self._given(request.args).state)
        return self._kept()

    def _kept(self) -> Wanted:
        """Return what was looked for last in this private list, since whoever is asking signed in."""
        held = session.get(LOOKED_FOR) if self.private else None
        return Wanted(held["q"], held["state"]) if held and held["at"] == self.address() else Wanted()

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

    @property
    def all_of_it(self) -> str:
        """The address of the whole list, whatever was looked for before."""
        return self.address(every=1 if self.private else None)

    def address(self, state: str = "", *, every: int | None = None) -> str:
        """Return the address of the list, or of what is in one state. The values of another page are none of it."""
        of_route = request.view_args or {} if self.is_here else {}
        values: dict[str, Any] = {**of_route, **self.at, "state": state or None, "all": every}
        return url_for(self.page, **values)

    def these(self, rows: Iterable[Row], told: Callable[[Row], Told]) -> list[Row]:
        """Return those of *rows* that are wanted, in their order. *told*: what a row says, and its states."""
        every = list(rows)
        wanted = [row for row in every if self.wanted.fits(*told(row))] if self.wanted else every
        self.all += len(every)
        self.shown += len(wanted)
        return wanted
