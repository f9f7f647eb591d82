"""Secrets that go for good once what was written is committed: where that comes to nothing, they stay.

A file that was destroyed comes back with no transaction. So a vote whose end was refused a moment later, or could not
be written to the disk, would stand with nothing left to vote by.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, object_session

from governance.ballots.models import Ballot
from governance.keys.keyfolder import KeyFolder

GOING = "secrets that go"  # Of a session that is not committed: what it destroys then.


def destroy_once_committed(session: Session, keys: KeyFolder, ballot: Ballot, names: Iterable[str]) -> None:
    """Destroy these secrets of *ballot*, in their order, as soon as this transaction is committed."""
    its_own = object_session(ballot) or session  # What stands for the session of a request has no transaction itself.
    its_own.info.setdefault(GOING, []).append((its_own.get_transaction(), keys, tuple(names)))


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    going: list[tuple[SessionTransaction | None, KeyFolder, tuple[str, ...]]] = session.info.pop(GOING, [])
    for began, keys, names in going:
        if began is session.get_transaction():  # Else it was of one that came to nothing.
            with suppress(OSError):  # The vote has ended all the same. The day's round destroys what is left.
                for name in names:
                    keys.destroy(name)


@event.listens_for(Session, "after_soft_rollback")
def _taken_back(session: Session, previous: SessionTransaction) -> None:
    if not session.in_nested_transaction() and not previous.nested:
        session.info.pop(GOING, None)
