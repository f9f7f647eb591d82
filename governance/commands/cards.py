"""The operator's commands around a vote: print its cards, check its result."""

from __future__ import annotations

import os
from pathlib import Path

import click

from governance import clock, database
from governance.commands.app import a_founded_app
from governance.commands.ballot import vote_numbered
from governance.errors import NotReady

LINE, TEAR = "-" * 64, "- " * 32
KEEP = (
    "Tear this off and keep it, if you like. With these letters you find your vote after the count. "
    "Whoever sees them can find it too."
)
WORDS: dict[str, object] = {
    "lines": ["No name is on this card. Whoever holds it can vote with it. The last vote with it counts."],
    "alt": "A square a camera can read. It leads to the page to vote.",
    "keep": KEEP,
    "lang": "en",
}


@click.command()
@click.argument("ballot", type=int)
@click.option("--pdf", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write them to a PDF.")
@click.option("--address", metavar="https://…", help="Where your programme is: with it each card has a square to scan.")
def cards(ballot: int, pdf: Path | None, address: str | None) -> None:
    """Make the cards of vote number BALLOT and print them, once. New cards replace the old ones."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    vote = _page_to_vote(address, ballot)
    app = a_founded_app()
    with app.app_context(), database.transaction() as session:
        found = vote_numbered(session, ballot)
        codes = service.make_cards(session, app.extensions["keyfolder"], found, clock.now())
        stubs = [service.stub_of(app.extensions["keyfolder"], found, code) for code in codes]
        question = found.question
        printed = [(service.pass_in_words(code), stub) for code, stub in zip(codes, stubs, strict=True)]
        words = {**WORDS, "title": f"Vote {ballot}", "vote": f"Vote {ballot}", "question": question}
        made = service.cards_pdf(printed, vote, words) if pdf else b""
    click.echo(f"{len(codes)} cards for vote {ballot}. They are shown once and kept nowhere.")
    if pdf:
        _write(pdf, made)
        click.echo(f"Print {pdf} and delete it: whoever has it could vote with the cards.")
        return
    for code, stub in printed:
        click.echo(f"{LINE}\n  {question}\n  {vote}   {code}\n{TEAR}\n  Vote {ballot}   {stub}\n  {KEEP}")
    click.echo(LINE)


def _page_to_vote(address: str | None, ballot: int) -> str:
    """Return what a card says of where to vote: the whole address where it is known."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots.passes import voucher

    if address is None:
        return f"/vote/{ballot}"
    try:
        return f"{voucher.whole_address(address)}/vote/{ballot}"
    except ValueError as wrong:
        raise NotReady(f"{voucher.NO_ADDRESS} No cards were made.") from wrong


def _write(path: Path, body: bytes) -> None:
    """Write a file that nobody else on this computer may read, even where another one lay before."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(body)
