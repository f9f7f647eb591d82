"""Who may say that a clock is right: by the day that was sure, and not by the clock that is in doubt.

On the real clock: one that a test has stopped is always believed.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.board.models import Term
from governance.commands.clock_check import are_of_both_sides
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Who
from tests.factories import Founded, an_open_programme
from tests.feedback.test_desk_clock import note


def who(founded: Founded, alias: str) -> Who:
    account = founded.account(alias)
    return Who(account, alias, people.roles_of(founded.session, account), b"")


@pytest.mark.parametrize("in_doubt", [True, False])
def test_whoever_sat_on_the_last_sure_day_counts(session: Session, keys: KeyFolder, in_doubt: bool) -> None:
    now = clock.now()
    founded = an_open_programme(session, keys, now - timedelta(days=90))
    left = (now - timedelta(days=30)).date()
    session.execute(update(Term).where(Term.account_id == founded.account("Ash")).values(ends=left))
    note(session, timedelta(days=60) if in_doubt else timedelta())
    assert are_of_both_sides(session, who(founded, "Moss"), who(founded, "Ash")) is in_doubt
    assert are_of_both_sides(session, who(founded, "Moss"), who(founded, "Birch"))
    assert not are_of_both_sides(session, who(founded, "Ash"), who(founded, "Birch"))
