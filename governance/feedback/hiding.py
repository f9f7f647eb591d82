"""Who may hide a message, and for which reasons (promise 4)."""

from __future__ import annotations

from collections.abc import Set

from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Worded


class HideReason(Worded):
    """The closed list of reasons to hide a message, and their words. Its tone is not on it."""

    NAMES_A_PERSON = "names_a_person", N_("It names a person")
    THREAT = "threat", N_("It threatens someone")
    DUPLICATE = "duplicate", N_("It is there twice")
    TEST = "test", N_("It was a test")
    LEGAL_ORDER = "legal_order", N_("A legal order")


REFUSED = N_(
    "It takes one board reader and one staff reader to hide a message. The board reader needs a seat. "
    "Ask the other one."
)
STAFF_READERS = frozenset({Role.STAFF_READER, Role.MANAGER, Role.DIRECTOR})


def check_two_hiders(first_roles: Set[Role], second_roles: Set[Role], *, same_person: bool) -> None:
    """Refuse to hide a message unless a board reader and a staff reader, two people, both say so."""
    board_then_staff = Role.BOARD_READER in first_roles and second_roles & STAFF_READERS
    staff_then_board = Role.BOARD_READER in second_roles and first_roles & STAFF_READERS
    if same_person or not (board_then_staff or staff_then_board):
        raise RuleRefused(REFUSED)
