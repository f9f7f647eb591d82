"""`governance shares`: three people come to this terminal, one after another, and each takes one recovery share."""

from __future__ import annotations

import sys

import click
from flask import Flask

from governance import clock
from governance.commands import by_card, own_database
from governance.commands.app import a_founded_app
from governance.people import service as people
from governance.people import typed_back
from governance.people.share_rules import ShareState
from governance.permissions.roles import Who
from governance.storage import database

ASKS = "Name of who takes a share now (nothing: nobody more)"
TYPE_BACK = "Type the first group and the last group"
EMPTY_SCREEN = "\033[3J"  # And what was scrolled away, which clearing leaves.


@click.command("shares")
def shares() -> None:
    """Hand the recovery shares over at this terminal, to people who come one after another with their own cards.

    It is the page /recovery-shares for where there is no tablet. Each sees one share, types a part of it back, and the
    screen is cleared. Without a terminal names and words are read from the input, a line each, and nothing is cleared.
    """
    app = a_founded_app()
    own_database.check(app)
    keys = app.extensions["keyfolder"]
    with app.app_context():
        people.settle(database.db.session, keys)
        database.db.session.rollback()
    while _how_they_stand(app):
        who = by_card.somebody(app, ASKS)
        if who is None:
            return
        with app.app_context():
            _hand_one(app, who)
    click.echo("Nothing waits here. Run: governance doctor")


def _how_they_stand(app: Flask) -> int:
    """Say how far the shares are with people; return how many still lie here."""
    with app.app_context():
        over = people.hand_over(database.db.session, app.extensions["keyfolder"])
        database.db.session.rollback()
    if over is None:
        click.echo("The shares of this programme were printed when it began.")
        return 0
    click.echo(f"{over.out} of 3 {'new ' if over.is_new_key else ''}shares are with people.")
    if over.is_new_key and over.old_out is None:
        click.echo("The old ones, which hold until two new ones are, were printed. It is not known who has them.")
    elif over.is_new_key:
        click.echo(f"Of the old ones, which hold until two new ones are, that is known of {over.old_out}.")
    return over.how_many(ShareState.WAITS, ShareState.SHOWN)


def _hand_one(app: Flask, who: Who) -> None:
    """Show one share to *who* until they have typed a part of it back."""
    keys, at_a_screen = app.extensions["keyfolder"], sys.stdin.isatty()
    with database.transaction() as session:
        people.claim_share(session, keys, who, clock.today())
    share = people.shown_share(database.db.session, keys, who)
    database.db.session.rollback()
    click.echo(f"\nShare {share.number} of 3. Only {who.alias} looks at this screen.\n\n  {share.text}\n")
    typed = click.prompt(TYPE_BACK) if at_a_screen else share.text
    while not typed_back.has_share(share.text, typed):
        typed = click.prompt(f"This is not it. {TYPE_BACK}")
    with database.transaction() as session:
        people.have_share(session, keys, who, typed, clock.today())
    people.settle(database.db.session, keys)
    database.db.session.rollback()
    if at_a_screen:
        click.echo(EMPTY_SCREEN, nl=False)
        click.clear()
