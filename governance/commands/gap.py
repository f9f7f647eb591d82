"""`governance gap`: less is here than was signed, and no backup is newer. The board says so in public."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import click

from governance import clock
from governance.board import service as board
from governance.commands import own_database, running
from governance.commands.app import a_founded_app
from governance.commands.shares import check_the_board_is_here
from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger import service as ledger
from governance.people import service as people
from governance.programme import witnessing
from governance.ruling.errors import NotReady, RuleRefused
from governance.storage import database
from governance.storage.database import db

IN_WORDS = "In the board's words, for everybody to read: what happened, and what is missing"


@click.command()
def gap() -> None:
    """Say in the ledger what is missing, so that signing can go on. Two of the three recovery shares are asked for.

    First look for a newer backup, or a copy (governance ledger mend). Without a terminal the shares and the words are
    read from the input, a line each.
    """
    app = a_founded_app()
    own_database.check(app)
    keys = app.extensions["keyfolder"]
    with running.stopped(app.config["SETTINGS"].home), app.app_context():
        signed, anew = known(keys)
        changed = {log for log in rules.LOGS if ledger.changed_lines(db.session, log)}
        db.session.rollback()
        if not anew | changed:
            raise NotReady("Nothing is missing: the database holds all that was signed. Nothing was changed.")
        click.echo("Type two of the board's three recovery shares.")
        check_the_board_is_here(keys)
        words = naming_nobody(click.prompt(IN_WORDS))
        names = state(keys, words, signed, anew | changed, changed)
        tell(keys, names)


def naming_nobody(words: str) -> str:
    """Return the *words*, asked for anew as long as the name of a member or a seat stands in them: all will read them.

    Call it once the rows are there that have the names, and nothing is written yet.
    """
    while True:
        words = ledger.checked_words(words)
        try:
            board.check_names_nobody(db.session, words)
        except RuleRefused as refusal:
            click.echo(str(refusal))
            words = click.prompt(IN_WORDS)
        else:
            return words
        finally:
            db.session.rollback()


def known(keys: KeyFolder) -> tuple[dict[str, int], set[str]]:
    """Return how many entries each log is known to have signed, and the logs that do not hold it."""
    newest = {log: ledger.head(db.session, log) for log in rules.LOGS}
    signed = {log: head.size if head else 0 for log, head in newest.items()}
    behind = ledger.behind(db.session, keys)
    db.session.rollback()
    seen = witnessing.seen()
    for log, size in [(each.log, each.signed) for each in behind] + [*seen.items()]:
        signed[log] = max(signed[log], size)
    more = {log for log, size in seen.items() if size > ledger.size(db.session, log)}
    db.session.rollback()
    return signed, {each.log for each in behind} | more


def state(
    keys: KeyFolder, words: str, signed: Mapping[str, int], anew: Collection[str], changed: Collection[str] = ()
) -> dict[str, str]:
    """Say it in the ledger, and let the logs *anew* go on under the names that are returned.

    The lines that somebody changed in those that are *changed* are let go of. Where one may have held the charter in
    force, the newest one that is whole is taken on again.
    """
    with database.transaction() as session:
        names = ledger.state_gap(session, keys, words, clock.today(), signed, anew, changed)
        board.go_on_with_what_is_whole(session, clock.today())
        people.go_on_from_here(session, keys)  # Notices that came later are lost with it, and were not taken away.
    ledger.take_names(keys, names)
    return names


def tell(keys: KeyFolder, names: Mapping[str, str]) -> None:
    """Say how the ledgers go on."""
    click.echo("It stands in the ledger of decisions, and at /ledger for everybody.")
    if not names:
        click.echo("Both ledgers go on as before.")
    for log in names:
        click.echo(f"The ledger of {log} goes on under a new name. On the side of each witness, once:")
        click.echo(f"  governance witness trust {ledger.verifier_key(keys, log)}")
    click.echo("Start the program, and run: governance doctor")
