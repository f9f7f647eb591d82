"""`governance clock`: whether the time can be believed, and saying that it can."""

from __future__ import annotations

import click
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.timekeeping import Doubt, TimeMark
from governance.commands.app import a_founded_app
from governance.commands.by_card import TWO_PEOPLE, somebody
from governance.frame import error_log
from governance.people import service as people
from governance.permissions.roles import BOARD, STAFF, Role, Who
from governance.programme import time_told
from governance.ruling.errors import NotReady
from governance.storage import database

WORDS = {
    Doubt.JUMPED: "the clock jumped ahead while this machine ran, or was ahead of all witnesses when it started",
    Doubt.BACK: "the clock stands before what was already seen",
    Doubt.LONG_OFF: "this machine was off for more than a day and a half, or its clock is ahead",
    Doubt.APART: "the clock of the database server says something else, by hours",
}
BOTH = "The clock of the database server says something else, by hours. Nothing was changed. Set both clocks right."
AT_ITS_START = (
    "The time is in doubt: {why}. It says {day}. If that is right, run: governance clock accept. If it is not, set the "
    "clock right. {meanwhile}"
)
MEANWHILE = "Until then what people send is kept, nothing is let out but what is urgent, and nothing is deleted."
BOTH_APART = (
    "The time is in doubt: the clock of the database server says something else, by hours. Set both clocks right. "
    "{meanwhile}"
)
MAY_SAY_FOR_STAFF = STAFF | {Role.ADMIN}


@click.group("clock", invoke_without_command=True)
@click.pass_context
def commands(context: click.Context) -> None:
    """Say whether the time can be believed. Ends with status 1 when it is in doubt, or when destroying waits."""
    if context.invoked_subcommand:
        return
    app = a_founded_app()
    time_told.go_by(app)
    with app.app_context():
        doubt, may_destroy = timekeeping.in_doubt(database.db.session), timekeeping.may_destroy(database.db.session)
    click.echo(f"The clock says {_now()}.")
    if doubt:
        raise NotReady(f"It is in doubt: {WORDS[doubt]}. Set the clock right, or, if it is: governance clock accept")
    if not may_destroy:
        raise NotReady("Nothing is destroyed until two people say that the time is right: governance clock accept")
    click.echo("It fits what was seen before. All that is due is done.")


@commands.command()
def accept() -> None:
    """Say that the time is right, so that messages are let out again.

    Deleting what has outlived its time cannot be undone. It takes two people with their cards, one of the board and one
    of the staff; with an empty name it goes on waiting. Without a terminal: yes, then name and words, a line each.
    """
    app = a_founded_app()
    click.echo(f"The clock says {_now()}. Look at another clock.")
    said: str = click.prompt("Is that the right day and hour? Type yes", default="", show_default=False)
    if said.strip().lower() != "yes":
        raise NotReady("Nothing was changed. Set the clock right; then the program goes on by itself.")
    with app.app_context():
        if timekeeping.in_doubt(database.db.session) is Doubt.APART:
            raise NotReady(BOTH)
    two = _two_people(app)
    with app.app_context(), database.transaction() as session:
        before = session.get(TimeMark, 1)
        waits = not two and (timekeeping.in_doubt(session) is not None or bool(before and before.destroying_waits))
        timekeeping.put(session, clock.now(), timekeeping.uptime(), destroying_waits=waits)
    click.echo("The time is taken as right. Messages are let out again with the next round.")
    if waits:
        click.echo("Nothing is destroyed yet. With two people and their cards: governance clock accept")


def say(app: Flask) -> None:
    """Say where the program is started that the time is in doubt, and what to do; nothing where it is not.

    With the day and no hour, as each line of the log.
    """
    with app.app_context():
        doubt = timekeeping.in_doubt(database.db.session)
        database.db.session.rollback()
    if doubt:
        said, day = BOTH_APART if doubt is Doubt.APART else AT_ITS_START, f"{clock.now().astimezone():%A %d %B %Y}"
        error_log.tell_operator(said.format(why=WORDS[doubt], day=day, meanwhile=MEANWHILE))


def _now() -> str:
    return clock.now().astimezone().strftime("%A %d %B %Y, %H:%M %Z")


def _two_people(app: Flask) -> bool:
    """Ask for two cards. False when no first name is given; raises NotReady when the two may not say it together."""
    click.echo("To let old messages and keys be deleted too, two people sign: one of the board, one of the staff.")
    first = somebody(app, "First name (empty: deleting waits)")
    if first is None:
        return False
    second = somebody(app, "Second name")
    if second is None or first.account_id == second.account_id:
        raise NotReady(TWO_PEOPLE)
    with app.app_context(), database.transaction() as session:
        if not are_of_both_sides(session, first, second):
            raise NotReady("It takes one of the board and one of the staff. Nothing was changed.")
    return True


def are_of_both_sides(session: Session, *two: Who) -> bool:
    """Whether one of *two* sits on the board and the other one is of the staff, on the last day that was sure.

    By the clock in doubt somebody may sit there already who does not, and another one no longer.
    """
    sitting = people.who_sits(session, timekeeping.day_to_go_by(session))
    pair = tuple(people.of_the_board(each.account_id, each.roles, sitting) for each in two)
    return any(one & BOARD and other & MAY_SAY_FOR_STAFF for one, other in (pair, pair[::-1]))
