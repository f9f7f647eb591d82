"""The roles a person may carry, and who is asking. Which role may do what is `access.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from governance.ruling.sentences import N_


class Role(StrEnum):
    """What a person is here to do. One person may carry several; nobody carries a role by rank."""

    VISITOR = "visitor"
    KIOSK = "kiosk"
    MEMBER = "member"
    BOARD_READER = "board_reader"
    FACILITATOR = "facilitator"
    STAFF_READER = "staff_reader"
    RESPONDER = "responder"
    MANAGER = "manager"
    DIRECTOR = "director"
    ADMIN = "admin"
    TELLER = "teller"
    URGENT_TRAINED = "urgent_trained"


BOARD = frozenset({Role.MEMBER, Role.BOARD_READER})
STAFF = frozenset({Role.STAFF_READER, Role.RESPONDER, Role.MANAGER, Role.DIRECTOR})

# The roles a card may carry, in the words of the page that gives them.
ROLE_WORDS: Mapping[Role, str] = {
    Role.MEMBER: N_("Board member: writes proposals and votes"),
    Role.BOARD_READER: N_("Reads messages for the board"),
    Role.FACILITATOR: N_("Keeps the agenda and runs the votes"),
    Role.TELLER: N_("Holds a part of the key to the ballot box"),
    Role.STAFF_READER: N_("Reads messages for the staff"),
    Role.RESPONDER: N_("Writes the staff's answers"),
    Role.MANAGER: N_("The manager, who reads and answers"),
    Role.DIRECTOR: N_("The director, who reads and answers"),
    Role.URGENT_TRAINED: N_("Trained for what is urgent"),
    Role.ADMIN: N_("Keeps the cards, the places and the help cards"),
}


@dataclass(frozen=True)
class Who:
    """Who is asking: an account that has signed in, with what its cookie unlocks."""

    account_id: int
    alias: str
    roles: frozenset[Role]
    unlock: bytes = field(repr=False)  # opens this person's own private keys, for this request only
    here_before: date | None = None  # the day they were here before today, as far as it is known
    own_words: bool = True  # False for words that somebody else printed: they open one page, where one makes one's own
