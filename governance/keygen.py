"""`governance ballot keygen`: a counting key made away from the server, for who would rather not use a browser."""

from __future__ import annotations

import click

from governance import sealing


@click.group("ballot")
def commands() -> None:
    """What a vote needs of the command line."""


@commands.command()
def keygen() -> None:
    """Make a counting key: print its public half and three shares. Nothing is kept. Needs no programme."""
    pair = sealing.new_pair()
    click.echo(f"The public half, for the form that opens the vote:\n  {pair.public.hex()}\n")
    click.echo("Three shares. Give each to another person; any two of them open the box. Nothing of this is kept.")
    for share in sealing.split_secret(pair.private):
        click.echo(f"\nShare {share.number} of 3, of the key {pair.public.hex()[:8]}\n  {share.text}")
