"""What `init` prints once and keeps nowhere: the first sign-in cards."""

from __future__ import annotations

from collections.abc import Iterable

from governance.people.service import Card
from governance.programme.founding import Founded, Plan

LINE = "-" * 64


def cards(made: Iterable[Card]) -> str:
    """Return sign-in cards as plain text, one to cut out for each person."""
    rows = []
    for card in made:
        rows += [LINE, f"  {card.alias}", f"  {card.passphrase}"]
    return "\n".join([*rows, LINE])


def founding(plan: Plan, founded: Founded) -> str:
    """Return everything `init` prints: the cards, and that the board's recovery shares are taken elsewhere."""
    return f"""{plan.name} is founded. Print this page now. It is shown once and kept nowhere.

SIGN-IN CARDS. Cut them out. Each person keeps one. Its words are for the first
sign-in: there they make their own, and these stop. Whoever reads a card before
its owner does could make the words in their place. Then it does not open: its
owner says so at once, and two people give a new one. Every member is told of
each first sign-in.
{cards(founded.cards)}

RECOVERY SHARES of {plan.board_name}. None is printed here. Three people take one each,
on their own screen, once they have made their own words: at /recovery-shares,
or at a terminal with: governance shares
Until two are out, nobody can bring the messages back after a broken disk.
{LINE}
"""
