"""Change copies of the demo's ledger and its results 4,000 times, and see each one named: `make test-mutations`.

    make test-mutations                      2,000 of each
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
from tests.mutations.unnoticed import in_bundles, in_copies

EACH, SEED = 2_000, 1


def main() -> None:
    """Load a demo, copy its ledger and results, and change them."""
    words = [int(word) for word in sys.argv[1:]]
    each, seed = (*words, EACH, SEED)[:2] if len(words) < 2 else words[:2]
    with tempfile.TemporaryDirectory() as folder, sealing.cheap_for_tests():
        copy, bundles = _of_a_demo(Path(folder))
        missed = list(_missed(random.Random(seed), copy, bundles, each))
    print("\n".join(missed))
    print(f"{2 * each} changes, {len(missed)} not named.")
    sys.exit(bool(missed))


def _missed(dice: random.Random, copy: Path, bundles: list[bytes], each: int) -> Iterator[str]:
    yield from in_copies(dice, copy, each)
    yield from in_bundles(dice, bundles, each)


def _of_a_demo(folder: Path) -> tuple[Path, list[bytes]]:
    (folder / "home").mkdir()
    app = an_app(folder / "home")
    demo.load_once(app, lambda app: migrate(app.config["SQLALCHEMY_DATABASE_URI"]))
    with app.app_context():
        ledger.export(db.session, app.extensions["keyfolder"], folder / "copy")
        wholes = [row.whole for row in db.session.query(Bundle) if row.whole]
        db.engine.dispose()
    return folder / "copy", wholes


if __name__ == "__main__":
    main()
