"""The plain pages, the alerts' way through the board, and what an operator asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions.models import Record
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from governance.proposals.rules import PRINCIPLES
from governance.publishing import service
from governance.publishing.rules import StopState
from governance.publishing.service import thread
from governance.publishing.service.measures import measures
from governance.responses import service as responses
from governance.responses.models import Commitment
from tests.ballots.factories import AFTER
from tests.board.factories import a_board, a_member
from tests.people.factories import told_to_members
from tests.proposals.factories import NO_KEYS, a_draft
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, PROMISE, TODAY, a_decision_duty, a_theme, a_theme_duty

SignIn = Callable[..., Any]
ALERT = {
    "title": "Check your purple",
    "told": "People slept for hours.",
    "tested": "1 sample.",
    "how_sure": "Somewhat.",
    "what_helps": "Start small.",
    "who_says": "Drug checking.",
}


@pytest.fixture(autouse=True)
def at_the_site() -> Iterator[None]:
    """Stand the clock where the factories' vote has just been counted."""
    with clock.stopped_at(AFTER):
        yield


def test_the_empty_house_has_every_page(client: Any) -> None:
    for address in ("/", "/code", "/principles", "/promises", "/measures", "/removed", "/alerts"):
        assert client.get(address).status_code == 200, address
    assert "Nothing on the wall yet" in client.get("/").text
    assert client.get("/answers/1").status_code == 404
    assert client.get("/?after=99999999999999999999").status_code == 200


