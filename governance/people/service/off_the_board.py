"""Leaving the board: the card of somebody whose seat ended ends with it, or is no member's any more."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.people.models import AccountRole
from governance.people.off_the_board import LEFT_WORDS, Leaving, check_as_asked
from governance.people.service.accounts import (
    aliases,
    check_lives,
    check_may_end,
    end_account,
    roles_of,
    tell_how_accounts_stand,
    tell_of_end,
    tell_of_role,
)
from governance.permissions.roles import Role
from governance.ruling.sentences import Sentence


def check_may_leave(session: Session, keys: KeyFolder, account_id: int, leaving: Leaving) -> None:
    """Refuse what may not become of this card. Raises RuleRefused."""
    check_as_asked(roles_of(session, account_id), leaving)
    if leaving is Leaving.ENDS:
        check_may_end(session, keys, account_id)
    elif leaving is Leaving.NO_MEMBER:
        check_lives(session, account_id)


def leave_board(
    session: Session, keys: KeyFolder, account_id: int, leaving: Leaving, today: date, said: Sentence | None = None
) -> None:  # fmt: skip
    """End the card, or take the member's role from it, and tell every member. Two people agreed to it.

    *said*: what members are told, where that is not told with a seat already. Nothing is done to a card that stays.
    Raises RuleRefused like `check_may_leave`.
    """
    check_may_leave(session, keys, account_id, leaving)
    if leaving is Leaving.STAYS:
        return
    said = said or Sentence(LEFT_WORDS[leaving], name=aliases(session, [account_id])[account_id])
    if leaving is Leaving.ENDS:
        end_account(session, keys, account_id, today)
        tell_of_end(session, keys, said, today, account_id)
        return
    tell_how_accounts_stand(session, keys, today)  # Else the first line would hold nobody.
    session.execute(delete(AccountRole).where(AccountRole.account_id == account_id, AccountRole.role == Role.MEMBER))
    session.flush()
    tell_of_role(session, keys, said, today, Role.MEMBER.value, "", {account_id: False})
