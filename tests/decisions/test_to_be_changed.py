"""A decision that is to be changed waits until a proposal does it: one that goes on, or was decided since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from governance.decisions import service
from governance.decisions.models import LookedAgain, Record
from governance.decisions.rules import Upshot
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from tests.ballots.factories import Vote
from tests.decisions.factories import a_record
from tests.decisions.test_looking_again import NEXT, STANDS, THE_DAY, TO_CHANGE
from tests.proposals.factories import NO_KEYS
from tests.proposals.factories import WHOLE as A_PROPOSAL

LAST = NEXT + timedelta(days=90)


def test_what_is_to_be_changed_waits_for_a_proposal_that_names_it(session: Session, keys: KeyFolder) -> None:
    record, vote = a_record(session, keys)
    service.look_again(session, record, TO_CHANGE, THE_DAY)
    assert service.to_change(session) == [record]

    writer, other = vote.members[0], vote.members[1]
    draft = proposals.draft(session, writer, replace(A_PROPOSAL, changes_record=record.number), THE_DAY)
    assert service.to_change(session, writer) == [], "whoever writes it is at it"
    assert service.to_change(session, other) == [record], "and may leave it lying: others are reminded"
    assert changed_by(session, record) == [], "a draft is not public"
    proposals.start_discussion(session, NO_KEYS, draft, THE_DAY)
    assert changed_by(session, record) == [draft]
    proposals.park(session, keys, draft, "No time.", THE_DAY, by="Cricket")
    assert service.to_change(session) == [record], "one that rests changes nothing"
    proposals.back_to_discussion(session, draft, "We have time now.", THE_DAY)
    assert service.to_change(session) == []
    proposals.withdraw(session, draft)
    assert service.to_change(session) == [record], "one that was taken back changes nothing"
    assert changed_by(session, record) == []
    service.look_again(session, record, replace(STANDS, next_on=LAST), NEXT)
    assert service.to_change(session) == [], "the newest look counts"


def test_a_second_time_it_waits_for_a_second_proposal(session: Session, keys: KeyFolder) -> None:
    record, vote = a_record(session, keys)
    service.look_again(session, record, TO_CHANGE, THE_DAY)
    first = decided_by_now(session, vote, record, THE_DAY)
    assert service.to_change(session) == [], "it was decided since the board said so"
    assert changed_by(session, record) == [first]

    service.look_again(session, record, replace(TO_CHANGE, next_on=LAST), NEXT)

    assert service.to_change(session) == [record], "what was decided before does not change it a second time"
    assert changed_by(session, record) == []
    second = decided_by_now(session, vote, record, NEXT)
    assert service.to_change(session) == []
    assert changed_by(session, record) == [second]


def test_a_proposal_that_goes_on_while_the_board_looks_once_more_still_counts(
    session: Session, keys: KeyFolder
) -> None:
    record, vote = a_record(session, keys)
    service.look_again(session, record, TO_CHANGE, THE_DAY)
    fields = replace(A_PROPOSAL, changes_record=record.number)
    slow = proposals.draft(session, vote.members[0], fields, THE_DAY)
    proposals.start_discussion(session, NO_KEYS, slow, THE_DAY)
    service.look_again(session, record, replace(TO_CHANGE, next_on=LAST), NEXT)
    assert service.to_change(session) == []
    assert changed_by(session, record) == [slow]


@pytest.mark.parametrize("leaf", [0, 10_000])
def test_a_row_that_no_line_holds_takes_nothing_off_what_is_to_be_changed(
    session: Session, keys: KeyFolder, leaf: int
) -> None:
    record, _vote = a_record(session, keys)
    service.look_again(session, record, TO_CHANGE, THE_DAY)
    session.add(
        LookedAgain(record_id=record.id, upshot=Upshot.STANDS, why="Fine.", looked_on=NEXT, next_on=LAST, leaf=leaf)
    )
    session.flush()
    assert service.said_to_change(session) == [record], "a writer can still choose it"
    assert service.to_change(session) == [record]


def test_rows_put_in_by_hand_take_no_place_among_the_newest_looks(session: Session, keys: KeyFolder) -> None:
    record, _vote = a_record(session, keys)
    said = service.look_again(session, record, TO_CHANGE, THE_DAY)
    for leaf in range(10_000, 10_020):
        session.add(
            LookedAgain(record_id=record.id, upshot=Upshot.STANDS, why="x", looked_on=NEXT, next_on=LAST, leaf=leaf)
        )
    session.flush()
    assert [each.look.leaf for each in service.newest_looks(session, 5)] == [said.leaf]


def changed_by(session: Session, record: Record) -> list[Proposal]:
    """What the page of this record names as its change."""
    return service.proposals_to_change(session, record, service.looks_at(session, record)[0])


def decided_by_now(session: Session, vote: Vote, record: Record, today: date) -> Proposal:
    """A proposal to change this record, and the board's yes to it, in a line of the ledger."""
    made = proposals.draft(session, vote.members[0], replace(A_PROPOSAL, changes_record=record.number), today)
    proposals.start_discussion(session, NO_KEYS, made, today)
    proposals.freeze(session, made)
    proposals.mark_in_ballot(session, made)
    proposals.mark_decided(session, made)
    kept = {column.key: getattr(record, column.key) for column in Record.__table__.columns}
    number = f"2026-{900 + made.number}"
    leaf = ledger.append(session, "decisions", "record", {"record": number})
    session.add(Record(**{**kept, "id": None, "number": number, "proposal_id": made.id, "leaf": leaf}))
    session.flush()
    return made
