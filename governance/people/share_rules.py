"""The by-law of the recovery shares: who may take one, and how many are enough. Pure.

Source: docs/operating.md, "Before the first day". Two of three bring lost keys back and open a backup, so no two may
be with people of whom none is of the board, and nobody may see two.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.people.gates import OF_THE_BOARD
from governance.permissions.roles import BOARD, STAFF, Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

ALL = 3  # How many there are.
ENOUGH = 2  # How many of them bring the key back.
BY_LAW = N_(
    "Three people hold one share each. Two of the three are of the board: a member, or who reads for the board. "
    "The third can be anybody with a card. They do not share a home."
)


class ShareState(StrEnum):
    """Where one share is."""

    WAITS = "waits"  # Nobody has seen it. It lies here, sealed.
    SHOWN = "shown"  # Somebody saw it and has not said yet that it is written down.
    OUT = "out"  # Its holder has it, and it was destroyed here.
    UNKNOWN = "unknown"  # A backup came back, which may be older than its hand-over.


@dataclass(frozen=True)
class ShareFacts:
    """What is known of one share. *of_board*: whether who took it, or was shown it, is of the board."""

    state: ShareState
    holder: int | None = None
    of_board: bool = False


@dataclass(frozen=True)
class HandOver:
    """How far the shares are with people. *mark* names their key; none of *days* is known of a share that waits."""

    mark: str
    shares: Sequence[ShareFacts]
    days: Sequence[date | None]
    is_new_key: bool = False  # They are of a key that takes the place of the old one once enough are out.
    is_other_key: bool = False  # They are of a key that this key folder does not know.
    # Of a new key: how many shares of the old one, which holds meanwhile, somebody took. None: `init` printed them.
    old_out: int | None = 0

    def how_many(self, *states: ShareState) -> int:
        """Return how many shares are in one of *states*."""
        return sum(share.state in states for share in self.shares)

    @property
    def out(self) -> int:
        """How many are with people."""
        return self.how_many(ShareState.OUT)

    @property
    def could_mend(self) -> bool:
        """Whether a loss of the keys today could be mended: two people surely hold shares of the key in use."""
        return not self.is_other_key and ((self.old_out or 0) if self.is_new_key else self.out) >= ENOUGH

    @property
    def waiting(self) -> int:
        """How many still lie here."""
        return self.how_many(ShareState.WAITS, ShareState.SHOWN)


def is_of_board(roles: Set[Role]) -> bool:
    """Whether somebody with *roles* is of the board. Staff are no half of it, also where an old card says both."""
    return bool((roles - OF_THE_BOARD if roles & STAFF else roles) & BOARD)


def check_may_take(account_id: int, roles: Set[Role], shares: Collection[ShareFacts]) -> None:
    """Refuse a share to somebody who has one, or who would be the second without the board. Raises RuleRefused."""
    if refusal := why_not(account_id, roles, shares):
        raise RuleRefused(refusal)


def why_not(account_id: int, roles: Set[Role], shares: Collection[ShareFacts]) -> str:
    """Return why somebody with *roles* takes none of *shares*, or "" where they may."""
    if any(share.state is ShareState.OUT and share.holder == account_id for share in shares):
        return N_("You have a share already. Each of the three goes to another person.")
    if not any(share.state is ShareState.WAITS for share in shares):
        return N_("No share waits. If one is lost, two people ask for new ones.")
    gone = [share for share in shares if share.state in (ShareState.SHOWN, ShareState.OUT)]
    if not is_of_board(roles) and any(not share.of_board for share in gone):
        return N_("The shares that wait are for people of the board. One is with somebody else already.")
    return ""
