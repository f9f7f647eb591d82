"""Promise 8, on what stands beside the words that people vote on: no paper loses a line of the charter unseen.

Who owns the database changes what a proposal is, after the vote was called, and puts in a newer version of its words
so that nothing is held against the line of the one that was fixed. The control is the honest vote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import inspect, update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import as_fixed
from governance.ballots.models import Ballot
from governance.decisions import service as decisions
from governance.decisions.service.adopting import NOT_VOTED_ON
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import Kind, Power, Status
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import NOW, VOTING, a_vote
from tests.ballots.test_box_told import words as words_on
from tests.databases import on_both
from tests.decisions.factories import TODAY, WHOLE, a_draft
from tests.decisions.test_charter_as_voted import ALL, CHANGE, NOW_TOO

SignIn = Callable[..., Any]
TWO_THIRDS: Mapping[str, Any] = {"kind": "two_thirds", "fields": CHANGE}
OTHER = {"kind": Kind.CLOSING_THEMES, "power": Power.ADVICE}
BESIDE: dict[str, Any] = {
    "kind": Kind.CLOSING_THEMES, "power": Power.ADVICE, "about_answer": "theme 3", "changes_record": "2031-001",
    "about_participants": True, "starts_on": NOW.date(),
}  # fmt: skip


def put_in_a_newer_version(session: Session, **beside: Any) -> None:
    """Copy the words as the next version, and change what stands beside them, as the owner of the database can."""
    words = session.query(ProposalVersion).one()
    kept = {column.key: getattr(words, column.key) for column in inspect(ProposalVersion).columns}
    session.add(ProposalVersion(**kept | {"version": words.version + 1}))
    session.flush()
    session.execute(update(Proposal).values(version=words.version + 1, **beside))
    session.commit()
    session.expire_all()


def change_beside(session: Session, **beside: Any) -> None:
    session.execute(update(Proposal).values(**beside))
    session.commit()
    session.expire_all()


def is_refused(client: Any, facilitator: Any) -> list[str]:
    """Return the papers that are given out all the same."""
    pages = (client, "/vote/1"), (client, "/vote"), (facilitator, "/board/ballots/1/papers")
    found = [(page, device.get(page)) for device, page in pages]
    return [page for page, said in found if said.status_code != 409 or as_fixed.NOT_AS_CALLED not in words_on(said)]


def named_by_audit(session: Session, keys: KeyFolder) -> bool:
    return any("Version 1 of proposal 1" in each for each in accounting.differences(session, keys, TODAY))


def test_the_papers_of_an_honest_vote_have_its_lines(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys, **TWO_THIRDS)
        assert NOW_TOO in client.get("/vote/1").text
        assert NOW_TOO in sign_in(Role.FACILITATOR).get("/board/ballots/1/papers").text
        assert proposals.WORDS_CHANGED not in words_on(client.get("/proposals/1"))
    assert not named_by_audit(session, keys)


@pytest.mark.parametrize("name", on_both(sorted(BESIDE), ["kind"]))
def test_what_stands_beside_the_words_is_held_before_every_voter(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, name: str
) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys, **TWO_THIRDS)
        facilitator = sign_in(Role.FACILITATOR)
        change_beside(session, **{name: BESIDE[name]})
        assert is_refused(client, facilitator) == []
        assert proposals.WORDS_CHANGED in words_on(client.get("/proposals/1"))
    assert named_by_audit(session, keys)


@pytest.mark.of_one_database
@pytest.mark.parametrize("status", [Status.BALLOT, Status.DECIDED, Status.DISCUSSION], ids=str)
def test_a_newer_version_put_in_by_hand_frees_nothing(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, status: Status
) -> None:
    """Whatever the proposal is called beside it: in the talk a newer version is honest, and has no papers."""
    with clock.stopped_at(VOTING):
        a_vote(session, keys, **TWO_THIRDS)
        facilitator = sign_in(Role.FACILITATOR)
        put_in_a_newer_version(session, status=status, **OTHER)
        assert is_refused(client, facilitator) == []
        said = proposals.WORDS_CHANGED in words_on(client.get("/proposals/1"))
    assert said == named_by_audit(session, keys) == (status is not Status.DISCUSSION)


def test_nor_where_the_vote_is_said_to_be_of_the_newer_one(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys, **TWO_THIRDS)
        facilitator = sign_in(Role.FACILITATOR)
        put_in_a_newer_version(session, **OTHER)
        session.execute(update(Ballot).values(version=2))
        session.commit()
        assert is_refused(client, facilitator) == []


@pytest.mark.of_one_database
@pytest.mark.parametrize("forge", [change_beside, put_in_a_newer_version], ids=["beside", "newer"])
def test_no_record_is_made_of_it(session: Session, keys: KeyFolder, forge: Callable[..., None]) -> None:
    record, _ = a_draft(session, keys, ALL, **TWO_THIRDS)
    decisions.complete(session, record, WHOLE)
    forge(session, **OTHER)
    with pytest.raises(RuleRefused, match=NOT_VOTED_ON[:30]):
        decisions.adopt(session, keys, record, TODAY)


def test_after_a_no_the_talk_may_change_what_stands_beside_the_words(session: Session, keys: KeyFolder) -> None:
    """The control: an honest newer version, and the first one is what it was."""
    record, _ = a_draft(session, keys, ("no",) * 5, **TWO_THIRDS)
    decisions.complete(session, record, WHOLE)
    decisions.adopt(session, keys, record, TODAY)
    proposal = session.query(Proposal).one()
    assert (proposal.version, proposal.status) == (2, Status.DISCUSSION)
    change_beside(session, **OTHER)
    assert proposals.holds(session, proposal, 1)
    assert proposals.words_doubt(session, proposal) == ""
    assert not named_by_audit(session, keys)
