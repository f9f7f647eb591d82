"""`governance recover`: the keys are lost and the database is there. Two recovery shares open the escrow."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import click
from sqlalchemy.orm import Session

from governance.clockwork import timekeeping
from governance.commands import own_database
from governance.commands.app import an_app_of_a_command
from governance.commands.shares import key_of_two_shares
from governance.feedback import service as feedback
from governance.health import wanted_secrets
from governance.keys.escrow import EscrowBroken
from governance.keys.keyfolder import RECOVERY, KeyFolder, belonging
from governance.people import service as people
from governance.ruling.errors import NotReady
from governance.storage import database

OTHERS_ESCROW = "The escrow is of another programme than the database. Check GOVERNANCE_ESCROW and GOVERNANCE_DATABASE."


@click.command()
def recover() -> None:
    """Bring lost keys back from the escrow, with two of the board's three recovery shares.

    Without a terminal the shares are read from the input, a line each.
    """
    app = an_app_of_a_command()
    keys: KeyFolder = app.extensions["keyfolder"]
    keys.check_not_half_restored()
    with app.app_context():
        _check_the_ground()
        with database.snapshot() as session:
            over = wanted_secrets.destroyed(session)
            day, doubt = timekeeping.day_to_go_by(session), timekeeping.in_doubt(session)
            too_old = feedback.secrets_out_of_time(session, day)
            _check_something_is_missing(keys, over | too_old)
            click.echo("Type two of the board's three recovery shares.")
            private = key_of_two_shares()
            _check_it_is_ours(session, keys, private)
            back = keys.restore(private, leave_out=over | too_old)
            for name in over & set(keys.escrow().sealed):
                keys.destroy(name)  # An old copy of the escrow lay there.
            still = wanted_secrets.missing(session, keys, day)
    for line in _told(back, still):
        click.echo(line)
    if doubt:
        click.echo(f"The clock is in doubt. What was wanted on {day} came back, and no more. Look: governance clock")
    if still:
        raise click.exceptions.Exit(1)


def _check_the_ground() -> None:
    """Refuse where no programme stands: what was destroyed is known by its database alone."""
    if own_database.missing_file() or not own_database.holds_a_programme():
        raise NotReady(
            "The database holds no programme. Check GOVERNANCE_DATABASE, and bring the database back before its keys."
        )
    own_database.check_version()


def _check_something_is_missing(keys: KeyFolder, left_out: Collection[str]) -> None:
    kept = keys.escrow()
    if keys.read(RECOVERY) not in (None, kept.recovery):
        raise EscrowBroken("The escrow is of another programme than the key folder. Check GOVERNANCE_ESCROW.")
    if not belonging(kept.sealed) - set(keys.names()) - set(left_out):
        raise NotReady("Nothing is missing that the escrow holds. Look with: governance doctor")


def _check_it_is_ours(session: Session, keys: KeyFolder, private: bytes) -> None:
    anchor = keys.read(people.ANCHOR) or keys.escrow().open(private, [people.ANCHOR]).get(people.ANCHOR)
    if anchor is not None and not people.chain_begins_with(session, anchor):
        raise EscrowBroken(OTHERS_ESCROW)


def _told(back: Collection[str], still: Collection[str]) -> Iterable[str]:
    yield ""
    yield f"{len(back)} {'secret is' if len(back) == 1 else 'secrets are'} back:"
    yield from (f"  {name}" for name in back)
    if still:
        yield "Still missing. An older copy of the escrow may hold them; put it in its place and run this again:"
        yield from (f"  {name}" for name in still)
    else:
        yield "Nothing is missing. Start the program, run: governance doctor, and lock the shares away again."
