"""Somebody at a terminal who proves who they are: a name, and the words of their card."""

from __future__ import annotations

import sys

import click
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Who
from governance.ruling.errors import NotReady
from governance.storage import database

TWO_PEOPLE = "It takes two people. Nothing was changed."


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


def two_people(app: Flask) -> tuple[Who, Who]:
    """Ask for two cards. Raises NotReady where one is missing."""
    first, second = somebody(app, "First name"), somebody(app, "Second name")
    if first is None or second is None:
        raise NotReady(TWO_PEOPLE)
    return first, second


def asked_by(session: Session, keys: KeyFolder, who: Who, act: str, subject: object) -> people.Request | None:
    """Return what *who* has asked for of *act* on *subject*, on a page or here, and whether somebody agreed to it."""
    standing = people.requests_on(session, keys, who, clock.today(), (act,), subject)
    return next((each for each in standing if each.mine), None)
