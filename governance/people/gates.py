"""How many people an act takes: the gates there are, and the rule for a second person.

Which act goes through which gate is one table at the top of the house, `governance/gates.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

from governance.permissions.roles import BOARD, STAFF, Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Worded


class Gate(Worded):
    """What an act takes beside the role of whoever does it. The words are those of /promises."""

    BOARD_VOTE = "board_vote", N_("What the board votes on first, and two people then write down")
    TWO_PEOPLE = "two_people", N_("What takes two people")
    TOLD = "told", N_("What one person does, and every member is told of")
    NOT_YET = "not_yet", N_("What one person can still do alone, and should not")
    ALONE = "alone", N_("What one person does alone, and why that is fine")


class Why(Worded):
    """Why an act may be one person's alone."""

    OWN = "own", N_("It is their own word, vote, card or visit. Nobody else has a say in it.")
    TALK = "talk", N_("It is part of the talk. The board sees it there and can answer.")
    UNDONE = "undone", N_("It can be undone on the same page, and nothing is lost by it.")
    PUBLIC = "public", N_("It is public at once, with its day. What is wrong gets a new word beside it.")
    BEFORE = "before", N_("Nothing is decided or public by it yet. The step that follows has its own gate.")
    BALLOT = "ballot", N_("It is a step of a vote. It is in the ledger or on the sheet, where members can check it.")
    SECOND = "second", N_("It is the second yes, or the no, to what somebody else asked for.")
    LOOKS = "looks", N_("It looks through a list. Nothing is changed or kept by it.")
    CARE = "care", N_("It is for help and safety, so it has to be quick.")


class RequestKind(StrEnum):
    """What one person asks for on the readers' page, and a second one has to agree to."""

    ENROL = "enrol"
    REVOKE = "revoke"
    CARD = "card"


@dataclass(frozen=True)
class Act:
    """One act: its *gate*, and in *words* what it is, or why one person may do it alone.

    *one* and *other*: the roles of the two people, where the page `people.asked` holds the gate. They may ask and agree
    in either order, or, where it is *in_order*, only *one* may ask and only *other* agree. Where both are empty the
    package's own rules hold it. *at_rest*: somebody whose own seat rests may ask for it.
    """

    gate: Gate
    words: str
    one: frozenset[Role] = frozenset()
    other: frozenset[Role] = frozenset()
    in_order: bool = False
    at_rest: bool = False


Gates = Mapping[str, Act]

# What nobody of the staff carries as well: a vote, the two roles that run votes, and reading for the board.
OF_THE_BOARD = BOARD | {Role.FACILITATOR, Role.TELLER}


NO_SEAT = N_("This takes somebody who sits on the board. You have no seat, or your seat rests.")


def takes_the_board(act: Act) -> bool:
    """Whether one of the two people of *act* may be any member of the board: whoever sits there, and nobody else."""
    return Role.MEMBER in act.one | act.other


# Two people: one asks, another one agrees


def may_be_second(act: Act, first: Set[Role], second: Set[Role]) -> bool:
    """Whether somebody with the roles *second* may agree to what somebody with the roles *first* asked for."""
    first, second = _counted(first), _counted(second)
    turned = first & act.other and second & act.one and not act.in_order
    return bool((first & act.one and second & act.other) or turned)


def _counted(roles: Set[Role]) -> Set[Role]:
    """Return the roles that count: staff are no half of the board, also where an old card says both."""
    return roles - OF_THE_BOARD if roles & STAFF else roles


def check_may_ask(act: Act, roles: Set[Role]) -> None:
    """Refuse to take a request from somebody who could be neither of the two. Raises RuleRefused."""
    if not roles & (act.one if act.in_order else act.one | act.other):
        raise RuleRefused(act.words)


def check_second(act: Act, first: Set[Role], second: Set[Role], *, same_person: bool, about_them: bool) -> None:
    """Refuse a second yes of whoever asked, of whom it is about, or of somebody without the other role."""
    if same_person:
        raise RuleRefused(N_("You asked for this yourself. Another person must agree."))
    if about_them:
        raise RuleRefused(N_("This is about you. Two other people decide it."))
    if not may_be_second(act, first, second):
        raise RuleRefused(act.words)


def in_words(gates: Gates) -> dict[Gate, list[str]]:
    """Return the table for people to read: each gate with what goes through it, each sentence once."""
    return {gate: list(dict.fromkeys(act.words for act in gates.values() if act.gate is gate)) for gate in Gate}
