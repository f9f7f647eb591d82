"""How many messages PostgreSQL takes in a second, by the threads of each process: `make bench ARGS=threads`.

All servers run the whole time, on databases of one PostgreSQL that waits for its disk; they are measured in rounds, in
turn, so that whatever else the machine does is shared alike. SQLite stands beside them: it has one writer in any case.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.beside import median_of
from tests.bench.load import Load, run
from tests.bench.ours import Ours, Work
from tests.databases import a_postgresql
from tests.server import Installation, free_port

THREADS = (1, 2, 4, 8)
ROUNDS, SECONDS, MESSAGES = 5, 3.0, 1000
WORKERS = os.cpu_count() or 1


def main() -> None:
    """Prepare, measure in turn, print."""
    with ExitStack() as ending:
        server = ending.enter_context(a_postgresql(durable=True))
        kinds = [("PostgreSQL", threads, server.empty()) for threads in THREADS]
        kinds += [("SQLite", threads, "") for threads in (1, 4)]
        sites = {(name, threads): a_site(ending, threads, url) for name, threads, url in kinds}
        loads: dict[tuple[str, int], list[Load]] = {each: [] for each in sites}
        for number in range(ROUNDS):
            for each, (port, work) in list(sites.items())[:: 1 if number % 2 else -1]:
                some = work.requests[number * MESSAGES : (number + 1) * MESSAGES]
                loads[each].append(run(port, some, SECONDS, once=True, holding=work.holding))
        for (name, threads), found in loads.items():
            print(told(name, threads, found))


def a_site(ending: ExitStack, threads: int, url: str) -> tuple[int, Work]:
    """Start a server, and return its port and the forms that are to be sent."""
    home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    more = {"GOVERNANCE_THREADS": str(threads)}
    here = Installation(home, free_port(), url, workers=WORKERS, more=more)
    here.found()
    here.close()
    ending.callback(here.stop)
    here.start()
    return here.port, Ours(home, here.port, WORKERS).messages(ROUNDS * MESSAGES)


def told(name: str, threads: int, loads: list[Load]) -> str:
    """Return one line: medians of the rounds."""
    fast = statistics.median(load.per_second for load in loads)
    half, most = median_of(loads, 0.5), median_of(loads, 0.99)
    wrong = sum(load.wrong for load in loads)
    return (
        f"{name:10} {threads} threads in each of {WORKERS} processes: {fast:4.0f} messages a second, "
        f"half within {half:5.1f} ms, 99 of 100 within {most:6.1f} ms{f'; {wrong} wrong answers' if wrong else ''}"
    )


if __name__ == "__main__":
    main()
