"""A tile of the ledger as we serve it, beside the same bytes as a bare static file on the same server."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from governance import clock
from governance.ledger import service
from governance.storage import database
from tests.bench.beside import ROUNDS, SECONDS, WORKERS, measured, row, serve_bare
from tests.bench.ours import Work, get
from tests.server import Installation, free_port
from tests.visitor import Visitor

ENTRIES = 600
FULL, PARTIAL, BUNDLE = "tile/0/000", "tile/0/002.p/88", "tile/entries/000"
GOAL = (0.8, 0.8)


def figures() -> str:
    """Measure and return the lines to print."""
    with ExitStack() as ending:
        home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        ours = Installation(home / "ours", free_port(), workers=WORKERS)
        tiles = _prepared(ours)
        ending.callback(ours.close)
        ending.callback(ours.stop)
        ours.start()
        os.environ["BARE_FILES"] = str(_files(home / "files", tiles))
        port = free_port()
        process = serve_bare(home, port, [])
        ending.callback(process.wait, 10)
        ending.callback(process.terminate)
        nobody = Visitor(port)
        lines = [f"A tile beside a bare static file: {WORKERS} processes, {ROUNDS} rounds of {SECONDS:.0f} s, medians."]
        for number, (path, content) in enumerate(tiles.items()):
            mine = Work([get(f"/ledger/decisions/{path}", nobody)], content, len(content))
            beside = Work([get(f"/static/{number}", nobody)], content, len(content))
            figures = row(f"  {path}", GOAL, *measured((ours.port, mine), (port, beside)))
            lines.append(f"{figures} ({len(content):,} bytes)")
    return "\n".join(lines)


def _prepared(ours: Installation) -> dict[str, bytes]:
    """Found a programme with a signed ledger; return some tiles of it."""
    _, session = ours.found()
    keys = ours.keys()
    with database.writing():
        room = service.append(session, "decisions", "record", {"record": "2026-001", "sha256": "0" * 64})
        facts: list[tuple[str, dict[str, object]]] = [("record", {"record": "2026-002", "sha256": "0" * 64})]
        service.append_many(session, "decisions", facts * (ENTRIES - room - 1))
        service.publish_head(session, keys, "decisions", clock.today())
        session.commit()
    tiles = {path: service.tile_content(session, "decisions", path) for path in (FULL, PARTIAL, BUNDLE)}
    session.rollback()
    return {path: content for path, content in tiles.items() if content}


def _files(folder: Path, tiles: dict[str, bytes]) -> Path:
    folder.mkdir()
    for number, content in enumerate(tiles.values()):
        (folder / str(number)).write_bytes(content)
    return folder
