"""The packages, from left to right: each may import those before it and none after (tests/architecture)."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from governance.clockwork.rounds import Duty
from governance.storage.leaves import LeafKind

PACKAGES = (
    "ledger", "people", "board", "places", "questions", "feedback", "proposals", "ballots", "decisions", "responses",
    "publishing",
    "guide",
)  # fmt: skip
WATCHING = "health"  # It stands above them all, for it looks at them all, and has pages as they have.


def every_package() -> list[ModuleType]:
    """Import and return all that has pages, in its order. Each has an `init_app` that registers them."""
    return [importlib.import_module(f"governance.{name}") for name in (*PACKAGES, WATCHING)]


def duties_of(name: str) -> tuple[Duty, ...]:
    """Return what the package *name* does by itself. One that waits to be asked for everything has no `rounds`."""
    if not importlib.util.find_spec(f"governance.{name}.rounds"):
        return ()
    duties: tuple[Duty, ...] = importlib.import_module(f"governance.{name}.rounds").DUTIES
    return duties


def leaves_of(name: str) -> tuple[LeafKind, ...]:
    """Return the kinds of leaf that the package *name* writes. One that publishes nothing has no `leaves`."""
    if not importlib.util.find_spec(f"governance.{name}.leaves"):
        return ()
    kinds: tuple[LeafKind, ...] = importlib.import_module(f"governance.{name}.leaves").LEAVES
    return kinds


def import_tables() -> None:
    """Import every table, so that `db.metadata` knows them all. A package without tables has no `models`."""
    for name in PACKAGES:
        if importlib.util.find_spec(f"governance.{name}.models"):
            importlib.import_module(f"governance.{name}.models")
    importlib.import_module("governance.clockwork.timekeeping")
    importlib.import_module("governance.clockwork.lease")
    importlib.import_module("governance.health.models")
