"""How long an upgrade keeps the site shut, and then makes one writer wait, with a million messages.

From the first version to this one, on SQLite and then on PostgreSQL.

    make soak ARGS=upgrading
    python -m tests.soak.upgrading [MESSAGES]

Shut: from the start of `serve` until the tables are new. Then the copy of how they were is sealed while people write.
Exit status 1 when it was shut for longer than ten seconds, or a writer waited for longer than one.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from governance.backup import raw_copy
from governance.commands import upgrading
from governance.programme import daily_backup
from governance.storage.database import db
from tests.databases import a_postgresql
from tests.older import an_older_programme
from tests.server import Installation
from tests.soak.waiting import while_writing

FIRST, SHUT, MOST = "0001", 10.0, 1.0  # seconds


class Steps:
    """How long each step took, in seconds, by its name."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}

    def timed(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        """Return *do*, which notes how long it took."""

        def done(*of: Any) -> Any:
            began = time.perf_counter()
            try:
                return do(*of)
            finally:
                self.took[name] = time.perf_counter() - began

        return done


def main() -> None:
    """Measure on both databases."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    well = True
    with tempfile.TemporaryDirectory() as home, a_postgresql(durable=True) as server:
        for name, url, newest in (
            ("SQLite", f"sqlite:///{home}/old.db", f"sqlite:///{home}/new.db"),
            ("PostgreSQL", server.empty(), server.empty()),
        ):
            here = Installation(Path(home) / name, 8000, url)
            an_older_programme(here, newest, FIRST, number)
            well &= is_quick(name, here)
    sys.exit(not well)


def is_quick(name: str, here: Installation) -> bool:
    """Do what `serve` does to older tables, and then its first round. Return whether both were as quick as promised."""
    url, app = here.environ["GOVERNANCE_DATABASE"], here.app()
    steps = Steps()
    with mock.patch.object(raw_copy, "take", steps.timed("the copy", raw_copy.take)), app.app_context():
        size = raw_copy.size(db.session.connection()) / 1e9
        db.session.remove()
        steps.timed("all", upgrading.bring_up_to_date)(app)
    shut, copied = steps.took["all"], steps.took["the copy"]
    print(f"{name:10} of {size:.2f} GB was shut for {shut:6.2f} s, {copied:.2f} s of that for the copy", flush=True)

    def seal() -> None:
        for copy in raw_copy.left(db.engine):
            daily_backup.seal(app, copy)

    with app.app_context():
        longest = while_writing(name, url, "to seal the copy", seal)
    return shut < SHUT and longest < MOST


if __name__ == "__main__":
    main()
