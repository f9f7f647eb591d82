"""A roll holds nobody who cannot vote: a seat takes a member's card, and that card stays while a vote runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.programme import founding
from governance.ruling.errors import NotReady, RuleRefused
from tests.ballots.factories import AFTER, CLOSES, NOW, VOTING, a_vote
from tests.board.factories import DAY, LIVED, a_board, a_member
from tests.factories import PLAN
from tests.let_through import let_through
from tests.page import PageClient
from tests.people.factories import a_card


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.TELLER, Role.BOARD_READER, Role.ADMIN])
def test_a_seat_takes_a_card_that_can_vote(session: Session, keys: KeyFolder, role: Role) -> None:
    a_board(session, keys)
    stool = board.add_seat(session, "Stool", LIVED).id
    with pytest.raises(RuleRefused, match="cannot vote"):
        board.seat_member(session, stool, a_member(session, keys, "Teal", role), DAY)
    board.seat_member(session, stool, a_member(session, keys, "Moss", role, Role.MEMBER), DAY)


def test_a_plan_that_seats_somebody_without_a_vote_is_refused_in_a_sentence(session: Session) -> None:
    founding.check(session, PLAN)
    seated = replace(PLAN.people[3], roles=frozenset({Role.TELLER}))
    plan = replace(PLAN, people=[*PLAN.people[:3], seated, *PLAN.people[4:]])
    with pytest.raises(NotReady, match="Dogwood: 'Seat 4' is theirs, and they could not vote"):
        founding.check(session, plan)


def test_the_card_of_a_voter_stays_while_the_vote_runs(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    voter, other = vote.members[1], a_card(session, keys).account_id
    for moment in (NOW, VOTING, CLOSES - timedelta(minutes=1)):
        with pytest.raises(RuleRefused, match="vote 1, and need their card"):
            service.check_votes_nowhere(session, voter, moment)
        service.check_votes_nowhere(session, other, moment)
    service.check_votes_nowhere(session, voter, AFTER)


def test_a_vote_that_was_called_off_needs_no_card(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    service.cancel(session, keys, vote.ballot, "Wrong words.", NOW)
    with let_through():
        service.check_votes_nowhere(session, vote.members[1], VOTING)


def test_no_page_ends_the_card_of_a_voter(
    session: Session, keys: KeyFolder, sign_in: Callable[..., PageClient]
) -> None:
    vote = a_vote(session, keys)
    board.end_term(session, 2, NOW.date())
    session.commit()
    with clock.stopped_at(VOTING):
        keeper = sign_in(Role.ADMIN)
        token = {"csrf_token": keeper.form("/language")["fields"]["csrf_token"]}
        refused = keeper.post(f"/accounts/{vote.members[1]}/end", data=token)
        assert refused.status_code == 409
        assert "need their card for it" in refused.text
    with clock.stopped_at(AFTER):
        keeper.submit("/sign-in", alias=keeper.card.alias, passphrase=keeper.card.passphrase)
        token = {"csrf_token": keeper.form("/language")["fields"]["csrf_token"]}
        assert keeper.post(f"/accounts/{vote.members[1]}/end", data=token).status_code == 303