def test_each_decision_stands_under_its_principles_and_an_empty_one_says_so(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    _, record = a_decision_duty(session, keys)
    served = {each.principle.number: each for each in service.by_principle(session, TODAY)}
    assert [number for number, each in served.items() if each.records] == sorted(record.principles)
    assert all(each.empty for number, each in served.items() if number not in record.principles)
    assert not served[record.principles[0]].empty
    later = {each.principle.number: each for each in service.by_principle(session, TODAY + timedelta(days=184))}
    assert later[record.principles[0]].empty
    assert [each.record for each in later[record.principles[0]].records] == [record]
    page = client.get("/principles").text
    assert "https://harmreduction.org" in page
    assert page.count("Nothing was decided for this in six months.") == len(PRINCIPLES) - len(record.principles)


def test_what_the_board_turned_down_serves_no_principle(session: Session, keys: KeyFolder) -> None:
    _, failed = a_decision_duty(session, keys, choices=("no",) * 5)
    assert failed.principles
    assert [each for each in service.by_principle(session, TODAY) if each.records or not each.empty] == []


@pytest.mark.on_both
def test_the_measures_count_what_is_late_and_what_is_kept(session: Session, keys: KeyFolder) -> None:
    no, _ = a_decision_duty(session, keys)
    responses.answer(session, no, A_NO, MANAGER, TODAY)
    yes = a_theme_duty(session, "yes")
    there = replace(PROMISE, by=TODAY - timedelta(days=3), already_done=True)  # No promise that was kept.
    responses.answer(session, yes, replace(AN_ANSWER, commitments=(PROMISE, there)), MANAGER, TODAY)
    a_theme_duty(session, "late", TODAY - timedelta(days=60))
    came_late = a_theme_duty(session, "came late", TODAY - timedelta(days=60))
    responses.answer(session, came_late, AN_ANSWER, MANAGER, TODAY)
    a_theme_duty(session, "open")
    found = measures(session, TODAY)
    assert found.decisions == 1
    assert (found.answered.on_time, found.answered.late, found.answered.still_open) == (2, 2, 1)
    assert [found.answers[answer] for answer in found.answers] == [2, 0, 1, 0]
    assert (found.commitments.still_open, found.commitments.kept, found.checked) == (2, 0, 0)
    board = frozenset({Role.MEMBER})
    for commitment in session.scalars(select(Commitment).where(Commitment.done_before)):
        responses.mark_done(session, commitment, board, TODAY)
    again = measures(session, TODAY)
    assert again.checked == 0, "it is checked, and was no promise: else more would be checked than were made"
    assert found.seats["filled"].value == 5 or found.seats["filled"].value is None
    assert found.gone_until is None


def test_a_name_in_an_alert_is_told_to_the_board_alone(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    """Staff who try words would else learn who sits on the board, and how a name is written."""
    a_board(session, keys)
    session.commit()
    staff, board = sign_in(Role.STAFF_READER), sign_in(Role.BOARD_READER)
    named = {**ALERT, "what_helps": "Ask C\u00adHAIR1.", "ends_on": (TODAY + timedelta(days=10)).isoformat()}
    with clock.stopped_at(AFTER):
        told, told_the_board = (person.submit("/desk/alerts", "title", **named) for person in (staff, board))
    assert (told.status_code, told_the_board.status_code) == (409, 409)
    assert "A name of a member or a seat stands in it." in told.text
    assert "Chair1" not in told.text
    assert "“Chair1” is the name" in told_the_board.text


@pytest.mark.on_both
def test_an_alert_is_written_at_the_desk_read_by_two_and_up(session: Session, sign_in: SignIn, client: Any) -> None:
    reader, one, two = sign_in(Role.STAFF_READER), sign_in(Role.MEMBER), sign_in(Role.MEMBER)
    soon = (TODAY + timedelta(days=10)).isoformat()
    assert reader.submit("/desk/alerts", "title", **ALERT, ends_on=soon).status_code == 303
    assert reader.submit("/desk/alerts", "title", **ALERT, ends_on="2020-01-01").status_code == 409
    assert reader.submit("/desk/alerts", "title", **{**ALERT, "title": ""}).status_code == 422
    assert "Alert to read" in one.get("/board").text
    assert one.submit("/board/alerts", "/read").status_code == 303
    assert "Check your purple" not in client.get("/").text
    assert "Check your purple" not in client.get("/alerts").text
    assert two.submit("/board/alerts", "/read").status_code == 303
    assert "Check your purple" in client.get("/").text
    assert "Check your purple" in client.get("/alerts").text
    with clock.stopped_at(AFTER + timedelta(days=12)):
        assert "Check your purple" not in client.get("/").text


@pytest.mark.on_both
def test_the_facilitator_orders_the_wall(session: Session, sign_in: SignIn) -> None:
    first, second = (a_theme_duty(session, title).id for title in ("one", "two"))
    facilitator = sign_in(Role.FACILITATOR)
    fields = facilitator.form("/board/wall", f"/board/wall/{first}/first")["fields"]
    for _again in range(2):  # The second time, from a page of before, nothing changes, and nobody is told anything.
        assert facilitator.post(f"/board/wall/{first}/first", data=fields).status_code == 303
        assert [row.now.duty.id for row in service.wall(session, TODAY)[0]] == [first, second]
        session.rollback()
    assert facilitator.submit("/board/wall", "/back").status_code == 303
    assert [row.now.duty.id for row in service.wall(session, TODAY)[0]] == [second, first]
    session.rollback()
    for again in (f"/board/wall/{first}/first", "/back", f"/board/wall/{first}/first"):
        assert facilitator.submit("/board/wall", again).status_code == 303
    told = [str(said) for said in told_to_members(session, 20)]
    assert len(told) == 2, "every member is told of each, once a day: nobody buries other notices under this"
    assert all(": one" in each for each in told)
    session.rollback()


# The thread


def states(stops: list[Any]) -> dict[str, StopState]:
    return {stop.name: stop.state for stop in stops}


@pytest.mark.on_both
def test_the_thread_of_a_decision_runs_from_its_proposal_to_what_was_done(session: Session, keys: KeyFolder) -> None:
    duty, record = a_decision_duty(session, keys)
    stops = states(thread.of_record(session, record, AFTER, TODAY))
    assert [stops[name] for name in ("Proposal", "Vote", "Decision")] == [StopState.DONE] * 3
    assert (stops["Word"], stops["Theme"]) == (StopState.SKIPPED, StopState.SKIPPED)
    assert (stops["Answer"], stops["Done"]) == (StopState.NOW, StopState.WAITING)
    late = states(thread.of_record(session, record, AFTER, duty.answer_due + timedelta(days=3)))
    assert late["Answer"] is StopState.LATE
    responses.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    answered = states(thread.of_record(session, record, AFTER, TODAY))
    assert (answered["Answer"], answered["Done"]) == (StopState.DONE, StopState.WAITING)
    promise = responses.commitments_of(session, [duty.id])[duty.id][0]
    broken = states(thread.of_record(session, record, AFTER, promise.due_on + timedelta(days=1)))
    assert broken["Done"] is StopState.LATE
    responses.report_done(session, promise, TODAY)
    assert states(thread.of_record(session, record, AFTER, TODAY))["Done"] is StopState.NOW
    responses.mark_done(session, promise, frozenset({Role.MEMBER}), TODAY)
    assert states(thread.of_record(session, record, AFTER, TODAY))["Done"] is StopState.DONE


def test_a_theme_that_staff_could_fix_needs_no_vote(session: Session) -> None:
    duty = a_theme_duty(session)
    responses.answer(session, duty, A_NO, MANAGER, TODAY)
    theme = session.get_one(type(a_theme(session)), duty.theme_id)
    stops = states(thread.of_theme(session, theme, AFTER, TODAY))
    assert [stops[name] for name in ("Proposal", "Vote", "Decision")] == [StopState.SKIPPED] * 3
    assert (stops["Answer"], stops["Done"]) == (StopState.DONE, StopState.SKIPPED)


@pytest.mark.on_both
def test_a_proposal_that_is_talked_about_stands_at_its_third_stop(session: Session, keys: KeyFolder) -> None:
    proposal = a_draft(session, a_member(session, keys, "Cricket"))
    theme = a_theme(session)
    proposals.link_theme(session, proposal, theme.id)
    proposals.start_discussion(session, NO_KEYS, proposal, TODAY)
    stops = states(thread.of_proposal(session, proposal, AFTER, TODAY))
    assert (stops["Theme"], stops["Proposal"], stops["Vote"]) == (StopState.DONE, StopState.NOW, StopState.WAITING)
    assert states(thread.of_theme(session, theme, AFTER, TODAY)) == stops
    assert session.query(Record).count() == 0
