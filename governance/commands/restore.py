"""`governance restore`: database, escrow and keys come back together, and the ledger goes on in the open.

Until the last step a mark lies in the key folder, and no other command works: what was cut short is done again from the
beginning. `docs/decisions/013-after-a-loss.md` says when a log goes on under its name and when it takes a new one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy import delete

from governance import sealing
from governance.backup import restoring, sealed_file
from governance.backup.making import BackupFacts
from governance.clockwork import timekeeping
from governance.clockwork.lease import Lease
from governance.commands import gap, own_database, running
from governance.commands.app import an_app_of_a_command
from governance.commands.shares import key_of_two_shares
from governance.feedback import service as feedback
from governance.health import last_look, wanted_secrets
from governance.keys.escrow import EscrowBroken
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.ledger import note, rules
from governance.ledger import service as ledger
from governance.ledger.witness import Memory
from governance.people import service as people
from governance.people.models import SignIn
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db

OTHER_PROGRAMME = "This backup is of another programme than the key folder or the escrow here. Choose empty ones."


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Bring everything back from the backup FILE, into an empty place.

    It asks for two of the three recovery shares, and for the board's words on what was lost, which everybody can read
    from then on. Without a terminal these are read from the input, a line each.
    """
    own_database.check_known(sealed_file.check(file).get("tables", ""))
    app = an_app_of_a_command()
    keys, home = app.extensions["keyfolder"], app.config["SETTINGS"].home
    with running.stopped(home), app.app_context():
        _check_the_place_is_empty(keys)
        running.check_nobody_else_is_in(db.engine)
        click.echo("Type two of the board's three recovery shares.")
        private = key_of_two_shares()
        found = restoring.checked(file, private)
        _check_it_is_ours(keys, private)
        _check_we_made_it(keys, file)
        words = ledger.checked_words(click.prompt(gap.IN_WORDS))
        keys_were_here = _begin(keys)
        _bring_rows(file, private, found)
        words = gap.naming_nobody(words)  # The names came with the rows.
        _bring_keys(keys, private, found, keys_were_here)
        with database.transaction() as session:
            last_look.forget_others(session, keys, ())  # What came with the rows was found in other ones.
        witness = _bring_witness(home, found)
        names = gap.state(keys, words, *_missing(keys, keys_were_here))
        keys.end_restoring()
        _tell(keys, found, names, witness)


def _check_the_place_is_empty(keys: KeyFolder) -> None:
    """Refuse a database that holds anything, but what a restore into this same one has left half done."""
    half = keys.half_restored()
    if half is not None and half.get("database") != database.which(db.engine):
        raise NotReady("A restore into another database was not finished. Check GOVERNANCE_DATABASE.")
    if half is None:
        own_database.check_is_empty()


def _check_it_is_ours(keys: KeyFolder, private: bytes) -> None:
    ours = sealing.public_of(private)
    if people.was_recovery_key(keys, ours):
        return  # The backup is older than the shares of now; its own were brought.
    try:
        in_escrow = keys.escrow().recovery
    except EscrowBroken:
        in_escrow = ours  # None is here, or none that anybody can read: the backup's own takes its place.
    if keys.read(RECOVERY) not in (None, ours) or in_escrow != ours:
        raise NotReady(OTHER_PROGRAMME)


def _check_we_made_it(keys: KeyFolder, file: Path) -> None:
    """Refuse a backup that the key here did not sign. Where the keys are lost only the witnesses can tell."""
    if keys.read("programme") is None or keys.half_restored() is not None:
        return
    if not sealed_file.is_signed_by(file, note.public_key(ledger.private(keys, "decisions"))):
        raise NotReady("This backup was not made with the keys that are here. Nothing was changed. Take another one.")


def _begin(keys: KeyFolder) -> bool:
    """Leave the mark, and empty what a restore before has left; return whether the key folder was never lost."""
    half = keys.half_restored() or {}
    were_here = half.get("keys", "were here" if keys.read("programme") is not None else "were lost") == "were here"
    facts = {"database": database.which(db.engine), "keys": "were here" if were_here else "were lost"}
    keys.begin_restoring({**half, **facts})
    own_database.wipe()
    return were_here


def _bring_rows(file: Path, private: bytes, found: BackupFacts) -> None:
    """Make the tables as they were when the backup was made, fill them, and bring them to the newest version."""
    database.bring_to(found.revision)
    with database.writing(), db.engine.begin() as connection:
        restoring.load(connection, file, private)
    database.bring_to()
    with database.transaction() as session:
        session.execute(delete(Lease))
        session.execute(delete(SignIn))  # Who had signed out since would be signed in again.
        people.hand_over_unknown(session)


def _bring_keys(keys: KeyFolder, private: bytes, found: BackupFacts, keys_were_here: bool) -> None:
    """Bring the key folder back from the newest escrow there is, but for what was destroyed or is over."""
    if keys_were_here:
        keys.mend_escrow()
        return
    keys.put_escrow(found.escrow.encode())
    with database.snapshot() as session:
        over = wanted_secrets.destroyed(session)
        too_old = feedback.secrets_out_of_time(session, timekeeping.day_to_go_by(session))
    keys.restore(private, leave_out=over | too_old)
    for name in over & set(keys.escrow().sealed):
        keys.destroy(name)


def _missing(keys: KeyFolder, keys_were_here: bool) -> tuple[dict[str, int], set[str]]:
    """Return how many entries each log is known to have signed, and the logs that begin anew; note both in the mark.

    What is known of the old names is given up with the next step, so a restore that is run again has it from there.
    """
    signed, behind = gap.known(keys)
    # A key folder that came out of the backup cannot know what was signed after it.
    anew = behind if keys_were_here else set(rules.LOGS)
    half = keys.half_restored() or {}
    anew |= set(half.get("anew", "").split())
    before = json.loads(half.get("signed", "{}"))
    signed = {log: max(size, before.get(log, 0)) for log, size in signed.items()}
    keys.begin_restoring({**half, "anew": " ".join(sorted(anew)), "signed": json.dumps(signed)})
    return signed, anew


def _bring_witness(home: Path, found: BackupFacts) -> Memory | None:
    memory = Memory(home / "witness")
    if found.witness is None:
        return None
    memory.take_over(found.witness)
    return memory


def _tell(keys: KeyFolder, found: BackupFacts, names: Mapping[str, str], witness: Memory | None) -> None:
    click.echo(f"Everything is back as it was on {found.day}.")
    if witness:
        click.echo(f"You are a witness. Everybody you witness for must take your new key: {witness.key()}")
    gap.tell(keys, names)
    if set(names) == set(rules.LOGS):
        click.echo("Compare these keys with those your witnesses hold: that this backup is yours, only they can tell.")
