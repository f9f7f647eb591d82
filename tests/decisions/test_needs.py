"""What needs me now, of records: drafts to finish or to disagree with, and days to look again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from governance.decisions import rules, service
from governance.decisions.needs import Drafted, InForce, needs, to_change
from governance.decisions.rules import DissentChoice
from governance.keys.keyfolder import KeyFolder
from tests.board.factories import a_member
from tests.decisions.factories import WHOLE, a_draft, a_record

DAY = date(2026, 11, 2)
DRAFT = "2026-004"


@pytest.mark.parametrize("runs_board", [False, True])
@pytest.mark.parametrize("may_disagree", [False, True])
def test_a_draft_waits_for_who_finishes_it_and_for_who_voted(*, runs_board: bool, may_disagree: bool) -> None:
    found = needs([Drafted(DRAFT, "Hours", may_disagree)], [], DAY, runs_board=runs_board)
    pages = ["decisions.work"] * runs_board + ["decisions.dissent"] * may_disagree
    assert [(each.page, each.title, each.at) for each in found] == [
        (page, "Hours", {"number": DRAFT}) for page in pages
    ]


@pytest.mark.parametrize(("days", "waits"), [(-1, True), (0, True), (1, False)])
def test_a_record_waits_from_its_day_to_look_again(days: int, *, waits: bool) -> None:
    again = DAY + timedelta(days=days)
    found = needs([], [InForce("2026-001", "Hours", again), InForce("2026-002", "Water")], DAY, runs_board=True)
    lines = [(each.title, str(each.why), each.page) for each in found]
    assert lines == (
        [("Hours", f"We said we would look at it again on {again}.", "decisions.look_again")] if waits else []
    )
    assert [each.state for each in found] == (["late" if days < 0 else "not-yet"] if waits else [])
    assert rules.is_to_look_again(again, DAY) is waits


def test_a_draft_is_theirs_to_disagree_with_who_voted_and_have_not_said_how(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)
    voter, visitor = vote.members[0], a_member(session, keys, "Newcomer")

    assert [(each.record.number, each.may_disagree) for each in service.drafts_for(session, voter)] == [
        (record.number, True)
    ]
    assert [each.may_disagree for each in service.drafts_for(session, visitor)] == [False]
    service.say_dissent(session, record, voter, DissentChoice.NOTHING)
    assert [each.may_disagree for each in service.drafts_for(session, voter)] == [False]


def test_what_is_out_is_no_draft_and_a_correction_moves_no_day(session: Session, keys: KeyFolder) -> None:
    record, vote = a_record(session, keys)
    assert record.review_on is not None
    the_day, later = record.review_on, record.review_on + timedelta(days=90)

    assert service.drafts_for(session, vote.members[0]) == []
    assert service.to_look_at_again(session, the_day - timedelta(days=1)) == []
    assert service.to_look_at_again(session, the_day) == [(record, the_day)]
    fields = service.RecordFields(WHOLE.result, WHOLE.why, WHOLE.gets_better, later)
    again = service.correct(session, record, fields, "It said Friday.", the_day)
    assert service.to_look_at_again(session, the_day) == [(again, the_day)]


def test_what_is_to_be_changed_waits_until_somebody_writes_it() -> None:
    (line,) = to_change([InForce("2026-001", "Hours")])
    assert (line.title, line.page, line.at) == ("Hours", "proposals.new", {"changes_record": "2026-001"})
    assert to_change([]) == []
