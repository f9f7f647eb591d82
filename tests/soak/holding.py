"""How long any duty makes one writer wait, with a large day and a large vote: `make soak ARGS=holding`.

    python -m tests.soak.holding [MESSAGES]

Exit status 1 when a writer waited for longer than a quarter of a second.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from governance import clock
from governance.programme import schedule
from governance.rounds import Duty, Moment
from tests.databases import a_postgresql
from tests.server import Installation
from tests.soak.large import hold_many
from tests.soak.waiting import a_writer

MOST = 0.25  # seconds


def main() -> None:
    """Measure on both databases."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 12_000
    longest = 0.0
    for name, url in addresses():
        with tempfile.TemporaryDirectory() as home:
            longest = max(longest, measure(name, Installation(Path(home), 8000, url), number))
    sys.exit(longest > MOST)


def addresses() -> Iterator[tuple[str, str]]:
    """Return an empty database of each kind: "" is a file in the installation's own folder."""
    yield "SQLite", ""
    with a_postgresql(durable=True) as server:
        yield "PostgreSQL", server.empty()


def measure(name: str, installation: Installation, number: int) -> float:
    """Do every duty on a day with *number* messages, then once more when their time is over."""
    founded, session = installation.found()
    now = clock.now()
    hold_many(session, founded.keys, number, now.date())
    session.commit()
    waits = [
        _while_writing(name, url_of(installation), duty, moment)
        for moment in (Moment(now, now.date(), True), much_later(now))
        for duty in schedule.DUTIES
    ]
    installation.close()
    return max(waits)


def much_later(now: datetime) -> Moment:
    """Return a moment at which everything has outlived its time."""
    later = now + timedelta(days=400)
    return Moment(later, later.date(), True)


def url_of(installation: Installation) -> str:
    return installation.environ["GOVERNANCE_DATABASE"]


def _while_writing(name: str, url: str, duty: Duty, moment: Moment) -> float:
    with a_writer(url) as waits:
        began = time.perf_counter()
        schedule.do(duty, moment, lambda: None)
        schedule.tidy()
        took = time.perf_counter() - began
    print(f"{name:10} {duty.name:18} took {took:6.2f} s, a writer waited {waits.longest * 1000:6.1f} ms", flush=True)
    return waits.longest


if __name__ == "__main__":
    main()
