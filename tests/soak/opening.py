"""How long opening the box of the largest board keeps others from writing: `make soak ARGS=opening`.

A charter has 25 voting seats at most. Each of them votes by a card; then two tellers hand in their parts one after
another, as they do on the page. With the first the box is closed, with the second it is opened, counted and published.

    python -m tests.soak.opening

Exit status 1 when a writer waited for longer than a quarter of a second on either database.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from governance import sealing
from governance.ballots import service as ballots
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.storage import database
from tests.ballots.factories import AFTER, Vote, a_vote
from tests.databases import migrate
from tests.people.factories import open_with
from tests.server import Installation
from tests.soak.holding import MOST, addresses, url_of
from tests.soak.waiting import a_writer

LARGEST = (SeatClass.LIVED,) * 25
SECRETS = ("pepper", "held.key", "ledger-decisions.key", "ledger-intake.key")


def main() -> None:
    """Measure on both databases."""
    longest = 0.0
    for name, url in addresses():
        with tempfile.TemporaryDirectory() as home:
            longest = max(longest, measure(name, Installation(Path(home), 8000, url)))
    sys.exit(longest > MOST)


def measure(name: str, installation: Installation) -> float:
    """Have all vote, and open the box."""
    migrate(url_of(installation))
    with installation.app().app_context(), database.writing():
        vote = voted(installation.keys())
        waits = [_handed_in(name, url_of(installation), vote, which) for which in (0, 1)]
        database.db.session.remove()
        database.db.engine.dispose()
    return max(waits)


def voted(keys: KeyFolder) -> Vote:
    """Return the vote of a board of the largest size, in which everybody voted."""
    keys.write("programme", b"a-large-board")
    for each in SECRETS:
        keys.make(each)
    keys.write("recovery.public", sealing.new_pair().public)
    vote = a_vote(database.db.session, keys, classes=LARGEST)
    vote.cast(*(("yes", "no", "abstain")[at % 3] for at in range(len(LARGEST))))
    database.db.session.commit()
    return vote


def _handed_in(name: str, url: str, vote: Vote, which: int) -> float:
    teller = open_with(vote.session, vote.keys, vote.tellers[which])
    vote.session.commit()
    with a_writer(url) as waits:
        began = time.perf_counter()
        with database.transaction() as session:
            ballots.hand_in_part(session, vote.keys, vote.ballot, teller, AFTER)
        took = time.perf_counter() - began
    what = ("closed", "opened and counted")[which]
    print(
        f"{name:10} {len(LARGEST)} ballots {what:18} in {took:5.2f} s; a writer waited {waits.longest * 1000:6.1f} ms",
        flush=True,
    )
    return waits.longest


if __name__ == "__main__":
    main()
