"""The faults of a bad day. Each is real: a process that is killed, a disk that is full, a server that is stopped."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run
from typing import Any

import psutil
import psycopg

from governance.clockwork.timekeeping import Doubt
from governance.commands.clock_check import WORDS
from tests.server import Installation
from tests.soak.the_clock import Clock

YEAR_AHEAD, DAY_BACK = 400 * 86_400, -86_400
MEGABYTE = bytes(2**20)
Sleep = Callable[[float], None]


@dataclass
class Site:
    """What a fault may touch: the server, the disk with all it writes, the clocks, and PostgreSQL where that is used.

    PostgreSQL has a clock of its own, as on a machine of its own. While the two differ the program believes neither
    (`clockwork/timekeeping.py`).
    """

    here: Installation
    disk: Path
    clock: Clock
    database_clock: Clock
    right: int  # How far the site's clock stands from this machine's while it is right.
    postgresql: Any = None
    wrong: list[str] = field(default_factory=list)

    def set_clocks(self, seconds: int) -> None:
        """Let both clocks stand so many *seconds* away from what is right."""
        for each in (self.clock, self.database_clock):
            each.set(self.right + seconds)

    def start_postgresql(self) -> None:
        """Start it by its clock. One that was started otherwise would go by the clock of this machine."""
        with self.database_clock.given():
            self.postgresql.start()

    def server_is_up(self) -> bool:
        return self.here.process is not None and self.here.process.poll() is None


@dataclass(frozen=True)
class Fault:
    """What goes wrong for some seconds. *ends_processes*: whether the server's processes begin anew after it."""

    name: str
    strike: Callable[[Site, random.Random, float, Sleep], None]
    ends_processes: bool = False


def kill_all(site: Site, chance: random.Random, seconds: float, sleep: Sleep) -> None:
    """Pull the plug of the whole server, and start it again."""
    site.here.kill()
    sleep(seconds / 4)
    site.here.start()


def kill_one(site: Site, chance: random.Random, seconds: float, sleep: Sleep) -> None:
    """Kill one of the processes that make pages."""
    with suppress(ProcessLookupError):
        os.kill(chance.choice(processes(site)).pid, signal.SIGKILL)
    sleep(seconds / 4)


def fill_the_disk(site: Site, chance: random.Random, seconds: float, sleep: Sleep) -> None:
    """Write to the disk until nothing fits any more; then free it."""
    filler = site.disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(MEGABYTE) == len(MEGABYTE):
            pass
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(MEGABYTE[:4096]):
            pass
    sleep(seconds)
    filler.unlink()
    if site.postgresql and not until(lambda: _is_up(site.postgresql), 5):
        site.start_postgresql()  # It ends by itself where its own log cannot be written.


def _is_up(postgresql: Any) -> bool:
    with suppress(OSError, ValueError, psycopg.OperationalError), psycopg.connect(postgresql.get_uri()):
        return True
    return False


def stop_the_database(site: Site, chance: random.Random, seconds: float, sleep: Sleep) -> None:
    """Stop PostgreSQL at once, as a power cut does; hold the only lock of a SQLite database."""
    if site.postgresql:
        first = int((Path(site.postgresql.pgdata) / "postmaster.pid").read_text().splitlines()[0])
        os.kill(first, chance.choice((signal.SIGQUIT, signal.SIGINT)))  # "Immediate" and "fast".
        psutil.Process(first).wait(60)
        sleep(seconds)
        site.start_postgresql()
        return
    with closing(sqlite3.connect(site.here.home / "programme.db", isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN EXCLUSIVE")
        sleep(seconds)
        other.execute("ROLLBACK")


def set_the_clock(site: Site, chance: random.Random, seconds: float, sleep: Sleep) -> None:
    """Set the clock a year ahead or a day back, have a round come by, and set it right."""
    site.set_clocks(chance.choice((YEAR_AHEAD, DAY_BACK)))
    sleep(seconds / 2)
    command(site, "tick")
    sleep(seconds / 2)
    site.set_clocks(0)


def part_the_clocks(site: Site, chance: random.Random, seconds: float, sleep: Sleep) -> None:
    """Set the clock of PostgreSQL alone: the program believes neither, until both say the same again."""
    if not site.postgresql:
        set_the_clock(site, chance, seconds, sleep)
        return
    site.database_clock.set(site.right + chance.choice((YEAR_AHEAD, DAY_BACK)))
    told = command(site, "clock")
    sleep(seconds)
    site.set_clocks(0)
    if told[0] != 1 or WORDS[Doubt.APART] not in told[1]:
        site.wrong.append(f"the clock of the database was wrong, and the program said {told}")
    if (told := command(site, "clock"))[0]:
        site.wrong.append(f"the clocks were set right, and the program said {told}")


FAULTS = (
    Fault("all killed", kill_all, ends_processes=True),
    Fault("one killed", kill_one, ends_processes=True),
    Fault("disk full", fill_the_disk),
    Fault("database stopped", stop_the_database),
    Fault("clock wrong", set_the_clock),
    Fault("clocks apart", part_the_clocks),
)


def command(site: Site, *arguments: str) -> tuple[int, str]:
    """Run a command by the site's clock; return its status and all that it said."""
    typing = [sys.executable, "-m", "governance.cli", *arguments]
    done = run(typing, env=site.here.environ, capture_output=True, text=True, timeout=600, check=False)
    return done.returncode, done.stdout + done.stderr


def processes(site: Site) -> list[psutil.Process]:
    """Return the processes that make pages."""
    if not site.server_is_up():
        return []
    assert site.here.process
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(site.here.process.pid).children()
    return []


@contextmanager
def a_small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of so many megabytes at *folder*. It takes root."""
    folder.mkdir()
    run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        run(["umount", "--lazy", str(folder)], check=True)


def until(so: Callable[[], bool], seconds: float) -> bool:
    """Wait until it is *so*, for at most so many *seconds*; return whether it is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            if so():
                return True
        time.sleep(0.2)
    return False
