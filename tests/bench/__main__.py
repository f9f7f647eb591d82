"""`make bench`: our work beside what bare Flask needs for the unavoidable part of it, on the same server.

Both servers run the whole time, with as many processes and threads; each kind of work is measured in rounds, ours and
bare in alternating order, and the medians are shown. Everything lies in a temporary folder and on loopback. The ratio
is of requests a second: 1.00 means that all the product does costs nothing.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from governance.feedback.service.reading import PAGE as SHOWN
from tests.bench import ledger
from tests.bench.beside import ROUNDS, SECONDS, WORKERS, measured, row, serve_bare
from tests.bench.ours import Ours, Work, as_large, get, post
from tests.server import free_port
from tests.visitor import Visitor

MESSAGES_A_ROUND = 1500
MESSAGE, BALLOT, PAGE = (0.5, 0.6), (0.5, 0.5), (0.7, 0.8)  # Goals: now, and in the plan (docs/design.md 9).


def main() -> None:
    """Prepare, measure, print."""
    with ExitStack() as ending:
        home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        print("Loading the demo …", flush=True)
        ours = Ours(home / "ours", free_port(), WORKERS)
        ours.prepare()
        ending.callback(ours.installation.stop)
        ours.installation.start()
        wall, wall_anew, decision, desk = ours.wall(), ours.wall_anew(), ours.decision(), ours.desk()
        rows = [
            ("the wall", wall, f"/page/{wall.size}"),
            ("  made anew", wall_anew, f"/page/{wall_anew.size}"),
            ("a decision", decision, f"/page/{decision.size}"),
            ("the desk", desk, f"/opening/{SHOWN}/page/{desk.size}"),
        ]
        port = free_port()
        process = serve_bare(home, port, sorted({work.size for _, work, _ in rows}))
        ending.callback(process.wait, 10)
        ending.callback(process.terminate)
        nobody = Visitor(port)
        note = post("/note", b"words=" + b"w" * 300, "application/x-www-form-urlencoded", nobody)
        print(f"{WORKERS} processes of 1 thread, {ROUNDS} rounds of {SECONDS:.0f} s, medians. Milliseconds.\n")
        print(f"{'':<18}{'ours/s':>8}{'p50':>8}{'p99':>8}   {'bare/s':>8}{'p50':>8}{'p99':>8}   ratio  goal")
        messages = ours.messages(MESSAGES_A_ROUND * ROUNDS)
        beside = Work([note], b"Thank", 0)
        print(row("take a message", MESSAGE, *measured((ours.port, messages), (port, beside))), flush=True)
        sealed, without = ours.ballots(), ours.ballots_without_script()
        beside = as_large(sealed, port)  # What is kept of either is as long.
        print(row("cast a ballot", BALLOT, *measured((ours.port, sealed), (port, beside))), flush=True)
        print(row("  without script", BALLOT, *measured((ours.port, without), (port, beside))), flush=True)
        for name, work, path in rows:
            beside = Work([get(path, nobody)], b"</html>", work.size)
            figures = row(name, PAGE, *measured((ours.port, work), (port, beside)))
            print(f"{figures} ({work.size:,} bytes)", flush=True)
    print(f"\n{ledger.figures()}")


if __name__ == "__main__":
    main()
