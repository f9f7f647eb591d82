"""The closed log of one election: a ledger of its own whose entries are the ballots, in the order of their trackers.

It is made once, when the box was counted, and never grows. Its head is signed with the key of the `decisions` ledger,
so whoever holds one ballot's proof can show that it was counted (C2SP tlog-checkpoint; RFC 6962; `docs/design.md` 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from governance.ballots.bundle.canonical import canonical
from governance.ledger import note
from governance.ledger.rules import Edge, leaf_hash, origin

Row = Mapping[str, Any]


def name_of(manifest: Mapping[str, Any]) -> str:
    """Return the name of the closed log of the election that *manifest* fixed."""
    return origin(manifest["election"].rpartition("/")[0], f"elections/{manifest['ballot']}")


def entry(row: Row) -> bytes:
    """Return a ballot with its tracker as an entry."""
    return canonical(row)


def head(manifest: Mapping[str, Any], rows: Iterable[Row]) -> note.Checkpoint:
    """Return the head of the log of these ballots, to be signed."""
    edge = Edge()
    for row in rows:
        edge.add(leaf_hash(entry(row)))
    return note.Checkpoint(name_of(manifest), edge.size, edge.root())
