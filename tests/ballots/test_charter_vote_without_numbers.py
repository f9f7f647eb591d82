"""A vote on the charter that an older program called names no number: whoever votes reads that it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals.models import ProposalVersion
from governance.proposals.service.reading import NAMES_NO_NUMBERS
from tests.ballots.factories import VOTING, Vote, a_vote
from tests.ballots.test_box_told import words as words_on
from tests.decisions.test_charter_as_voted import CHANGE
from tests.proposals.factories import WHOLE

SignIn = Callable[..., Any]
PAPERS = ("/vote/1", "/board/ballots/1/papers")
PAGES = ("/ballots/1", "/board/ballots/1", "/proposals/1", *PAPERS)


def as_before_numbers(vote: Vote) -> None:
    """Make its words what an older program kept of them, and its manifest and lines what that one wrote."""
    vote.session.execute(update(ProposalVersion).values(charter_numbers=None))
    vote.of_an_older_version()
    vote.session.expire_all()


def saying_so(session: Session, facilitator: Any) -> list[str]:
    with clock.stopped_at(VOTING):
        return [page for page in PAGES if NAMES_NO_NUMBERS in words_on(facilitator.get(page))]


@pytest.mark.on_both
def test_its_pages_and_its_papers_say_that_it_puts_nothing_in_force(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        as_before_numbers(a_vote(session, keys, "two_thirds", CHANGE))
        facilitator = sign_in(Role.FACILITATOR)
    assert saying_so(session, facilitator) == list(PAGES)


def test_a_vote_that_names_its_numbers_says_no_such_thing(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys, "two_thirds", CHANGE)
        facilitator = sign_in(Role.FACILITATOR)
    assert saying_so(session, facilitator) == []


def test_nor_does_one_on_another_matter(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys, fields=WHOLE).of_an_older_version()
        facilitator = sign_in(Role.FACILITATOR)
    assert saying_so(session, facilitator) == []
