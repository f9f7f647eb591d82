"""The closed log of an election, served as any log is, where everyone may see its ballots (C2SP tlog-tiles)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Response, abort

from governance import keyfolder
from governance.access import Permission, requires
from governance.ballots import closed_log, service
from governance.ballots.views.door import NUMBER, bp, find
from governance.database import db
from governance.ledger import service as ledger
from governance.ledger import tiles

FOR_GOOD = "public, max-age=604800, immutable"  # It never grows, so none of it ever changes.
KEPT = 16  # logs that one process keeps ready: who asks for tile after tile makes no log again.


@dataclass(frozen=True)
class Log:
    """A closed log made ready: its signed head, its name, how many ballots it has, and its widest files."""

    head: str
    name: str
    size: int
    files: dict[tuple[int, int], bytes]


@bp.get(f"/ledger/elections/{NUMBER}/checkpoint")
@requires(Permission.READ_RECORD)
def closed_checkpoint(number: int) -> Response:
    """Serve the signed head."""
    return _kept(_public(number).head.encode(), "text/plain; charset=utf-8")


@bp.get(f"/ledger/elections/{NUMBER}/key")
@requires(Permission.READ_RECORD)
def closed_key(number: int) -> Response:
    """Serve the key of the log as one word: the key of the decisions, under the closed log's own name."""
    return _kept(
        f"{ledger.closed_key(keyfolder.current(), _public(number).name)}\n".encode(), "text/plain; charset=utf-8"
    )


@bp.get(f"/ledger/elections/{NUMBER}/tile/<path:rest>")
@requires(Permission.READ_RECORD)
def closed_tile(number: int, rest: str) -> Response:
    """Serve a tile, or a bundle of ballots as entries."""
    wanted, log = tiles.read_path(f"tile/{rest}"), _public(number)
    if wanted is None or not tiles.is_within(wanted, log.size):
        abort(404)
    found = log.files[wanted.level, wanted.number]
    if wanted.level == tiles.ENTRIES:
        return _kept(tiles.bundle(tiles.read_bundle(found)[: wanted.width]), "application/octet-stream")
    return _kept(b"".join(tiles.read_hashes(found)[: wanted.width]), "application/octet-stream")


def _public(number: int) -> Log:
    found = service.bundle_of(db.session, find(number))
    if found is None or not service.everyone_sees(found):
        abort(404)
    return _made(found.public)


@lru_cache(maxsize=KEPT)
def _made(public: bytes) -> Log:
    """Return the log in a bundle. It follows from these bytes alone, so what is kept can never be out of date."""
    read = json.loads(public)
    files = {(tile.level, tile.number): content for tile, content in _tiles(read["ballots"])}
    return Log(read["closed"], closed_log.origin(read["manifest"]), len(read["ballots"]), files)


def _tiles(rows: list[dict[str, Any]]) -> Iterator[tuple[tiles.Tile, bytes]]:
    writer = tiles.Writer()
    for row in rows:
        yield from writer.add(closed_log.entry(row))
    yield from writer.rest()


def _kept(body: bytes, kind: str) -> Response:
    return Response(body, mimetype=kind, headers={"Cache-Control": FOR_GOOD})
