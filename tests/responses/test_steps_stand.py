"""Whoever owns the database makes a promise look kept, or no longer reported: every list of promises says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.responses import service
from governance.responses.commitments import Commitment as StepOf
from governance.responses.models import Commitment, Duty
from governance.storage.leaves import NOT_AS_PUBLISHED, TAKEN_OUT
from tests.responses.factories import AN_ANSWER, MANAGER, TODAY, a_decision_duty

LISTS = ("/", f"/years/{TODAY.year}", "/measures", "/desk/answers", "/board/commitments")
# What is done to the rows after staff reported the first of three promises, and what each list says then.
ATTACKS = {
    "nothing": ({}, ""),
    "it is done": ({"state": StepOf.DONE, "done_on": TODAY}, NOT_AS_PUBLISHED),
    "it was done before": ({"state": StepOf.REPORTED_DONE, "leaf": None}, NOT_AS_PUBLISHED),
    "as it stood at first": ({"state": StepOf.PROMISED, "reported_on": None, "leaf": None}, TAKEN_OUT),
    "gone": (None, TAKEN_OUT),
}


def reported(session: Session, keys: KeyFolder) -> tuple[Duty, Commitment]:
    duty, _record = a_decision_duty(session, keys)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    first = service.commitments_of(session, [duty.id])[duty.id][0]
    service.report_done(session, first, TODAY)
    session.commit()
    return duty, first


@pytest.mark.on_both
@pytest.mark.parametrize("attack", ATTACKS)
def test_every_list_says_that_a_promise_stands_where_no_line_has_it(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any], attack: str
) -> None:
    changed, told = ATTACKS[attack]
    _duty, first = reported(session, keys)
    manager, member = sign_in(Role.MANAGER), sign_in(Role.MEMBER, sits=True)
    this = Commitment.id == first.id
    if changed is None:
        session.execute(delete(Commitment).where(this))
    elif changed:
        session.execute(update(Commitment).where(this).values(**changed))
    session.commit()
    for address in LISTS:
        person = manager if address.startswith("/desk") else member
        found = person.get(address)
        page = " ".join(found.text.split())
        assert found.status_code == 200
        assert told in page, address
        assert bool(told) is any(each in page for each in (NOT_AS_PUBLISHED, TAKEN_OUT)), address


@pytest.mark.on_both
def test_each_step_of_its_life_is_as_published(session: Session, keys: KeyFolder) -> None:
    """The control: promised, reported, not found done, reported again and checked, nothing is in doubt or missing."""
    duty, first = reported(session, keys)
    member = frozenset({Role.MEMBER})
    nothing_is_said(session, duty)
    service.send_back(session, first, member, TODAY)
    nothing_is_said(session, duty)
    service.report_done(session, first, TODAY)
    service.mark_done(session, first, member, TODAY)
    nothing_is_said(session, duty)


def nothing_is_said(session: Session, duty: Duty) -> None:
    session.commit()
    assert (service.doubt_of_steps(session), service.missing(session)) == ("", "")
    now = service.duty_now(session, duty.id, TODAY)
    assert now is not None
    assert now.doubt == ""
