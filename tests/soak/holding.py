"""How long any duty and the backup make one writer wait: `make soak ARGS=holding`.

The day is large, and so is the vote: 12,000 messages, and a box of 2,000 ballots.

    python -m tests.soak.holding [MESSAGES]

Exit status 1 when a writer waited for longer than a quarter of a second.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert

from governance import clock
from governance.backup import making
from governance.ballots.models import Box
from governance.clockwork.rounds import Duty, Moment
from governance.programme import schedule
from governance.storage import tidying
from tests.databases import a_postgresql
from tests.factories import Founded
from tests.server import Installation
from tests.soak.founding import an_open_vote
from tests.soak.large import hold_many
from tests.soak.waiting import while_writing

MOST = 0.25  # seconds
BALLOTS, SEALED_BYTES = 2_000, 4_200
SECONDS_OF_NOTHING = 10  # How long a writer waits for whatever else the machine does; no duty can be below it.


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
    fill_a_box(founded, now)
    session.commit()

    def due(duty: Duty, moment: Moment) -> None:
        schedule.do(duty, moment, lambda: None)
        tidying.tidy()

    def back_up() -> None:
        making.write(founded.keys, installation.home, now.date(), installation.home / "one.backup")

    acts: list[tuple[str, Callable[[], None]]] = [
        (duty.name, partial(due, duty, Moment(now, now.date(), True))) for duty in schedule.DUTIES
    ]
    acts += [("back up", back_up)]
    acts += [(f"{duty.name}, later", partial(due, duty, much_later(now))) for duty in schedule.DUTIES]
    url = url_of(installation)
    while_writing(name, url, "nothing", lambda: time.sleep(SECONDS_OF_NOTHING))
    waits = [while_writing(name, url, what, do) for what, do in acts]
    installation.close()
    return max(waits)


def fill_a_box(founded: Founded, now: datetime) -> None:
    """Put many ballots into the box of an open vote, each as long as one is."""
    ballot = an_open_vote(founded, now)
    rows = [
        {"ballot_id": ballot.id, "drop_tag": secrets.token_bytes(32), "sealed": secrets.token_bytes(SEALED_BYTES)}
        for _ in range(BALLOTS)
    ]
    founded.session.execute(insert(Box), rows)


def much_later(now: datetime) -> Moment:
    """Return a moment at which everything has outlived its time."""
    later = now + timedelta(days=400)
    return Moment(later, later.date(), True)


def url_of(installation: Installation) -> str:
    return installation.environ["GOVERNANCE_DATABASE"]


if __name__ == "__main__":
    main()
