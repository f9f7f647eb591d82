"""The closed log of an election, served as any log is, where everyone may see its ballots (C2SP tlog-tiles)."""

from __future__ import annotations

import json
from collections.abc import Iterator
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


@bp.get(f"/ledger/elections/{NUMBER}/checkpoint")
@requires(Permission.READ_RECORD)
def closed_checkpoint(number: int) -> Response:
    """Serve the signed head."""
    return _kept(_public(number)["closed"].encode(), "text/plain; charset=utf-8")


@bp.get(f"/ledger/elections/{NUMBER}/key")
@requires(Permission.READ_RECORD)
def closed_key(number: int) -> Response:
    """Serve the key of the log as one word: the key of the decisions, under the closed log's own name."""
    name = closed_log.origin(_public(number)["manifest"])
    return _kept(f"{ledger.closed_key(keyfolder.current(), name)}\n".encode(), "text/plain; charset=utf-8")


@bp.get(f"/ledger/elections/{NUMBER}/tile/<path:rest>")
@requires(Permission.READ_RECORD)
def closed_tile(number: int, rest: str) -> Response:
    """Serve a tile, or a bundle of ballots as entries."""
    wanted, rows = tiles.read_path(f"tile/{rest}"), _public(number)["ballots"]
    if wanted is None or not tiles.is_within(wanted, len(rows)):
        abort(404)
    found = next(content for tile, content in _tiles(rows) if tile == wanted or _holds(tile, wanted))
    if wanted.level == tiles.ENTRIES:
        return _kept(tiles.bundle(tiles.read_bundle(found)[: wanted.width]), "application/octet-stream")
    return _kept(b"".join(tiles.read_hashes(found)[: wanted.width]), "application/octet-stream")


def _holds(tile: tiles.Tile, wanted: tiles.Tile) -> bool:
    return (tile.level, tile.number) == (wanted.level, wanted.number) and tile.width >= wanted.width


def _tiles(rows: list[dict[str, Any]]) -> Iterator[tuple[tiles.Tile, bytes]]:
    writer = tiles.Writer()
    for row in rows:
        yield from writer.add(closed_log.entry(row))
    yield from writer.rest()


def _public(number: int) -> dict[str, Any]:
    found = service.bundle_of(db.session, find(number))
    if found is None or not service.everyone_sees(found):
        abort(404)
    return dict(json.loads(found.public))


def _kept(body: bytes, kind: str) -> Response:
    return Response(body, mimetype=kind, headers={"Cache-Control": FOR_GOOD})
