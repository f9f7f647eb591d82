"""A role that an account gets, or gives up, by a record of the board."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.orm import Session

from governance.people import rules
from governance.people.models import AccountRole
from governance.people.service.accounts import check_lives, roles_of
from governance.permissions.roles import Role


def record_of_role(session: Session, account_id: int, role: Role) -> str | None:
    """Return the number of the record by which an account has *role*; None where it has it by its card, or not."""
    row = session.get(AccountRole, (account_id, role))
    return row.record if row else None


def check_may_have_role(session: Session, account_id: int, role: Role) -> None:
    """Refuse a role for an account that has ended, or that carries what does not go with it. Raises RuleRefused."""
    check_lives(session, account_id)
    rules.check_roles(roles_of(session, account_id) | {role})


def give_role(session: Session, role: Role, account_id: int, record: str, *, taken_from: Collection[int] = ()) -> None:
    """Give an account the *role* by a *record*, and take it from others. Raises RuleRefused: `check_may_have_role`."""
    check_may_have_role(session, account_id, role)
    row = session.get(AccountRole, (account_id, role)) or AccountRole(account_id=account_id, role=role)
    row.record = record
    session.add(row)
    session.execute(delete(AccountRole).where(AccountRole.role == role, AccountRole.account_id.in_(set(taken_from))))
    session.flush()
