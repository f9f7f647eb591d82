"""Who may not end a proposal is not asked whether they want to: the page is for its writer and who runs the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from tests.board.factories import a_member
from tests.proposals.factories import in_talk

SignIn = Callable[..., Any]
PAGE = "/board/proposals/1/take-back"


def test_another_member_is_offered_nothing(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    in_talk(session, a_member(session, keys, "Cricket"))
    session.commit()
    other = sign_in(Role.MEMBER)
    token = other.form("/board/agenda", "csrf_token")["fields"]["csrf_token"]
    assert other.get(PAGE).status_code == 403
    assert other.post(PAGE, data={"csrf_token": token}).status_code == 403
    assert session.query(Proposal).one().status is Status.DISCUSSION


@pytest.mark.on_both
def test_its_writer_takes_it_back(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    writer = sign_in(Role.MEMBER)
    in_talk(session, writer.card.account_id)
    session.commit()
    assert "Yes, take it back" in writer.get(PAGE).text
    assert writer.submit(PAGE).status_code == 303
    session.expire_all()
    assert session.query(Proposal).one().status is Status.WITHDRAWN


def test_who_runs_the_board_asks(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    in_talk(session, a_member(session, keys, "Cricket"))
    session.commit()
    assert "Ask to take it back" in sign_in(Role.FACILITATOR).get(PAGE).text
