"""How long an upgrade makes one writer wait, with a million messages: `make soak ARGS=upgrading`.

    python -m tests.soak.upgrading [MESSAGES]

Exit status 1 when a writer waited for longer than a second.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from governance.backup import making
from governance.clock import today
from tests.databases import a_postgresql, migrate
from tests.older import an_older_programme
from tests.server import Installation
from tests.soak.waiting import while_writing

FIRST, MOST = "0001", 1.0  # second


def main() -> None:
    """Measure on both databases."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    longest = 0.0
    with tempfile.TemporaryDirectory() as home, a_postgresql(durable=True) as server:
        for name, url, newest in (
            ("SQLite", f"sqlite:///{home}/old.db", f"sqlite:///{home}/new.db"),
            ("PostgreSQL", server.empty(), server.empty()),
        ):
            here = Installation(Path(home) / name, 8000, url)
            an_older_programme(here, newest, FIRST, number)
            longest = max(longest, measure(name, here))
    sys.exit(longest > MOST)


def measure(name: str, here: Installation) -> float:
    """Do what `serve` does to older tables, and return the longest wait."""
    url = here.environ["GOVERNANCE_DATABASE"]
    app = here.app()

    def back_up() -> None:
        with app.app_context():
            making.write(here.keys(), here.home, today(), making.before_upgrade(here.home, None))

    return max(while_writing(name, url, "backup", back_up), while_writing(name, url, "tables", lambda: migrate(url)))


if __name__ == "__main__":
    main()
