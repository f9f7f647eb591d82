"""What one message costs the processor, in the program and in the database: `make bench ARGS=message`.

Time on the clock depends on what else the machine does; this hardly does. One core takes 1000 messages a second for
each millisecond that is written here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import psutil

from tests.databases import a_postgresql
from tests.promises.participant import come_to_words, thanked
from tests.server import Installation, free_port
from tests.visitor import Visitor

MESSAGES = 150


def main() -> None:
    """Measure on both databases."""
    with a_postgresql(durable=True) as server:
        first = int((Path(server.server.pgdata) / "postmaster.pid").read_text().splitlines()[0])
        measure("SQLite", "", first)
        measure("PostgreSQL", server.empty(), first)


def measure(name: str, url: str, database: int) -> None:
    """Send messages one after another through the real pages, and print what each cost."""
    with tempfile.TemporaryDirectory() as home:
        here = Installation(Path(home), free_port(), url, workers=1)
        here.found()
        here.close()
        here.start()
        try:
            ready = [come_to_words(Visitor(here.port)) for _ in range(MESSAGES + 1)]
            assert thanked(ready.pop().send("so that everything is warm"))
            assert here.process
            before = milliseconds(here.process.pid), milliseconds(database)
            assert all(thanked(each.send("words")) for each in ready)
            app, behind = milliseconds(here.process.pid) - before[0], milliseconds(database) - before[1]
        finally:
            here.stop()
    print(f"{name:10} the program {app / MESSAGES:5.2f} ms a message, the database server {behind / MESSAGES:5.2f} ms")


def milliseconds(first: int) -> float:
    """Return the time on the processor of a process and of those it started."""
    there = psutil.Process(first)
    times = [each.cpu_times() for each in (there, *there.children(recursive=True))]
    return 1000 * sum(each.user + each.system for each in times)


if __name__ == "__main__":
    main()
