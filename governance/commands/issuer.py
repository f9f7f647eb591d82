"""Being the partner of another organisation's vote: make keys for it, take it on, say for which lines was signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from governance.commands.app import a_founded_app
from governance.commands.ballot import address_of, read_json, write_json
from governance.ruling.errors import NotReady
from governance.storage import database


@click.group("issuer")
def commands() -> None:
    """Sign the passes of another organisation's vote, as its partner."""


@commands.command("keys")
@click.option("--name", required=True, help="Your organisation, as members will read it.")
@click.option("--address", required=True, metavar="https://…", help="Where your programme is.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to send.")
def new_keys(name: str, address: str, out: Path) -> None:
    """Make keys for one vote of another organisation. Send the file to who holds that vote."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    address = address_of(address)
    if not name.strip():
        raise NotReady("Give your organisation's name, as members will read it.")
    app = a_founded_app()
    write_json(out, service.new_partner_keys(app.extensions["keyfolder"], service.new_issuers(), name.strip(), address))
    click.echo(f"Send {out} to who holds the vote. It holds no secret. They send you the file of the vote: governance")
    click.echo("issuer take FILE. The keys are for one vote, and are destroyed when it has closed.")


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take(file: Path) -> None:
    """Take on the vote of FILE, from who holds it: from now on members can have their passes signed here."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    vote = read_json(file)
    manifest: Any = vote.get("manifest")
    roll: Any = vote.get("roll")
    service.take_vote(a_founded_app().extensions["keyfolder"], manifest, str(vote.get("address")), roll)
    most = manifest.get("roll_size") or roll["size"]
    click.echo(f"You sign passes for {manifest['election']}, at most {most}, one for each line.")
    click.echo("Members come to your page /co-sign. You do not learn who they are.")


@commands.command()
@click.argument("line", required=False)
def signed(line: str | None) -> None:
    """Say for how many lines of each vote was signed, or whether it was for LINE, which a member reads to you."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    app = a_founded_app()
    with app.app_context(), database.transaction() as session:
        if line is not None:
            yes = service.signed_for(session, line)
            click.echo("Yes: a pass was signed for this line." if yes else "No pass was signed for this line.")
            return
        for election, done, size in service.votes_signed_for(session, app.extensions["keyfolder"]):
            click.echo(f"{election}: {done} of {size}")
