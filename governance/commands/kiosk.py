"""`governance kiosk`: the code of a new screen, and which screens there are, as the page of the places shows them."""

from __future__ import annotations

import click

from governance import clock
from governance.commands import own_database
from governance.commands.app import a_founded_app
from governance.commands.by_card import somebody
from governance.permissions.access import GRANTS, Permission
from governance.places import rules
from governance.places import service as places
from governance.places.models import Place
from governance.ruling.errors import NotReady
from governance.storage import database

KEEPS = "Name of who keeps the places"


@click.group("kiosk")
def commands() -> None:
    """Screens that many people use."""


@commands.command("add")
@click.argument("place")
@click.option("--name", default="", help="What to call the screen, to tell it from others of its place.")
@click.option("--goes-without", is_flag=True, help="It may be without a network, like in a van: docs/kiosk.md.")
def add(place: str, name: str, goes_without: bool) -> None:
    """Print the code of a new screen at PLACE. It is typed on the screen itself, at /kiosk/enrol, and works once.

    It takes the card of somebody who keeps the places, as the page /places does. Without a terminal: a name and the
    words of the card, a line each. A key is taken away at /places; there is a new code for the same screen, too.
    """
    app = a_founded_app()
    own_database.check(app)
    with app.app_context():
        _known(place)
        database.db.session.rollback()
    who = somebody(app, KEEPS)
    if who is None or not any(Permission.KEEP_PLACES in GRANTS[role] for role in who.roles):
        raise NotReady("It takes somebody who keeps the places. No code was made.")
    with app.app_context(), database.transaction() as session:
        here = _known(place)
        _, code = places.enrol_kiosk(session, here, name or here.name, clock.today(), goes_without=goes_without)
        click.echo(f"\n  {rules.in_groups(code)}\n")  # Before it stands: no screen is without its code.
    click.echo(
        f"Open /kiosk/enrol on the screen and type it there, today or tomorrow. It is for {place}, and works once."
    )


@commands.command("list")
def list_all() -> None:
    """Show the screens of each place, and on which day each was last seen. The hour is not kept."""
    app = a_founded_app()
    own_database.check(app)
    with app.app_context():
        session, today = database.db.session, clock.today()
        shown = [(place, kiosk) for place in places.places(session) for kiosk in places.screens(session, place)]
        for place, kiosk in shown:
            when = rules.last_seen(kiosk.seen_on, today) if kiosk.revoked_on is None else "Key taken away"
            click.echo(f"{place.name}  {kiosk.name}: {when}")
    if not shown:
        click.echo("There is no screen yet. Add one: governance kiosk add PLACE")


def _known(name: str) -> Place:
    """Return the open place of this *name*. Raises NotReady where there is none."""
    here = places.open_places(database.db.session)
    found = next((each for each in here if each.name == name), None)
    if found is None:
        raise NotReady(f"No open place here is called {name!r}. There is: {', '.join(each.name for each in here)}.")
    return found
