"""The operator's commands around a vote: print its cards, check its result."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from governance import clock, database
from governance.errors import NotReady

LINE = "-" * 64


@click.command()
@click.argument("ballot", type=int)
def cards(ballot: int) -> None:
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
    click.echo(f"{len(codes)} cards for vote {ballot}. Print them now: they are shown once and kept nowhere.")
    for code in codes:
        click.echo(f"{LINE}\n  {question}\n  /vote   {service.pass_in_words(code)}")
    click.echo(LINE)


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(path: Path) -> None:
    """Check the result bundle of a vote offline, and count it again. Names the first thing wrong."""
    from governance.ballots import checking

    holds, lines = checking.report(path.read_bytes(), checking.a_bar(sys.stderr))
    for line in lines:
        click.echo(line, err=not holds)
    if not holds:
        raise click.exceptions.Exit(1)
