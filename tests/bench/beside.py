"""Two servers side by side: ours and bare Flask, measured in alternating rounds, and the ratio with its goals."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench import bare
from tests.bench.load import Load, run, wait_for
from tests.bench.ours import Work

ROUNDS, SECONDS = 5, 2.0
WORKERS = os.cpu_count() or 1


def serve_bare(home: Path, port: int, sizes: list[int], workers: int = WORKERS) -> subprocess.Popen[bytes]:
    """Start the bare app on the same server with the same settings."""
    os.environ["BARE_DATABASE"] = f"sqlite:///{home / 'bare.db'}"
    bare.fill(bare.create_app(), sizes)
    command = [
        str(Path(sys.executable).with_name("granian")), "--factory", "tests.bench.bare:create_app",
        "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
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
            once = len(work.requests) > 1 and not work.again
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
