"""The closed log of an election, served as any log is, where everyone may see its ballots (C2SP tlog-tiles)."""

from __future__ import annotations

from flask import Response, abort

from governance.ballots import service
from governance.ballots.models import Ballot
from governance.ballots.views.door import bp, find
from governance.keys import keyfolder
from governance.ledger import service as ledger
from governance.ledger import tiles
from governance.permissions.access import Permission, requires
from governance.storage.database import db

FOR_GOOD = "public, max-age=604800, immutable"  # It never grows, so none of it ever changes.


@bp.get("/ledger/elections/<number:number>/checkpoint")
@requires(Permission.READ_RECORD)
def closed_checkpoint(number: int) -> Response:
    """Serve the signed head."""
    return _kept(_public(find(number)).head.encode(), "text/plain; charset=utf-8")


@bp.get("/ledger/elections/<number:number>/key")
@requires(Permission.READ_RECORD)
def closed_key(number: int) -> Response:
    """Serve the key of the log as one word: the key of the decisions, under the closed log's own name."""
    key = ledger.closed_key(keyfolder.current(), _public(find(number)).name)
    return _kept(f"{key}\n".encode(), "text/plain; charset=utf-8")


@bp.get("/ledger/elections/<number:number>/tile/<path:rest>")
@requires(Permission.READ_RECORD)
def closed_tile(number: int, rest: str) -> Response:
    """Serve a tile, or a bundle of ballots as entries."""
    ballot, wanted = find(number), tiles.read_path(f"tile/{rest}")
    log = _public(ballot)
    content = service.content_of(db.session, ballot, log, wanted) if wanted else None
    if content is None:
        abort(404)
    return _kept(content, "application/octet-stream")


def _public(ballot: Ballot) -> service.Log:
    return service.public_log(db.session, ballot, keyfolder.home()) or abort(404)


def _kept(body: bytes, kind: str) -> Response:
    return Response(body, mimetype=kind, headers={"Cache-Control": FOR_GOOD})
