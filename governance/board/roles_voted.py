"""Roles that a vote among members is for, and who gives one up by it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

# What the board may vote somebody into. A seat is no role; keys to read with take two readers and no vote.
VOTED = (Role.FACILITATOR, Role.TELLER)
# Held by whom the board chose last. A teller keeps the part of each box they hold, so no vote takes that from them.
UNTIL_THE_NEXT = frozenset({Role.FACILITATOR})
# How many must have it for the board to go on: votes are run by one, and boxes opened by two.
FEWEST = {Role.FACILITATOR: 1, Role.TELLER: 2}


def check_role_offered(role: Role, begins: date, closes_on: date) -> None:
    """Refuse a role that no vote gives, and a day on which the vote is not over yet. Raises RuleRefused."""
    if role not in VOTED:
        raise RuleRefused(N_("A vote does not give this role. Choose one on the list."), field="for_role")
    if begins < closes_on:
        raise RuleRefused(N_("The vote is not over by then. Choose a later day to begin."), field="seats_from")


def who_gives_up(role: Role, holders: Iterable[int], chosen: Iterable[int]) -> set[int]:
    """Return which accounts of the *holders* have the *role* no more, once it goes to the *chosen*."""
    return set(holders) - set(chosen) if role in UNTIL_THE_NEXT else set()
