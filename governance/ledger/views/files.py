"""The files of the ledger, for tools: heads, tiles, keys, proofs. What the signatures cover is served as it stands."""

from __future__ import annotations

import gzip

from flask import Response, abort, current_app, request

from governance.keys import keyfolder
from governance.ledger import rules, service
from governance.ledger.views.door import bp
from governance.permissions.access import Permission, requires
from governance.storage.database import db

SECONDS = "public, max-age=5"
FOR_EVER = "public, max-age=31536000, immutable"
MOST_DIGITS = 9

# What a signed head covers stays as it is, so each process may keep the tiles it was asked for, plain and packed:
# at most 16 MB.
MOST_KEPT, LARGEST_KEPT = 128, 65_536


@bp.get("/ledger/<log>/checkpoint")
@requires(Permission.READ_RECORD)
def checkpoint(log: str) -> Response:
    """Serve the newest signed head (C2SP tlog-tiles, "Checkpoints"): it changes, so it is kept for seconds only."""
    signed = service.head(db.session, log) if log in rules.LOGS else None
    if signed is None:
        abort(404)
    return _file(service.checkpoint(db.session, signed).encode(), "text/plain", SECONDS)


@bp.get("/ledger/<log>/tile/<path:rest>")
@requires(Permission.READ_RECORD)
def tile(log: str, rest: str) -> Response:
    """Serve a tile or a bundle of entries (tlog-tiles, "Merkle Tree", "Log entries"): it never changes."""
    kept: dict[tuple[str, str], tuple[bytes, bytes]] = current_app.extensions.setdefault("kept tiles", {})
    found = kept.get((log, rest)) or _tile(log, rest)
    if found is None:
        abort(404)
    content, packed = found
    if len(content) <= LARGEST_KEPT:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[log, rest] = found
    return (
        _bundle(content, packed)
        if rest.startswith("entries/")
        else _file(content, "application/octet-stream", FOR_EVER)
    )


def _bundle(plain: bytes, packed: bytes) -> Response:
    """Serve a bundle of entries, packed for whoever can unpack it (tlog-tiles, "Log entries"); hashes do not shrink."""
    can = request.accept_encodings.quality("gzip") > 0
    answer = _file(packed if can else plain, "application/octet-stream", FOR_EVER)
    answer.headers["Vary"] = "Accept-Encoding"
    if can:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _tile(log: str, rest: str) -> tuple[bytes, bytes] | None:
    """Return a tile plain and packed; tiles of hashes are not packed, so there both are the same."""
    content = service.tile_content(db.session, log, f"tile/{rest}") if log in rules.LOGS else None
    if content is None:
        return None
    return content, gzip.compress(content, mtime=0) if rest.startswith("entries/") else content


@bp.get("/ledger/<log>/key")
@requires(Permission.READ_RECORD)
def key(log: str) -> Response:
    """Serve the key of a log as one word, for tools. Whoever relies on it compares it with one got another way.

    It lies beside a checkpoint or not at all: then a key without one shows that something was taken out.
    """
    if log not in rules.LOGS or service.head(db.session, log) is None:
        abort(404)
    return _file(f"{service.verifier_key(keyfolder.current(), log)}\n".encode(), "text/plain", SECONDS)


@bp.get("/ledger/policy")
@requires(Permission.READ_RECORD)
def policy() -> Response:
    """Serve whom to believe: the logs, the witnesses and their quorum (C2SP tlog-policy)."""
    return _file(service.policy_text(db.session, keyfolder.current()).encode(), "text/plain", "no-store")


@bp.get("/ledger/<log>/<number>.tlog-proof")
@requires(Permission.READ_RECORD)
def proof(log: str, number: str) -> Response:
    """Serve the proof that an entry is in a log (C2SP tlog-proof)."""
    if log not in rules.LOGS or not (number.isascii() and number.isdecimal()) or len(number) > MOST_DIGITS:
        abort(404)
    return proof_file(log, int(number))


def proof_file(log: str, number: int | None) -> Response:
    """Answer with the proof of entry *number* as a file to save; 404 while no signed head covers it."""
    made = service.proof_of(db.session, keyfolder.current(), log, number) if number is not None else None
    if made is None:
        abort(404)
    answer = _file(made.encode(), "text/plain", SECONDS)
    answer.headers["Content-Disposition"] = f'attachment; filename="{log}-{number}.tlog-proof"'
    return answer


def _file(content: bytes, mimetype: str, caching: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Cache-Control": caching})
