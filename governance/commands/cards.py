"""The operator's commands around a vote: print its cards, check its result."""

from __future__ import annotations

from pathlib import Path

import click

from governance import clock, database
from governance.errors import NotReady

LINE = "-" * 64
WORDS: dict[str, object] = {
    "lines": ["No name is on this card. Whoever holds it can vote with it. The last vote with it counts."],
    "alt": "A square a camera can read. It leads to the page to vote.",
    "lang": "en",
}


@click.command()
@click.argument("ballot", type=int)
@click.option("--pdf", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write them to a PDF.")
def cards(ballot: int, pdf: Path | None) -> None:
    """Make the cards of vote number BALLOT and print them, once. New cards replace the old ones."""
    from governance.ballots import service
    from governance.cli import a_founded_app

    app = a_founded_app()
    with app.app_context(), database.transaction() as session:
        found = service.by_number(session, ballot)
        if found is None:
            raise NotReady(f"There is no vote {ballot}. The numbers are on the board's page of votes.")
        codes = service.make_cards(session, app.extensions["keyfolder"], found, clock.now())
        question = found.question
    click.echo(f"{len(codes)} cards for vote {ballot}. They are shown once and kept nowhere.")
    printed = [service.pass_in_words(code) for code in codes]
    if pdf:
        pdf.write_bytes(service.cards_pdf(printed, "/vote", {**WORDS, "title": f"Vote {ballot}", "question": question}))
        click.echo(f"Print {pdf} and delete it: whoever has it could vote with the cards.")
        return
    for code in printed:
        click.echo(f"{LINE}\n  {question}\n  /vote   {code}")
    click.echo(LINE)
