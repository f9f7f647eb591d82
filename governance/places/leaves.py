"""The leaves that say feedback was opened, which languages are offered, how places stood and what of the plan changed.

Each is held against its rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from governance.places import changing_plan, offering, places_by_day
from governance.places.models import PlanChange, Programme
from governance.storage.leaves import Books, LeafKind, LedgerRow, LetGo, held


def _opened(books: Books) -> Iterator[str]:
    here = books.session.get(Programme, 1)
    if here is None or here.intake_open != bool(books.entries):
        fault = "Whether feedback is open is not what the ledger holds."
        is_lost = here and here.intake_open and books.lost
        yield LetGo.of("That feedback was opened", None, fault) if is_lost else fault


def _plan(books: Books) -> Iterator[str]:
    changes = books.session.scalars(select(PlanChange).order_by(PlanChange.id))
    rows = [LedgerRow(f"Change {each.id} of the plan", changing_plan.facts_of(each)) for each in changes]
    yield from held(rows, books, ("plan", "begins", "day"))
    yield from changing_plan.not_as_changed(books.session, books.today)


def _places(books: Books) -> Iterator[str]:
    here = books.session.get(Programme, 1)
    if here and here.places_leaf in books.lost:
        return iter([LetGo.of("How places stood when this began", here.places_leaf)])
    return places_by_day.not_as_told(books.session, books.entries, books.today)


def _languages(books: Books) -> Iterator[str]:
    for fault in offering.not_as_offered(books.session, books.entries):
        newest_may_be_lost = max(books.lost, default=-1) > max(books.entries)
        yield LetGo.of("Which languages people are offered", None, fault) if newest_may_be_lost else fault


LEAVES = (
    LeafKind(("programme",), "intake", ("programme",), _opened),
    LeafKind(("programme",), "languages", ("programme",), _languages),
    LeafKind(("programme",), "plan", ("plan_change",), _plan),
    LeafKind(("programme",), "places", ("programme", "place"), _places),
)
