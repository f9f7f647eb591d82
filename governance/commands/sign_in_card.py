"""`governance sign-in-card`: a new card for a lost one, where nobody is left who could give it on a page."""

from __future__ import annotations

import click

from governance import clock
from governance.commands import own_database
from governance.commands.app import a_founded_app
from governance.commands.shares import check_the_board_is_here
from governance.people import service as people
from governance.ruling.errors import NotReady
from governance.storage import database


@click.command("sign-in-card")
@click.argument("name")
def sign_in_card(name: str) -> None:
    """Print a new sign-in card for NAME, as when the only person who keeps the cards has lost theirs.

    Two of the three recovery shares are asked for. A reader's new card opens nothing until two readers have signed for
    it. Without a terminal the shares are read from the input, a line each.
    """
    app = a_founded_app()
    own_database.check(app)
    keys = app.extensions["keyfolder"]
    with app.app_context():
        account = next((each for each in people.all_accounts(database.db.session) if each.account.alias == name), None)
        database.db.session.rollback()
        if account is None:
            raise NotReady(f"Nobody here is called {name!r}. Write the name as it stands on the card.")
        click.echo("Type two of the board's three recovery shares.")
        check_the_board_is_here(keys)
        with database.transaction() as session:
            card = people.new_card(session, keys, account.account.id, clock.today())
            click.echo(f"\n{card.alias}: {card.passphrase}\n")  # Before the old one stops: nobody is without a card.
    click.echo(
        "The old card works no more. Hand this one over, and keep no copy. Whoever reads it before its owner could"
    )
    click.echo(
        "make words in their place: if it does not open for them, they say so at once. Every member is told of it."
    )
