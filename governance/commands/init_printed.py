"""What a command prints once and keeps nowhere: sign-in cards and recovery shares."""

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
    """Return everything `init` prints: the cards, then the board's recovery shares."""
    shares = "\n".join(
        f"{LINE}\n  Share {number} of 3\n  {share.text}" for number, share in enumerate(founded.shares, 1)
    )
    return f"""{plan.name} is founded. Print this page now. It is shown once and kept nowhere.

SIGN-IN CARDS. Cut them out. Each person keeps one. Its words are for the first
sign-in: there they make their own, and these stop.
{cards(founded.cards)}

RECOVERY SHARES of {plan.board_name}. Give them to three people. Any two together
can bring the messages back after a broken disk. One alone can do nothing.
{shares}
{LINE}
"""
