"""Roles that a vote among members is for, and giving them to whom it chose."""

from __future__ import annotations

from collections.abc import Collection, Set
from datetime import date

from sqlalchemy.orm import Session

from governance.board import roles_voted
from governance.people import service as people
from governance.permissions.roles import STAFF, Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

OF_THE_BOARD = (Role.MEMBER, Role.BOARD_READER, Role.FACILITATOR, Role.TELLER)
OTHERS_BY_NOW = N_("Somebody else has this role by now. Look at the list, and ask once more.")


def may_hold_role(session: Session) -> dict[int, str]:
    """Return who may be chosen for a role: account and alias. Those of the board, and no staff. For members alone."""
    found = {account: alias for role in OF_THE_BOARD for account, alias in people.with_role(session, role).items()}
    staff = people.staff_among(session, found)
    return {account: found[account] for account in sorted(found.keys() - staff, key=found.__getitem__)}


def is_of_the_board(roles: Set[Role]) -> bool:
    """Whether whoever carries these *roles* may be chosen for a role of the board, as `may_hold_role` has it."""
    return bool(roles & set(OF_THE_BOARD)) and not roles & STAFF


def role_waits_for(session: Session, role: Role, account_id: int, record: str) -> bool:
    """Whether the *role* still waits for this account, which the vote of this *record* chose.

    Not where the account has ended, or holds what nobody with this role may: nobody is asked to give it then.
    """
    if account_id not in may_hold_role(session):
        return False
    return people.record_of_role(session, account_id, role) != record


def role_has_no_taker(session: Session, role: Role, account_id: int, record: str) -> bool:
    """Whether the *role* is free, and whom the vote of this *record* chose for it cannot have it by that vote any more.

    Not where they had it by that vote already. While others have the role, the board can go on with them.
    """
    if account_id in may_hold_role(session) or people.record_of_role(session, account_id, role) == record:
        return False
    return len(people.with_role(session, role)) < roles_voted.FEWEST[role]


def gives_up(session: Session, role: Role, chosen: Collection[int]) -> dict[int, str]:
    """Return who has the *role* no more once it goes to the *chosen*: account and alias. For members alone."""
    holders = people.with_role(session, role)
    left = roles_voted.who_gives_up(role, holders, chosen)
    return {account: alias for account, alias in holders.items() if account in left}


def check_may_get_role(
    session: Session, role: Role, account_id: int, record: str, begins: date, today: date
) -> None:  # fmt: skip
    """Refuse a role that is not this account's to get: too soon, given already, or by what it may not hold with it."""
    if today < begins:
        raise RuleRefused(Sentence(N_("The board chose them from {day} on. Come back on that day."), day=begins))
    people.check_may_have_role(session, account_id, role)
    if people.roles_of(session, account_id) & STAFF:
        raise RuleRefused(N_("Staff hold no vote, run none and open no box. Choose one side."))
    if people.record_of_role(session, account_id, role) == record:
        raise RuleRefused(N_("They have this role by that vote already. Each vote gives a role once."))


def role_chosen(
    session: Session, role: Role, account_id: int, record: str, chosen: Collection[int], before: Collection[int]
) -> set[int]:  # fmt: skip
    """Give the *role* to whom the vote of this *record* chose; return all accounts that it changed.

    *chosen*: all whom that vote chose. *before*: who gives it up, as two people read it. Raises RuleRefused where that
    is not so any more. Call `check_may_get_role` before.
    """
    left = gives_up(session, role, chosen).keys()
    if left != set(before):
        raise RuleRefused(OTHERS_BY_NOW)
    people.give_role(session, role, account_id, record, taken_from=left)
    return {account_id, *left}
