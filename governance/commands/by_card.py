"""Somebody at a terminal who proves who they are: a name, and the words of their card."""

from __future__ import annotations

import sys

import click
from flask import Flask

from governance import clock, database
from governance.errors import NotReady
from governance.people import service as people
from governance.roles import Who


def somebody(app: Flask, question: str) -> Who | None:
    """Ask for a name and a card; None for an empty name. Raises NotReady where the two do not go together."""
    alias = click.prompt(question, default="", show_default=False).strip()
    if not alias:
        return None
    words = click.prompt("The five words of the card", hide_input=sys.stdin.isatty())
    with app.app_context():
        stretched = people.stretch(app.extensions["keyfolder"], alias, words)
        with database.transaction() as session:
            who = people.holder_of(session, alias, stretched, clock.now())
    if who is None:
        raise NotReady("This name and these words do not go together, or it was tried too often just now.")
    if not who.own_words:
        raise NotReady(f"Somebody else printed these words. {who.alias} signs in first and makes their own: /sign-in")
    return who
