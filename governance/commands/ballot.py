"""The counting key away from the server, for who would rather not use a browser: made, and used to open a box."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import click

from governance import sealing
from governance.commands.progress import watched
from governance.errors import NotReady

LONG = 1000  # Sealed ballots from which on a bar is shown.


@click.group("ballot")
def commands() -> None:
    """What a vote needs of the command line."""


@commands.command("open")
@click.argument("box", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it: OPENED.json here.")
def open_box(box: Path, out: Path | None) -> None:
    """Open the sealed BOX (a file from the tellers' page) with two shares. Needs no programme and no network."""
    target = out or Path("OPENED.json")
    try:
        read = json.loads(box.read_bytes())
        public, info = bytes.fromhex(read["public_key"]), bytes.fromhex(read["info"])
        sealed = [base64.b64decode(each, validate=True) for each in read["sealed"]]
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotReady(f"{box} is no sealed box. Get it again from the tellers' page.") from wrong
    try:
        shares = [sealing.Share.from_text(click.prompt(f"Share {n}")) for n in ("one", "two")]
        private = sealing.join_secret(shares)
        if sealing.public_of(private) != public:
            raise NotReady("These are shares of another vote. Check the key on the cards.")
    except ValueError as wrong:
        raise NotReady(str(wrong)) from wrong
    opener = sealing.opener(private, info)
    opened = [_plain(opener, each) for each in watched(sealed, "Opening", LONG)]
    target.write_text(json.dumps(opened), encoding="utf-8")
    click.echo(f"Written to {target}. Bring it to the tellers' page. Then delete it, and close this window.")


def _plain(opener: Callable[[bytes], bytes], sealed: bytes) -> str:
    """Return what was sealed in base64, or "" for what does not open: it is listed, and not counted."""
    try:
        return base64.b64encode(opener(sealed)).decode()
    except sealing.SealBroken:
        return ""


@commands.command()
def keygen() -> None:
    """Make a counting key: print its public half and three shares. Nothing is kept. Needs no programme."""
    pair = sealing.new_pair()
    click.echo(f"The public half, for the form that opens the vote:\n  {pair.public.hex()}\n")
    click.echo("Three shares. Give each to another person; any two of them open the box. Nothing of this is kept.")
    for share in sealing.split_secret(pair.private):
        click.echo(f"\nShare {share.number} of 3, of the key {pair.public.hex()[:8]}\n  {share.text}")
