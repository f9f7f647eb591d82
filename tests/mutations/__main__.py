"""Change copies of the demo's ledger and its results 8,000 times, and see each one named: `make test-mutations`.

    make test-mutations                      2,000 of each: ledger, results, their public parts, a closed log
    make test-mutations ARGS="500 7"         500 of each, by another seed

Ends in status 1 with a list of the changes that `governance verify` did not name, or that it answered with a traceback.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from governance import demo, sealing
from governance.ballots.models import Bundle
from governance.ledger import service as ledger
from governance.storage.database import db
from tests.databases import migrate
from tests.demo.served import an_app
from tests.mutations.closed import closed_logs
from tests.mutations.unnoticed import in_bundles, in_copies

EACH, SEED = 2_000, 1


def main() -> None:
    """Load a demo, copy its ledger and results, and change them."""
    words = [int(word) for word in sys.argv[1:]]
    each, seed = (*words, EACH, SEED)[:2] if len(words) < 2 else words[:2]
    with tempfile.TemporaryDirectory() as folder, sealing.cheap_for_tests():
        logs, results = _of_a_demo(Path(folder))
        missed = list(_missed(random.Random(seed), logs, results, each))
    print("\n".join(missed))
    print(f"{(len(logs) + len(results)) * each} changes, {len(missed)} not named.")
    sys.exit(bool(missed))


def _missed(dice: random.Random, logs: list[Path], results: list[list[bytes]], each: int) -> Iterator[str]:
    for log in logs:
        yield from in_copies(dice, log, each)
    for bundles in results:
        yield from in_bundles(dice, bundles, each)


def _of_a_demo(folder: Path) -> tuple[list[Path], list[list[bytes]]]:
    (folder / "home").mkdir()
    app = an_app(folder / "home")
    demo.load_once(app, lambda app: migrate(app.config["SQLALCHEMY_DATABASE_URI"]))
    with app.app_context():
        ledger.export(db.session, app.extensions["keyfolder"], folder / "copy")
        rows = list(db.session.query(Bundle))
        results = [[row.whole for row in rows if row.whole], [row.public for row in rows]]
    logs = [folder / "copy", *closed_logs(app, folder / "closed")]
    with app.app_context():
        db.engine.dispose()
    return logs, results


if __name__ == "__main__":
    main()
