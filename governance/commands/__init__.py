"""The commands that belong to one concept: counting, a vote, the ledger. What runs the house itself is `cli.py`."""

from __future__ import annotations

import click


def add_to(group: click.Group) -> None:
    """Register them all."""
    from governance.commands import ballot, cards, count, issuer, ledger, witness

    group.add_command(count.count)
    group.add_command(cards.cards)
    group.add_command(ballot.commands)
    group.add_command(issuer.commands)
    ledger.add_to(group)
    group.add_command(witness.witness_group)
