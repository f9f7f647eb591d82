"""`governance plan`: what the site has decided for itself, and changing it with two cards, as the page does."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

from governance import clock
from governance.commands.app import a_founded_app
from governance.commands.by_card import two_people
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.roles import Who
from governance.places import changing_plan, place_rules, places_by_day, plan_rules
from governance.places import service as places
from governance.places.plan_rules import CHANGE, OF_A_PLACE, What
from governance.ruling.errors import NotReady, RuleRefused
from governance.storage import database
from governance.storage.text import one_line

FROM_HERE = [what.value for what in What if what is not What.NAMES]
RIGHT_FORM = {
    What.PLACE: "Write the place, = and its hours, like: {name}=Fridays, 2 to 6",
    What.PLACE_NAME: "Write the place, = and its new name, like: {name}=The Hall",
    What.PLACE_OPEN: "Write the place, = and closed or open, like: {name}=closed",
}


@click.group("plan", invoke_without_command=True)
@click.pass_context
def commands(context: click.Context) -> None:
    """Say what the site has decided for itself, and what of it changes soon."""
    if context.invoked_subcommand:
        return
    app = a_founded_app()
    with app.app_context():
        session = database.db.session
        for what in What:
            if what not in OF_A_PLACE:
                value = changing_plan.value_now(session, what)
                click.echo(f"{what.words}: {plan_rules.in_words(what, value)}")
        for place in places.places(session):
            closed = f", closed since {place.closed_on}" if place.closed_on else ""
            click.echo(f"{place.name}: {place.hours or 'no hours'}{closed}")
        for each in changing_plan.coming(session, clock.today()):
            words = changing_plan.in_words(session, each.what, each.value, each.begins)
            click.echo(f"From {each.begins}: {each.what.words}: {words}")


@commands.command()
@click.argument("what", type=click.Choice(FROM_HERE))
@click.argument("value")
@click.option("--from", "begins", help="The first day on which it holds, like 2027-12-25. If unset: as soon as it may.")
def change(what: str, value: str, begins: str | None) -> None:
    """Change one thing of the plan. It takes two people with their cards: who keeps the cards, and one of the board.

    VALUE: days apart by commas (closed_days; working_days by number, Monday is 0), an hour, a time zone, NAME=HOURS for
    a place (a new name is a new place), NAME=NEW NAME for place_name, NAME=closed or NAME=open for place_open. What the
    program, the town and the board are called is changed on the page.
    """
    app = a_founded_app()
    meant = next(each for each in What if each == what)
    wanted = _day(begins) if begins else plan_rules.first_day(meant, clock.today())
    first, second = two_people(app)
    try:
        with app.app_context(), database.transaction() as session:
            new = _read(session, meant, value)
            changing_plan.check_may_change(session, meant, new, wanted, clock.today())
            _agree(session, meant, new, wanted, first, second)
    except RuleRefused as refusal:
        raise NotReady(str(refusal)) from refusal
    with app.app_context():
        words = changing_plan.in_words(database.db.session, meant, new, wanted)
        click.echo(f"From {wanted} on: {meant.words}: {words}. Every member is told.")


def _agree(session: Session, what: What, value: Any, begins: date, first: Who, second: Who) -> None:
    """Let the two go through the gate that the page has: one asks, the other agrees to just that."""
    keys, today = keyfolder.current(), clock.today()
    asked = people.ask(
        session, keys, first, CHANGE, changing_plan.said(session, what, value, begins), today,
        subject=plan_rules.key_of(what, value), values=plan_rules.asked(what, value, begins),
    )  # fmt: skip
    (request,) = [each for each in people.requests_of(session, keys, first, today) if each.id == asked.id]
    people.agree(session, keys, second, asked.id, request.mark, today)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotReady(f"{typed!r} is no day. Write it like 2027-12-25.") from None


def _read(session: Session, what: What, typed: str) -> Any:
    """Return the value that was typed. Raises NotReady or RuleRefused for what is none."""
    if what is What.CLOSED_DAYS:
        gone = [day for day in changing_plan.value_by_then(session, what) if date.fromisoformat(day) <= clock.today()]
        return sorted({*plan_rules.read_days(typed), *gone})
    if what in OF_A_PLACE:
        return _of_a_place(session, what, typed)
    if what is What.TIME_ZONE:
        return typed.strip()
    return _numbers(what, typed)


def _of_a_place(session: Session, what: What, typed: str) -> Any:
    """Return the value in NAME=VALUE. A place is found by any name it has or had: each is of one place alone."""
    known = places_by_day.names(session)
    every = sorted((each for its in known.values() for each in its), key=len, reverse=True)
    name = next((each for each in every if typed.startswith(f"{each}=")), typed.partition("=")[0])
    rest, name = one_line(typed[len(name) + 1 :]), one_line(name)
    alone = "=" not in typed or place_rules.whose(one_line(typed), known)  # A name may hold the sign itself.
    if alone or not name:  # Else a slip of the hand would wipe the hours.
        raise NotReady(RIGHT_FORM[what].format(name=one_line(typed) if alone else "Drop-in"))
    first = place_rules.whose(name, known)
    if what is What.PLACE:
        return {"name": first or name, "hours": rest}
    if not first:
        raise NotReady(f"There is no place {name!r}. Run: governance plan")
    if what is What.PLACE_NAME:
        return {"place": first, "name": rest}
    if rest not in ("closed", "open"):
        raise NotReady(f"Write {name}=closed or {name}=open.")
    return {"place": first, "open": rest == "open"}


def _numbers(what: What, typed: str) -> Any:
    known = range(7) if what is What.WORKING_DAYS else range(24)
    try:
        found = sorted({int(word) for word in typed.replace(",", " ").split()})
    except ValueError:
        found = [-1]
    if any(number not in known for number in found) or (what is What.RELEASE_HOUR and len(found) != 1):
        raise NotReady(f"Write numbers from {known[0]} to {known[-1]}, and for the hour one alone.")
    return found if what is What.WORKING_DAYS else found[0]
