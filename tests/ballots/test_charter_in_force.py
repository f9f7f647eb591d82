"""A vote is decided under the charter that was in force when it was called, whatever is in force when it is counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.result.outcome import Result
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import NOW, a_vote
from tests.proposals.factories import WHOLE

SAID = "It is decided by version {} of our charter. That one was in force when the vote was called."
THREE_YES = ("yes", "yes", "yes", "no", "abstain")


@pytest.mark.parametrize(("before", "result"), [(False, Result.ADOPTED), (True, Result.NOT_ADOPTED)])
def test_what_a_yes_takes_is_fixed_when_the_vote_is_called(
    session: Session, keys: KeyFolder, before: bool, result: Result
) -> None:
    """The control is the same vote, called once the board asks for four."""

    def four_yes() -> None:
        board.adopt_charter(session, replace(board.charter(session), least_yes=4), NOW.date(), "2026-001")

    def fields(_members: list[int]) -> Any:
        if before:
            four_yes()
        return WHOLE

    vote = a_vote(session, keys, fields=fields)
    if not before:
        four_yes()
    vote.cast(*THREE_YES)
    vote.count()
    count = service.count_of(session, vote.ballot)
    assert count
    assert count.result is result


def test_its_pages_say_which_version_that_is(session: Session, keys: KeyFolder, client: Any, sign_in: Any) -> None:
    vote = a_vote(session, keys)
    board.adopt_charter(session, replace(board.charter(session), least_yes=4), NOW.date(), "2026-001")
    session.commit()
    with clock.stopped_at(NOW):
        pages = client.get("/ballots/1").text, sign_in(Role.MEMBER).get("/board/ballots/1").text
    assert vote.ballot.charter_number == 1
    assert [SAID.format(1) in " ".join(page.split()) for page in pages] == [True, True]
