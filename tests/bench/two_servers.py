"""Whether a second app server takes more messages, and more ballots, on one PostgreSQL: `make bench ARGS=two_servers`.

All ballots go into one box, which is locked for each: so the second server brings what is done outside of the lock.

Two servers on one machine share its cores with the database and with who sends, so what a machine more would bring does
not show by itself. It is measured twice: as they are, and with every program process held back to a share of a core, as
on two small machines beside a database that has room. Each round measures both ways in turn, so that whatever else the
machine does is shared alike.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path

import psutil

from tests.bench.load import Load, run
from tests.bench.ours import Ours, Work
from tests.databases import a_postgresql
from tests.server import Installation, free_port

ROUNDS, SECONDS, MESSAGES = 5, 3.0, 1500
AT_WORK, HELD_BACK = 0.004, 0.016  # seconds, in turn: a fifth of a core


def main() -> None:
    """Prepare, measure in turn, print."""
    with ExitStack() as ending:
        url = ending.enter_context(a_postgresql(durable=True)).empty()
        home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))) / "ours"
        ours = Ours(home, free_port(), 1)
        ours.installation.database = url
        ours.prepare()
        servers = (ours.installation, Installation(home, free_port(), url, workers=1))
        for each in servers:
            ending.callback(each.stop)
            each.start()
        for what, work in (("messages", ours.messages(4 * ROUNDS * MESSAGES)), ("ballots", ours.ballots())):
            compare(what, work, servers)


def compare(what: str, work: Work, servers: tuple[Installation, Installation]) -> None:
    """Send *work* to one of *servers* and to both, in turn, and print what came of it."""
    left = cycle(work.requests) if work.again else iter(work.requests)
    for how, slowly in (("as they are", False), ("each held back to a fifth of a core", True)):
        found: dict[int, list[float]] = {1: [], 2: []}
        for number in range(ROUNDS):
            for many in (1, 2) if number % 2 else (2, 1):
                ports = (servers[0].port, servers[many - 1].port)
                with held_back(servers if slowly else ()):
                    found[many].append(per_second(ports, left, work.holding))
        one, two = (statistics.median(found[many]) for many in (1, 2))
        print(
            f"{how}: one server {one:4.0f} {what} a second, two {two:4.0f}, which is {two / one:.2f} times", flush=True
        )


def per_second(ports: tuple[int, int], left: Iterator[bytes], holding: bytes) -> float:
    """Send to both *ports* at once, from a process each, and return how many were taken in a second."""
    parts = [[next(left) for _ in range(MESSAGES // 2)] for _ in ports]
    with ThreadPoolExecutor(len(ports)) as senders:
        loads: list[Load] = list(senders.map(partial(send, holding=holding), ports, parts))
    wrong = sum(load.wrong for load in loads)
    if wrong:
        raise RuntimeError(f"{wrong} wrong answers")
    return sum(load.per_second for load in loads)


def send(port: int, requests: list[bytes], holding: bytes) -> Load:
    return run(port, requests, SECONDS, once=True, holding=holding)


@contextmanager
def held_back(servers: tuple[Installation, ...]) -> Iterator[None]:
    """Within this block let the programs of *servers* work for a share of the time alone."""
    over = threading.Event()
    keepers = [threading.Thread(target=keep_back, args=(each, over)) for each in servers]
    for each in keepers:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in keepers:
            each.join()


def keep_back(server: Installation, over: threading.Event) -> None:
    assert server.process
    workers = psutil.Process(server.process.pid).children(recursive=True)
    while not over.is_set():
        for each in workers:
            each.suspend()
        over.wait(HELD_BACK)
        for each in workers:
            each.resume()
        over.wait(AT_WORK)


if __name__ == "__main__":
    main()
