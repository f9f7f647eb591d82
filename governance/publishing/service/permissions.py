"""Who may do what, in plain words, from the one table that decides it (`access.GRANTS`)."""

from __future__ import annotations

from dataclasses import dataclass

from governance.permissions.access import GRANTS, Permission
from governance.permissions.roles import ROLE_WORDS, Role
from governance.ruling.sentences import N_

EVERYONE_WORDS = {Role.VISITOR: N_("Anyone at all"), Role.KIOSK: N_("Anyone at our shared screen")}


@dataclass(frozen=True)
class OfRole:
    """One role and what it may do; what everyone may do is left out of the other rows."""

    role: str
    may: list[str]


def permissions() -> list[OfRole]:
    """Return every role with what it may do, in words to be translated."""
    everyone = GRANTS[Role.VISITOR]
    rows = []
    for role, granted in GRANTS.items():
        shown = granted if role in EVERYONE_WORDS else granted - everyone
        words = [permission.words for permission in Permission if permission in shown]
        rows.append(OfRole(EVERYONE_WORDS.get(role) or ROLE_WORDS[role], words))
    return rows
