"""`make bench`: our work beside what bare Flask needs for the unavoidable part of it, on the same server.

Both servers run the whole time, with as many processes and threads; each kind of work is measured in rounds, ours and
bare in alternating order, and the medians are shown. Everything lies in a temporary folder and on loopback. The ratio
is of requests a second: 1.00 means that all the product does costs nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from governance.feedback.service.reading import PAGE as SHOWN
from tests.bench import bare, ledger
from tests.bench.load import Load, run, wait_for
from tests.bench.ours import Ours, Work, get, post
from tests.server import free_port
from tests.visitor import Visitor

ROUNDS, SECONDS = 5, 2.0
WORKERS = os.cpu_count() or 1
MESSAGES_A_ROUND = 1500
MESSAGE, PAGE = (0.5, 0.6), (0.7, 0.8)  # Goals: now, and in the plan (design.md 9).


def serve_bare(home: Path, port: int, sizes: list[int]) -> subprocess.Popen[bytes]:
    """Start the bare app on the same server with the same settings."""
    os.environ["BARE_DATABASE"] = f"sqlite:///{home / 'bare.db'}"
    bare.fill(bare.create_app(), sizes)
    command = [
        str(Path(sys.executable).with_name("granian")), "--factory", "tests.bench.bare:create_app",
        "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS),
        "--blocking-threads", "1", "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, start_new_session=True)
    wait_for(port)
    return process


def measured(ours: tuple[int, Work], beside: tuple[int, Work]) -> tuple[list[Load], list[Load]]:
    """Measure both in alternating order. What is sent once is dealt out over the rounds."""
    results: tuple[list[Load], list[Load]] = ([], [])
    for number in range(ROUNDS):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for side in order:
            port, work = (ours, beside)[side]
            once = len(work.requests) > 1
            share = len(work.requests) // ROUNDS
            requests = work.requests[number * share : (number + 1) * share] if once else work.requests
            results[side].append(run(port, requests, SECONDS, once=once, holding=work.holding))
    return results


def median_of(loads: list[Load], share: float) -> float:
    """Return the median over the rounds of one percentile, in milliseconds."""
    return statistics.median(load.percentile(share) for load in loads)


def row(name: str, goal: tuple[float, float], ours: list[Load], beside: list[Load]) -> str:
    """Return one line of the table: medians of the rounds, and the ratio with its goals."""
    fast, bare_fast = (statistics.median(load.per_second for load in loads) for loads in (ours, beside))
    tails = [
        statistics.median(load.percentile(share) for load in loads) for loads in (ours, beside) for share in (0.5, 0.99)
    ]
    now, later = goal
    ratio = fast / bare_fast
    verdict = "ok" if ratio >= now else "below"
    wrong = sum(load.wrong for load in (*ours, *beside))
    return (
        f"{name:<18}{fast:>8.0f}{tails[0]:>8.1f}{tails[1]:>8.1f}   {bare_fast:>8.0f}{tails[2]:>8.1f}{tails[3]:>8.1f}"
        f"   {ratio:>5.2f}  {now} now, {later} later: {verdict}{f'; {wrong} wrong answers' if wrong else ''}"
    )


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
        for name, work, path in rows:
            beside = Work([get(path, nobody)], b"</html>", work.size)
            figures = row(name, PAGE, *measured((ours.port, work), (port, beside)))
            print(f"{figures} ({work.size:,} bytes)", flush=True)
    print(f"\n{ledger.figures()}")


if __name__ == "__main__":
    main()
