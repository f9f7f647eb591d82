"""Roles that a vote among members is for, and who gives one up by it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


class RoleVote(Protocol):
    """What a vote decided: a role, for which accounts, from which day on."""

    @property
    def role(self) -> Role:
        """The role."""

    @property
    def accounts(self) -> tuple[int, ...]:
        """Whom it chose."""

    @property
    def begins(self) -> date:
        """The day from which they have it."""


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


def still_chosen(votes: Sequence[RoleVote], today: date) -> list[tuple[int, ...]]:
    """Return for each of *votes*, the newest first, the accounts of which it still says who has the role.

    These are whom no newer vote chose again whose day has come. Of a role that goes to the next, only the newest vote
    counts whose day has come, and those to come.
    """
    found: list[tuple[int, ...]] = []
    for number, vote in enumerate(votes):
        newer = [each for each in votes[:number] if each.role == vote.role and each.begins <= today]
        is_over = bool(newer) and vote.role in UNTIL_THE_NEXT
        again = {account for each in newer for account in each.accounts}
        found.append(() if is_over else tuple(account for account in vote.accounts if account not in again))
    return found
