"""The questions `governance init` asks when it is given no plan."""

from __future__ import annotations

from typing import Any

import click

from governance.board.rules import SeatClass
from governance.permissions.roles import ROLE_WORDS

SEATS = ((SeatClass.LIVED, 7), (SeatClass.FAMILY, 1), (SeatClass.HEALTH, 1))


def for_a_plan() -> dict[str, Any]:
    """Ask on the terminal and return the facts of a plan, shaped like the TOML file."""
    click.echo("Chosen names only. No legal name, phone or mail is asked for, here or later.\n")
    programme = {
        "name": click.prompt("Name of the programme"),
        "place_name": click.prompt("Town or area"),
        "board_name": click.prompt("Name of the board", default="The board"),
        "timezone": click.prompt("Time zone", default="UTC"),
    }
    places = [{"name": name} for name in _several("Places (drop-in, van), one a line; an empty line ends")]
    seats = [
        {"label": f"{seat_class.value} {number}", "class": seat_class.value}
        for seat_class, default in SEATS
        for number in range(1, click.prompt(f"How many {seat_class.value} seats", default=default, type=int) + 1)
    ]
    return {"programme": programme, "places": places, "seats": seats, "people": _people([s["label"] for s in seats])}


def _several(question: str) -> list[str]:
    click.echo(question)
    answers = []
    while answer := click.prompt(">", default="", show_default=False):
        answers.append(answer)
    return answers


def _people(seats: list[str]) -> list[dict[str, Any]]:
    click.echo(f"\nWho gets a card? Roles: {', '.join(role.value for role in ROLE_WORDS)}.")
    click.echo("Two people or more need both board_reader and urgent_trained. An empty name ends.")
    people = []
    while alias := click.prompt("Chosen name", default="", show_default=False):
        chosen = click.prompt("Roles, with spaces between", value_proc=_roles)
        seat = click.prompt(f"Seat ({', '.join(seats)})", default="", show_default=False) if "member" in chosen else ""
        people.append({"alias": alias, "roles": chosen, "seat": seat})
    return people


def _roles(typed: str) -> list[str]:
    """Return the roles in *typed*. A slip is said at once, and asked again."""
    chosen = typed.replace(",", " ").split()
    unknown = [word for word in chosen if word not in set(ROLE_WORDS)]
    if unknown or not chosen:
        raise click.UsageError(f"There is no role {' '.join(unknown)!r}." if unknown else "Name one role or more.")
    return chosen
