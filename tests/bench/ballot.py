"""What one ballot costs the processor, in the program and in the database: `make bench ARGS=ballot`.

Ballots are sealed on a device, or by the server for a page without a script; bare Flask with one insert of as many
bytes stands beside them. All of it is real requests to the server that an operator starts, with one process. Time on
the clock depends on what else the machine does; that of the processor hardly does.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.beside import serve_bare
from tests.bench.load import run, wait_for
from tests.bench.message import milliseconds
from tests.bench.ours import Ours, Work, as_large
from tests.databases import a_postgresql
from tests.server import free_port

ROUNDS, SECONDS = 3, 2.0


def main() -> None:
    """Measure on both databases."""
    with ExitStack() as ending:
        server = ending.enter_context(a_postgresql(durable=True))
        first = int((Path(server.server.pgdata) / "postmaster.pid").read_text().splitlines()[0])
        bare = 0.0
        for name, url in (("SQLite", ""), ("PostgreSQL", server.empty())):
            for way, port, process, work in ways(ending, url, bare=not bare):
                wait_for(port)
                spent, behind, fast = measured(port, work, process, first if url else 0)
                bare = bare or spent
                print(
                    f"{name:10} {way:24} the program {spent:5.2f} ms a ballot, {bare / spent:4.2f} of bare Flask; "
                    f"the database server {behind:5.2f} ms; {fast:4.0f} a second",
                    flush=True,
                )


def ways(ending: ExitStack, url: str, *, bare: bool) -> Iterator[tuple[str, int, int, Work]]:
    """Yield each way, the port and the process that take it, and what is sent. *bare*: bare Flask first."""
    home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    here = Ours(home / "ours", free_port(), 1)
    here.installation.database = url
    here.prepare()
    ending.callback(here.installation.stop)
    here.installation.start()
    sealed = here.ballots()
    if bare:
        port = free_port()
        process = serve_bare(home, port, [], workers=1)
        ending.callback(process.wait, 10)
        ending.callback(process.terminate)
        yield "bare Flask, one insert", port, process.pid, as_large(sealed, port)
    assert here.installation.process
    yield "sealed on a device", here.port, here.installation.process.pid, sealed
    yield "without a script", here.port, here.installation.process.pid, here.ballots_without_script()


def measured(port: int, work: Work, process: int, server: int) -> tuple[float, float, float]:
    """Return milliseconds of the processor for each answer, in *process* and in a database *server*, and the speed.

    *server*: the number of its first process, 0 where there is none. The speed is answers a second.
    """

    def spent_so_far() -> tuple[float, float]:
        return milliseconds(process), milliseconds(server) if server else 0.0

    run(port, work.requests, SECONDS / 4, once=False, holding=work.holding)  # So that everything is warm.
    found = []
    for _ in range(ROUNDS):
        before = spent_so_far()
        load = run(port, work.requests, SECONDS, once=False, holding=work.holding)
        if load.wrong:
            raise RuntimeError(f"{load.wrong} wrong answers")
        spent = [now - then for now, then in zip(spent_so_far(), before, strict=True)]
        found.append((*(each / len(load.latencies) for each in spent), load.per_second))
    here, there, fast = (statistics.median(each) for each in zip(*found, strict=True))
    return here, there, fast


if __name__ == "__main__":
    main()
