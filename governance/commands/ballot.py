"""What a vote needs of the command line: its counting key made and used away from the server, and a lost teller."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.commands.app import a_founded_app
from governance.commands.progress import watched
from governance.commands.shares import key_of_two_shares
from governance.ruling.errors import NotReady
from governance.sealing import signed_seal
from governance.storage import database

if TYPE_CHECKING:
    from governance.ballots.models import Ballot


def vote_numbered(session: Session, number: int) -> Ballot:
    """Return the vote of this number. Raises NotReady when there is none."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    ballot = service.by_number(session, number)
    if ballot is None:
        raise NotReady(f"There is no vote {number}. The numbers are on the board's page of votes.")
    return ballot


LONG = 1000  # Sealed ballots from which on a bar is shown.


@click.group("ballot")
def commands() -> None:
    """What a vote needs of the command line."""


@commands.command("open")
@click.argument("box", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it: OPENED.json here.")
def open_box(box: Path, out: Path | None) -> None:
    """Open the sealed BOX (a file from the tellers' page) with two shares. Needs no programme and no network."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots.papers.envelope import is_signed

    target = out or Path("OPENED.json")
    try:
        read = json.loads(box.read_bytes())
        public, info = bytes.fromhex(read["public_key"]), bytes.fromhex(read["info"])
        sealed = [base64.b64decode(each, validate=True) for each in read["sealed"]]
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotReady(f"{box} is no sealed box. Get it again from the tellers' page.") from wrong
    private = key_of_two_shares()
    if sealing.public_of(private) != public:
        raise NotReady("These are shares of another vote. Check the key on the cards.")
    plain, signed = sealing.opener(private, info), signed_seal.opener(private, info)
    proved = signed_seal.prover(private, info)
    opened = [
        [_plain(signed, each), proved(each).hex()] if place and is_signed(info) else _plain(plain, each)
        for place, each in enumerate(watched(sealed, "Opening", LONG))  # The first is the test word, in a plain seal.
    ]
    target.write_text(json.dumps(opened), encoding="utf-8")
    click.echo(f"Written to {target}. Bring it to the tellers' page. Then delete it, and close this window.")


def _plain(opener: Callable[[bytes], bytes], sealed: bytes) -> str:
    """Return what was sealed in base64, or "" for what does not open: it is listed, and not counted."""
    try:
        return base64.b64encode(opener(sealed)).decode()
    except sealing.SealBroken:
        return ""


@commands.command()
@click.argument("number", type=int)
def recover(number: int) -> None:
    """Open the box of vote NUMBER when a teller is lost: with the other teller's part and two recovery shares.

    The teller who is there hands in their part first, on the page of the vote. The record says that it was opened so.
    """
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service
    from governance.ballots.result.outcome import RESULT_WORDS

    app = a_founded_app()
    with app.app_context(), database.transaction() as session:
        service.check_may_recover(session, vote_numbered(session, number), clock.now())
    click.echo("Type two of the board's three recovery shares.")
    private = key_of_two_shares()
    with app.app_context(), database.transaction() as session:
        ballot, keys = vote_numbered(session, number), app.extensions["keyfolder"]
        result = service.count_with_recovery(session, keys, ballot, private, clock.now()).result
    click.echo(f"The box of vote {number} is open and counted. {RESULT_WORDS[result]}")
    click.echo("The record says that the board's recovery part opened it. Lock the shares away again.")


@commands.command("partner")
@click.argument("number", type=int)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--address", required=True, metavar="https://…", help="Where your programme is: the way back for members."
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file for the partner.")
def add_partner(number: int, file: Path | None, address: str, out: Path) -> None:
    """Let a partner sign the passes of vote NUMBER too, with the keys of FILE. Then neither can make one alone.

    Do it before the vote opens and before anyone took a card or a pass. Send the file that is written to the partner.
    Without FILE the partner's file is written once more: send it after the vote was made longer.
    """
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    address, issuer = address_of(address), read_json(file) if file else None
    app = a_founded_app()
    with app.app_context(), database.transaction() as session:
        ballot = vote_numbered(session, number)
        if issuer is not None:
            service.add_partner(session, app.extensions["keyfolder"], ballot, issuer, clock.now())
        write_json(out, service.vote_for_partner(session, ballot, address))
    click.echo(f"The partner is in the manifest. Send {out} to them. They run: governance issuer take FILE")
    click.echo("Cards stay this programme's own. Print them as before.")


def address_of(typed: str) -> str:
    """Return the address of a programme. Raises NotReady for what is none."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots.passes import voucher

    try:
        return voucher.whole_address(typed)
    except ValueError as wrong:
        raise NotReady(voucher.NO_ADDRESS) from wrong


def read_json(file: Path) -> dict[str, Any]:
    """Return what a file from the other organisation holds. Raises NotReady for one that is broken."""
    try:
        read = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as wrong:
        raise NotReady(f"{file} is broken. Ask for it again.") from wrong
    return read if isinstance(read, dict) else {}


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Write a file for the other organisation."""
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


@commands.command()
def keygen() -> None:
    """Make a counting key: print its public half and three shares. Nothing is kept. Needs no programme."""
    pair = sealing.new_pair()
    click.echo(f"The public half, for the form that calls the vote:\n  {pair.public.hex()}\n")
    click.echo("Three shares. Give each to another person; any two of them open the box. Nothing of this is kept.")
    for share in sealing.split_secret(pair.private):
        click.echo(f"\nShare {share.number} of 3, of the key {pair.public.hex()[:8]}\n  {share.text}")
