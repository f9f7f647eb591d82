"""What `governance doctor` looks at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from governance import clock, database, timekeeping, witnessing
from governance.commands import from_outside, own_database, wanted_secrets
from governance.config import Config
from governance.database import db
from governance.errors import NotReady, RuleRefused
from governance.feedback import service as feedback
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.places import service as places

READ_BY_OTHERS, WRITTEN_BY_OTHERS = 0o077, 0o022


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is fine, and a sentence that says what to do when it is not."""

    fine: bool
    words: str


def findings(app: Flask) -> list[Finding]:
    """Look at everything once and return what was found, in order. Nothing that is found ends the round."""
    keys: KeyFolder = app.extensions["keyfolder"]
    settings: Config = app.config["SETTINGS"]
    found = [
        *_looked("tables", migrations),
        *the_escrow(keys),
        *rights(settings),
        *_looked("database's settings", database_settings),
    ]
    with database.snapshot() as session:  # People write while the doctor looks.
        for name, look in LOOKS:
            found += _looked(name, partial(look, session, keys))
    found += _looked("witnesses", lambda: witnesses(db.session))
    return found + [Finding(fine, words) for fine, words in from_outside.look(settings)]


def _looked(at: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Return what *look* found, or that it could not look: a damaged page or a lost key ends one look and no other."""
    try:
        return list(look())
    except (NotReady, RuleRefused) as error:
        return [Finding(False, f"The {at} cannot be looked at: {error}")]
    except OperationalError:
        db.session.rollback()
        return [Finding(False, f"The {at} cannot be read: the database does not answer. Check GOVERNANCE_DATABASE.")]
    except SQLAlchemyError as error:
        db.session.rollback()
        kind = type(error).__name__
        return [Finding(False, f"The {at} cannot be read ({kind}). Stop the program, and go back to a backup.")]


def migrations() -> Iterator[Finding]:
    """The tables are as this version of the program expects them."""
    fine = own_database.revision() == own_database.newest_revision()
    old = "The tables are old. Make a backup, then start the program once: it brings them up to date."
    yield Finding(fine, "The tables are up to date." if fine else old)


def the_escrow(keys: KeyFolder) -> Iterator[Finding]:
    """The escrow is there, can be read, and holds what the key folder holds."""
    wrong = ""
    if not keys.escrow_file.exists():
        wrong = "The escrow of the secrets is missing: a broken disk would lose every message."
    elif not keys.escrow_can_be_read():
        wrong = "The escrow of the secrets is damaged: after a broken disk it would bring nothing back."
    elif not keys.escrow_is_current():
        wrong = "The escrow of the secrets is old: it does not hold what the key folder holds."
    again = "To write it again: governance tick"
    yield Finding(not wrong, f"{wrong} {again}" if wrong else "The escrow holds what the key folder holds.")


def secrets(session: Session, keys: KeyFolder) -> list[Finding]:
    """Every secret is there that the database speaks of."""
    missing = wanted_secrets.missing(session, keys, clock.today())
    return [Finding(False, _what_is_lost(name)) for name in missing] or [Finding(True, "The key folder is complete.")]


def _what_is_lost(name: str) -> str:
    lost = "People cannot send messages" if name.startswith("period-") else "Not all of the program works"
    return f"The key of {name} is gone. {lost} until: governance recover"


def rights(settings: Config) -> Iterator[Finding]:
    """Only this account reads what the program keeps, and only it changes the escrow."""
    url = db.engine.url
    database_file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    for what, path, forbidden, mend in (
        ("the home folder", settings.home, READ_BY_OTHERS, "chmod go-rwx"),
        ("the key folder", settings.keys, READ_BY_OTHERS, "chmod -R go-rwx"),
        ("the database", database_file, READ_BY_OTHERS, "chmod go-rwx"),
        ("the escrow", settings.escrow, WRITTEN_BY_OTHERS, "chmod -R go-w"),
    ):
        if path is not None and path.exists():
            may = "read" if forbidden == READ_BY_OTHERS else "change"
            looked_at = [path] if path == settings.home else [path, *_files(path)]
            wrong = [each for each in looked_at if each.stat().st_mode & forbidden]
            yield Finding(not wrong, f"Others can {may} {what}. Run: {mend} {path}" if wrong else _safe(may, what))


def _safe(may: str, what: str) -> str:
    return f"Only this account can {may} {what}."


def _files(path: Path) -> list[Path]:
    return [each for each in path.iterdir() if each.is_file()] if path.is_dir() else []


POSTGRESQL = (("track_commit_timestamp", "off"), ("log_statement", "none"), ("log_min_duration_statement", "-1"))
SQLITE = (("secure_delete", "1"), ("foreign_keys", "1"), ("synchronous", "2"))


def database_settings() -> Iterator[Finding]:
    """The database keeps no times of its own and logs no statements (`docs/voting.md` 5)."""
    on_server = db.engine.dialect.name == "postgresql"
    for name, wanted in POSTGRESQL if on_server else SQLITE:
        value = str(db.session.execute(text(f"SHOW {name}" if on_server else f"PRAGMA {name}")).scalar_one())
        mend = f" Set it to {wanted}: as it is, it helps to trace people." if value != wanted else ""
        yield Finding(value == wanted, f"The database's {name} is {value}.{mend}")


def damage(session: Session, keys: KeyFolder) -> list[Finding]:
    """No page of a SQLite file is damaged, in whichever table."""
    if db.engine.dialect.name != "sqlite":
        return []
    said = session.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    broken = "The database file is damaged. Stop the program, keep a copy of the file, and go back to a backup."
    return [Finding(said == "ok", "The database file is whole." if said == "ok" else broken)]


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
    return [Finding(False, f"{each} {ledger.OLDER}") for each in ledger.behind(session, keys)] + [
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


Look = Callable[[Session, KeyFolder], list[Finding]]
LOOKS: tuple[tuple[str, Look], ...] = (
    ("clock", the_clock),
    ("secrets", secrets),
    ("database file", damage),
    ("readers' chain", readers),
    ("ledgers", ledgers),
    ("messages", intake),
    ("places", opening),
)
