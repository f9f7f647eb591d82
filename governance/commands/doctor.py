"""What `governance doctor` looks at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from governance import clock, database, timekeeping, witnessing
from governance.assets import folder
from governance.database import db
from governance.errors import NotReady
from governance.feedback import service as feedback
from governance.founding import SECRETS
from governance.keyfolder import ESCROW_FILE, KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.places import service as places


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is fine, and a sentence that says what to do when it is not."""

    fine: bool
    words: str


def findings(app: Flask) -> list[Finding]:
    """Look at everything once and return what was found, in order."""
    keys: KeyFolder = app.extensions["keyfolder"]
    found = list(migrations()) + list(key_folder(keys)) + list(database_settings())
    if not all(finding.fine for finding in found):
        return found
    with database.snapshot() as session:  # People write while the doctor looks.
        for look in (the_clock, readers, ledgers, intake, opening):
            found += look(session, keys)
    return found + witnesses(db.session)


def migrations() -> Iterator[Finding]:
    """The tables are as this version of the program expects them."""
    with db.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory(str(folder("migrations"))).get_current_head()
    yield Finding(
        here == newest,
        "The tables are up to date."
        if here == newest
        else "The tables are old. Make a backup, then start the program once: it brings them up to date.",
    )


def key_folder(keys: KeyFolder) -> Iterator[Finding]:
    """The secrets are there, only the server's account reads them, and the escrow is fresh."""
    missing = [
        name for name in ("programme", "recovery.public", "reader-chain.anchor", *SECRETS) if keys.read(name) is None
    ]
    yield Finding(
        not missing,
        f"The key folder lacks {', '.join(missing)}. Restore it from the escrow with two recovery shares."
        if missing
        else "The key folder is complete.",
    )
    private = keys.path.is_dir() and keys.path.stat().st_mode & 0o077 == 0
    yield Finding(
        private,
        "Only this account reads the key folder."
        if private
        else f"Others can read the key folder. Run: chmod -R go-rwx {keys.path}",
    )
    escrow = keys.escrow_path / ESCROW_FILE
    newest = max((path.stat().st_mtime for path in _files(keys.path)), default=0.0)
    fresh = escrow.exists() and escrow.stat().st_mtime >= newest
    yield Finding(
        fresh,
        "The escrow of the secrets is fresh."
        if fresh
        else "The escrow of the secrets is missing or old. It is written again at the next change of a key.",
    )


def _files(path: Path) -> list[Path]:
    return (
        [file for file in path.iterdir() if file.is_file() and not file.name.startswith(".")] if path.is_dir() else []
    )


POSTGRESQL = (("track_commit_timestamp", "off"), ("log_statement", "none"), ("log_min_duration_statement", "-1"))
SQLITE = (("secure_delete", "1"), ("foreign_keys", "1"), ("synchronous", "2"))


def database_settings() -> Iterator[Finding]:
    """The database keeps no times of its own and logs no statements (`docs/voting.md` 5)."""
    on_server = db.engine.dialect.name == "postgresql"
    for name, wanted in POSTGRESQL if on_server else SQLITE:
        value = str(db.session.execute(text(f"SHOW {name}" if on_server else f"PRAGMA {name}")).scalar_one())
        mend = f" Set it to {wanted}: as it is, it helps to trace people." if value != wanted else ""
        yield Finding(value == wanted, f"The database's {name} is {value}.{mend}")


Look = Callable[[Session, KeyFolder], list[Finding]]


def the_clock(session: Session, keys: KeyFolder) -> list[Finding]:
    """The time fits what was seen before, and two people have seen to it where it did not."""
    doubt = timekeeping.in_doubt(session)
    if doubt:
        effect = "Nothing is let out but what is urgent, and nothing is deleted."
        return [Finding(False, f"{timekeeping.WHY[doubt]} {effect} Set it right, or run: governance clock accept")]
    if not timekeeping.may_destroy(session):
        mend = "Old messages and keys stay until two people sign: governance clock accept"
        return [Finding(False, f"The clock was wrong, and nothing is deleted since. {mend}")]
    return [Finding(True, "The clock fits what was seen before.")]


def readers(session: Session, keys: KeyFolder) -> list[Finding]:
    """The readers' chain verifies from its anchor."""
    try:
        count = len(people.readers(session, keys))
    except (NotReady, people.ChainBroken) as error:
        return [
            Finding(False, f"The readers' chain does not hold: {error} Nobody should read until this is understood.")
        ]
    return [Finding(True, f"The readers' chain holds: {count} readers.")]


def ledgers(session: Session, keys: KeyFolder) -> list[Finding]:
    """Both ledgers agree with every head that was ever signed."""
    return [
        finding
        for log in ("decisions", "intake")
        for finding in [Finding(False, f"Ledger {log}: {problem}") for problem in ledger.check(session, keys, log)]
        or [Finding(True, f"The ledger of {log} agrees with every signed head.")]
    ]


def witnesses(session: Session) -> list[Finding]:
    """No witness has seen more of our ledgers than is here, or another history."""
    names = [each.name for each in ledger.witnesses(session) if each.url]
    wrong = witnessing.disagreements() if names else []
    fine = [Finding(True, f"No witness that answers has seen anything else than this: {', '.join(names)}.")]
    return [Finding(False, words) for words in wrong] or (fine if names else [])


def intake(session: Session, keys: KeyFolder) -> list[Finding]:
    """Every leaf of the intake ledger opens as live, tombstone, expired or dummy."""
    problems = feedback.audit(session, keys, clock.today())
    return [Finding(False, f"Messages: {problem}") for problem in problems] or [
        Finding(True, "Every message that was released is accounted for.")
    ]


def opening(session: Session, keys: KeyFolder) -> list[Finding]:
    """What still stands before feedback can open; said, and not an error."""
    if places.programme(session) is None:
        return [Finding(False, "There is no programme yet. Begin with: governance init")]
    missing = places.missing_before_opening(session, keys, clock.today())
    return [Finding(True, f"Feedback cannot open yet: {sentence}") for sentence in missing]
