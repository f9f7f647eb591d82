"""`governance cards`: two people print the cards of a vote at a terminal, as the page of the vote does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.commands.app import a_founded_app
from governance.commands.ballot import vote_numbered
from governance.commands.by_card import TWO_PEOPLE, asked_by, somebody
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Who
from governance.ruling.errors import NotReady
from governance.storage import database

LINE, TEAR = "-" * 64, "- " * 32
KEEP = (
    "Tear this off and keep it, if you like. With these letters you find your vote after the count. "
    "Whoever sees them can find it too."
)
WORDS: dict[str, object] = {
    "lines": ["This card does not say whose it is. Whoever holds it can vote with it. The last vote with it counts."],
    "alt": "A square a camera can read. It leads to the page to vote.",
    "keep": KEEP,
    "lang": "en",
}


RUNS = "Name of who runs the vote, and asks"
OPENS = "Name of who opens boxes, and agrees"


@click.command()
@click.argument("ballot", type=int)
@click.option("--pdf", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write them to a PDF.")
@click.option("--address", metavar="https://…", help="Where your programme is: with it each card has a square to scan.")
def cards(ballot: int, pdf: Path | None, address: str | None) -> None:
    """Make the cards of vote number BALLOT and print them, once. New cards replace the old ones.

    It takes the two people that the page of the vote takes: who runs it asks, and one who opens boxes agrees. Where the
    second one has agreed at /second-yes already, only the first one is asked for. Without a terminal: a name and the
    words of that card, a line each. Every member is told.
    """
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    vote = _page_to_vote(address, ballot)
    app = a_founded_app()
    keys = app.extensions["keyfolder"]
    first, second = _two_people(app, ballot)
    with app.app_context(), database.transaction() as session:
        codes = _made_by(session, keys, ballot, first, second)
        found = vote_numbered(session, ballot)
        question = found.question
        stubs = [service.stub_of(keys, found, code) for code in codes]
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


def _two_people(app: Flask, number: int) -> tuple[Who, Who | None]:
    """Ask who makes the cards, and who agrees where nobody has yet. Raises NotReady where one of them is missing."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    keys, session = app.extensions["keyfolder"], database.db.session
    with app.app_context():
        service.check_may_make(session, vote_numbered(session, number), clock.now())
        session.rollback()
    first, is_agreed = somebody(app, RUNS), False
    if first is not None:
        with app.app_context():
            asked = asked_by(session, keys, first, service.PRINT_CARDS, number)
            is_agreed = asked is not None and asked.mine_to_finish
            session.rollback()
    second = None if first is None or is_agreed else somebody(app, OPENS)
    if first is None or (second is None and not is_agreed):
        raise NotReady(TWO_PEOPLE)
    return first, second


def _made_by(session: Session, keys: KeyFolder, number: int, first: Who, second: Who | None) -> list[str]:
    """Let the two go through the gate that the page has, and return the codes. Raises RuleRefused as the page does."""
    # Here, for a quick start: most commands do without it.
    from governance.ballots import service

    today, act = clock.today(), service.PRINT_CARDS
    if asked_by(session, keys, first, act, number) is None:
        service.ask_for_cards(session, keys, first, vote_numbered(session, number), clock.now(), today)
    asked = asked_by(session, keys, first, act, number)
    if asked and second and not asked.mine_to_finish:
        people.agree(session, keys, second, asked.id, asked.mark, today)
        asked = asked_by(session, keys, first, act, number)
    if asked is None:
        raise NotReady(TWO_PEOPLE)
    made: Any = people.finish(session, keys, first, asked.id, asked.mark, today, None)
    codes: list[str] = made.codes
    return codes


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
