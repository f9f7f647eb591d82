"""Leaving the board: what becomes of the card of somebody whose seat ends. Pure."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

# A card for no more than these is for nothing once its owner has left the board.
OF_A_MEMBER_ALONE = frozenset({Role.MEMBER, Role.URGENT_TRAINED})
NOT_AS_ASKED = N_("Their card is for something else by now. Say no, and let it be asked for anew.")


class Leaving(StrEnum):
    """What becomes of a card when the seat of its owner ends."""

    STAYS = "stays"
    NO_MEMBER = "no_member"
    ENDS = "ends"


# What two people agree to, after the sentence on the seat.
LEAVING_WORDS = {
    Leaving.STAYS: N_("The card stays as it is."),
    Leaving.NO_MEMBER: N_("They are no member any more. The card stays for what else they do."),
    Leaving.ENDS: N_("The card ends too."),
}
# What every member is told of the card alone, once it is done.
LEFT_WORDS = {
    Leaving.NO_MEMBER: N_("{name} is no member of the board any more. The card stays for what else they do."),
    Leaving.ENDS: N_("The account of {name} ends."),
}


def what_ends(roles: Set[Role]) -> Leaving:
    """Return what ends with the seat of somebody with these *roles*: the card, the member's role alone, or nothing."""
    if Role.MEMBER not in roles:
        return Leaving.STAYS
    return Leaving.ENDS if roles <= OF_A_MEMBER_ALONE else Leaving.NO_MEMBER


def chosen(roles: Set[Role], said: str) -> Leaving:
    """Return what becomes of a card, by what was *said* of it: that it "stays", or that it "ends".

    Raises RuleRefused where nothing was said.
    """
    if said == Leaving.ENDS:
        return what_ends(roles)
    if said == Leaving.STAYS:
        return Leaving.STAYS
    raise RuleRefused(N_("Say what becomes of the card too: it stays, or it ends."))


def check_as_asked(roles: Set[Role], leaving: Leaving) -> None:
    """Refuse where the card is for something else than when this was asked for. Raises RuleRefused."""
    if leaving is not Leaving.STAYS and what_ends(roles) is not leaving:
        raise RuleRefused(NOT_AS_ASKED)
