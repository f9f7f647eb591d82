"""A decision that another one took the place of is over by itself, and says which; the board can take it up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.decisions import rules, service
from governance.decisions.models import Outcome, Record
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from tests.ballots.factories import Vote
from tests.decisions.factories import WHOLE, a_record, held_to_no_vote
from tests.decisions.test_looking_again import AGAIN, NEXT, STANDS, THE_DAY, TO_CHANGE, SignIn, at, words_of
from tests.proposals.factories import NO_KEYS
from tests.proposals.factories import WHOLE as A_PROPOSAL

SATURDAY = "Drug checking moves to Saturday."
ITS_DAY = THE_DAY + timedelta(days=300)
LONG_AFTER = date(2090, 1, 1)
lines = st.none() | st.integers(0, 50)


def decided_to_change(
    session: Session, keys: KeyFolder, vote: Vote, older: Record,
    outcome: Outcome = Outcome.ADOPTED, paper_says_so: bool = True,
) -> Record:  # fmt: skip
    """The record of a proposal that names *older*, published on the day of the look.

    *paper_says_so*: False for a vote that was called before papers said that a yes takes the older one's place.
    """
    fields = replace(A_PROPOSAL, title="Drug checking on Saturdays", changes_record=older.number)
    proposal = proposals.draft(session, vote.members[0], fields, THE_DAY)
    proposals.start_discussion(session, NO_KEYS, proposal, THE_DAY)
    proposals.freeze(session, proposal)
    opens, tellers = at(THE_DAY + timedelta(days=9)), [each.account_id for each in vote.tellers]
    ballot = ballots.call_vote(
        session, keys, proposal, kind="majority", tellers=tellers,
        opens_at=opens, closes_at=opens + timedelta(days=3), now=at(THE_DAY),
    )  # fmt: skip
    if not paper_says_so:
        ballot.manifest = {name: said for name, said in (ballot.manifest or {}).items() if name != "replaces"}
        ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", ballot.manifest)
    own = {"id", "published", "leaf", "adopted_on", "state", "number", "proposal_id", "outcome", "ballot_id"}
    kept = {c.key: getattr(older, c.key) for c in Record.__table__.columns if c.key not in own}
    words = {"title": fields.title, "asked": fields.ask, "number": "2026-002"}
    newer = Record(**kept | words, proposal_id=proposal.id, ballot_id=ballot.id, outcome=outcome)
    session.add(newer)
    session.flush()
    service.complete(session, newer, replace(WHOLE, result=SATURDAY, review_on=ITS_DAY))
    with held_to_no_vote():
        service.adopt(session, keys, newer, THE_DAY)
    session.commit()
    return newer


@pytest.fixture
def to_be_changed(session: Session, keys: KeyFolder) -> tuple[Record, Vote]:
    record, vote = a_record(session, keys)
    service.look_again(session, record, TO_CHANGE, THE_DAY)
    session.commit()
    return record, vote


@given(lines, lines)
def test_what_the_ledger_tells_last_counts(replaced_in: int | None, looked_in: int | None) -> None:
    newest = max((line for line in (replaced_in, looked_in) if line is not None), default=None)
    said = rules.is_replaced(replaced_in, looked_in)
    assert said == (replaced_in is not None and newest == replaced_in and replaced_in != looked_in)


def test_it_is_over_and_has_no_day_any_more(
    session: Session, keys: KeyFolder, to_be_changed: tuple[Record, Vote]
) -> None:  # fmt: skip
    older, vote = to_be_changed
    assert service.to_look_at_again(session, NEXT) == [(older, NEXT)], "the control: until then its day goes on"
    assert service.said_to_change(session) == [older]

    newer = decided_to_change(session, keys, vote, older)

    assert service.day_of(session, older) is None
    assert service.to_look_at_again(session, LONG_AFTER) == [(newer, ITS_DAY)], "the newer one has a day of its own"
    assert service.said_to_change(session) == service.to_change(session) == []
    assert {each.record.number: (each.replaced_by, each.look_again_on) for each in service.listed(session)} == {
        "2026-001": ("2026-002", None), "2026-002": ("", ITS_DAY),
    }  # fmt: skip
    assert service.replaces(newer) == "2026-001"
    assert service.replaces(older) is None


def test_a_correction_of_either_changes_nothing_of_it(
    session: Session, keys: KeyFolder, to_be_changed: tuple[Record, Vote]
) -> None:  # fmt: skip
    older, vote = to_be_changed
    newer = decided_to_change(session, keys, vote, older)
    mended = service.correct(session, older, replace(WHOLE, result="It moves to Friday."), "A word.", THE_DAY)
    service.correct(session, newer, replace(WHOLE, result="It moves to Saturday."), "A word.", THE_DAY)
    assert mended.review_on is None
    assert service.day_of(session, mended) is None
    assert [each.record.result for each in service.to_look_at_again(session, LONG_AFTER)] == ["It moves to Saturday."]


def test_the_board_can_take_it_up_again(
    session: Session, keys: KeyFolder, to_be_changed: tuple[Record, Vote]
) -> None:  # fmt: skip
    older, vote = to_be_changed
    decided_to_change(session, keys, vote, older)
    service.look_again(session, older, STANDS, THE_DAY)
    assert service.day_of(session, older) == NEXT
    assert (older, NEXT) in service.to_look_at_again(session, LONG_AFTER)
    assert {each.replaced_by for each in service.listed(session)} == {""}


def test_what_did_not_pass_takes_no_place(
    session: Session, keys: KeyFolder, to_be_changed: tuple[Record, Vote]
) -> None:  # fmt: skip
    older, vote = to_be_changed
    newer = decided_to_change(session, keys, vote, older, Outcome.NOT_ADOPTED)
    assert service.replaces(newer) is None
    assert service.day_of(session, older) == NEXT


def test_where_no_paper_said_that_a_yes_ends_the_older_one_it_goes_on(
    session: Session, keys: KeyFolder, to_be_changed: tuple[Record, Vote]
) -> None:  # fmt: skip
    older, vote = to_be_changed
    newer = decided_to_change(session, keys, vote, older, paper_says_so=False)
    assert '"changes":"2026-001"' in (newer.published or "")
    assert service.replaces(newer) is None
    assert service.day_of(session, older) == NEXT
    assert {each.replaced_by for each in service.listed(session)} == {""}


@pytest.mark.on_both
def test_who_owns_the_database_ends_no_decision_by_it(
    session: Session, keys: KeyFolder, to_be_changed: tuple[Record, Vote]
) -> None:  # fmt: skip
    """Of a proposal that did not pass it is said that it passed, and that it changes this one."""
    older, vote = to_be_changed
    other = decided_to_change(session, keys, vote, older, Outcome.NOT_ADOPTED)
    session.execute(update(Record).where(Record.id == other.id).values(outcome=Outcome.ADOPTED))
    session.execute(update(Proposal).values(changes_record="2026-001"))
    session.commit()
    session.expire_all()
    assert service.day_of(session, older) == NEXT
    assert {each.replaced_by for each in service.listed(session)} == {""}


def test_everybody_reads_that_it_is_over_and_which_one_counts(
    session: Session, keys: KeyFolder, to_be_changed: tuple[Record, Vote], sign_in: SignIn, client: Any
) -> None:
    older, vote = to_be_changed
    with clock.stopped_at(at(NEXT + timedelta(days=9))):
        assert "We are 9 days late." in words_of(client.get("/decisions/2026-001")), "the control"
        decided_to_change(session, keys, vote, older)
        page, found = words_of(client.get("/decisions/2026-001")), words_of(client.get("/decisions"))
        newer = words_of(client.get("/decisions/2026-002"))
        member = sign_in(Role.MEMBER)
        mine, first_page = words_of(member.get("/board/decisions/2026-001")), words_of(member.get("/board"))
    assert "Over: a newer one took its place" in page
    assert "Read decision 2026-002" in page
    assert "late" not in page
    assert "It is over. Decision 2026-002 took its place." in found
    assert "Look again:" not in found
    assert "It took the place of decision 2026-001" in newer
    assert "It is over. Decision 2026-002 took its place." in mine
    assert "Take it up again" in mine
    assert "it counts again too" in mine
    assert "Say what came of it" not in mine
    assert AGAIN not in first_page
