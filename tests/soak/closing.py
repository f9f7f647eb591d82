"""How long the close of a large box keeps others from writing, and what it takes of memory: `make soak ARGS=closing`.

The box is full of what nobody can open, each as long as a sealed ballot: what is measured is the close, in which the
box is laid afresh for the last time and its root goes into the ledger.

    python -m tests.soak.closing [BALLOTS]

Exit status 1 when a writer waited for longer than a quarter of a second on either database.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import insert, update

from governance import clock
from governance.ballots.box.closing import ClosedBox
from governance.ballots.box.root import fix_root
from governance.ballots.models import Ballot, Box
from governance.storage import database
from tests.factories import Founded
from tests.server import Installation
from tests.soak.founding import an_open_vote
from tests.soak.holding import MOST, SEALED_BYTES, addresses, url_of
from tests.soak.waiting import a_writer

AT_ONCE = 2_000


def main() -> None:
    """Measure on both databases."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    longest = 0.0
    for name, url in addresses():
        with tempfile.TemporaryDirectory() as home:
            longest = max(longest, measure(name, Installation(Path(home), 8000, url), number))
    sys.exit(longest > MOST)


def measure(name: str, installation: Installation, number: int) -> float:
    """Fill the box of a vote that is over, and close it."""
    founded, _ = installation.found()
    now = clock.now()
    vote = fill(founded, now, number)
    before = psutil.Process().memory_info().rss
    with a_writer(url_of(installation)) as waits:
        began = time.perf_counter()
        with database.transaction() as session:
            fix_root(session, founded.keys, ClosedBox(session.get_one(Ballot, vote)), now.date())
        took = time.perf_counter() - began
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    print(
        f"{name:10} {number} ballots closed in {took:6.2f} s; a writer waited {waits.longest * 1000:7.1f} ms; "
        f"{grown:4.0f} MB more",
        flush=True,
    )
    installation.close()
    return waits.longest


def fill(founded: Founded, now: datetime, number: int) -> int:
    """Put *number* ballots into the box of a vote that has closed; return its row's number."""
    ballot = an_open_vote(founded, now)
    for start in range(0, number, AT_ONCE):
        rows = [
            {"ballot_id": ballot.id, "drop_tag": secrets.token_bytes(32), "sealed": secrets.token_bytes(SEALED_BYTES)}
            for _ in range(min(AT_ONCE, number - start))
        ]
        founded.session.execute(insert(Box), rows)
        founded.session.commit()
    times = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(hours=1)}
    founded.session.execute(update(Ballot).where(Ballot.id == ballot.id).values(times))
    founded.session.commit()
    return int(ballot.id)


if __name__ == "__main__":
    main()
