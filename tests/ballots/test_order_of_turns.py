"""Whoever ends a vote takes turns at what is voted on first, then at the vote: so no two wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from governance import clock
from governance.ballots import service
from governance.ballots.models import Ballot
from governance.ballots.rules import TO_COUNT
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from tests.ballots.factories import CLOSES, NOW, VOTING, a_vote
from tests.proposals.test_small import CALLED, a_board_with, a_small_one, calls
from tests.second_yes import agree

SignIn = Callable[..., Any]
WHY = "The words were wrong."


@contextmanager
def read_in_order() -> Iterator[list[tuple[type, bool]]]:
    """Yield what is read within this block of proposals and votes, in order; and whether a lock is taken with it."""
    found: list[tuple[type, bool]] = []

    def note(state: ORMExecuteState) -> None:
        of = state.bind_mapper.class_ if state.is_select and state.bind_mapper else None
        if of in (Proposal, Ballot):
            found.append((of, getattr(state.statement, "_for_update_arg", None) is not None))

    event.listen(Session, "do_orm_execute", note)
    try:
        yield found
    finally:
        event.remove(Session, "do_orm_execute", note)


def locks(found: list[tuple[type, bool]]) -> list[type]:
    return [of for of, locked in found if locked]


@pytest.mark.parametrize("way", ["call-off", "end"])
def test_two_people_who_end_a_vote(session: Session, keys: KeyFolder, sign_in: SignIn, way: str) -> None:
    with clock.stopped_at(VOTING if way == "call-off" else CLOSES + TO_COUNT):
        a_vote(session, keys).cast("yes", "yes", "yes", "yes")
        session.commit()
        facilitator, other = sign_in(Role.FACILITATOR), sign_in(Role.TELLER)
        assert facilitator.submit(f"/board/ballots/1/{way}", reason=WHY).status_code == 303
        with read_in_order() as found:
            assert agree(other).status_code == 303
        assert locks(found)[:2] == [Proposal, Ballot]
    ballot = service.by_number(session, 1)
    assert ballot
    assert ballot.cancelled_reason == WHY


def test_a_concern_that_holds_a_vote_and_nothing_is_asked_of_it_before_its_turn(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    """Somebody may call the vote just then: whether it opens later is asked once they are done."""
    with clock.stopped_at(NOW):
        member = sign_in(Role.MEMBER)
        members = a_board_with(session, keys, member.card.account_id)
        ballot = calls(session, keys, a_small_one(session, keys, members[0]))
        before = ballot.opens_at - CALLED
        session.commit()
    with clock.stopped_at(before):
        member.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
        said = {"text": "Mondays are bad.", "kind": "concern"}
        token = member.form("/board/proposals/1", "/talk")["fields"]["csrf_token"]
        with read_in_order() as found:
            answer = member.post("/board/proposals/1/talk", data={**said, "csrf_token": token})
        assert answer.status_code == 303
    assert locks(found)[0] is Proposal
    assert Ballot in locks(found)
    assert found.index((Proposal, True)) < found.index((Ballot, False)), "what it was before is not what is held"
    session.expire_all()
    assert ballot.cancelled_reason
