"""The duty to answer, from the clock's first day to what the board says about a promise."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from governance.proposals.rules import Kind, Status
from governance.responses import rules, service
from governance.responses.commitments import Commitment, Level, Outcome
from governance.responses.models import Duty
from governance.ruling.errors import RuleRefused
from tests.board.factories import a_member
from tests.decisions.factories import TODAY, WHOLE, a_draft, held_to_no_vote
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, PROMISE, a_decision_duty, a_theme, a_theme_duty

MEMBER = frozenset({Role.MEMBER})
STAFF = frozenset({Role.MANAGER, Role.RESPONDER})
NO = ("no", "no", "no", "yes", "yes")


def newest(session: Session) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(ledger.newest(session, "decisions", 1)[0].body)
    return said


def test_adopting_a_record_starts_its_clock_of_3_and_15_working_days(session: Session, keys: KeyFolder) -> None:
    duty, record = a_decision_duty(session, keys)
    calendar = rules.Calendar()
    assert duty.record_id == record.id
    assert record.adopted_on == duty.opened_on == TODAY
    assert duty.first_word_due == rules.add_working_days(TODAY, 3, calendar)
    assert duty.answer_due == rules.add_working_days(TODAY, 15, calendar)
    assert service.open_duties(session, TODAY) == []


@pytest.mark.on_both
def test_a_record_without_a_clock_gets_one_from_the_day_it_was_adopted(session: Session, keys: KeyFolder) -> None:
    duty, record = a_decision_duty(session, keys)
    session.delete(duty)
    session.flush()
    started = service.open_duties(session, TODAY + timedelta(days=9))
    assert [each.record_id for each in started] == [record.id]
    assert started[0].opened_on == TODAY


def test_a_second_try_takes_over_the_duty_of_the_first(session: Session, keys: KeyFolder) -> None:
    first, failed = a_decision_duty(session, keys, choices=NO)
    again = Record(**{
        column.key: getattr(failed, column.key)
        for column in Record.__table__.columns
        if column.key not in ("id", "number", "adopted_on", "published", "leaf", "state")
    }, number="2099-001")  # fmt: skip
    session.add(again)
    proposal = session.get_one(Proposal, failed.proposal_id)
    proposal.status = Status.BALLOT
    session.flush()
    with held_to_no_vote():
        second = service.adopt_and_start_clock(session, keys, again, TODAY + timedelta(days=20))
    assert second.id == first.id
    assert second.record_id == again.id
    assert second.opened_on == TODAY + timedelta(days=20)
    assert service.open_duties(session, TODAY + timedelta(days=20)) == []
    assert session.execute(select(*service.may_lack())).one() == (False, True, False), (
        "no duty names the line of the first try"
    )
    assert service.missing(session) == ""


def test_the_clock_of_a_theme_starts_once(session: Session) -> None:
    duty = a_theme_duty(session)
    assert service.start_duty_for_theme(session, duty.theme_id or 0, TODAY + timedelta(days=3)) is duty
    assert duty.opened_on == TODAY
    with pytest.raises(RuleRefused):
        service.start_duty_for_theme(session, 999, TODAY)


def test_an_answer_is_published_in_the_ledger_with_every_word(session: Session) -> None:
    duty = a_theme_duty(session)
    answer = service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    said = newest(session)
    assert (said["kind"], said["theme"], said["answer"], said["words"]) == (
        "response", duty.theme_id, "yes", "You are right. **Wait in the hall.**",
    )  # fmt: skip
    assert said["commitments"][0]["by"] == PROMISE.by.isoformat() if PROMISE.by else False
    assert answer.leaf == ledger.newest(session, "decisions", 1)[0].number
    assert duty.answered_on == TODAY


def test_an_answer_that_lacks_something_says_all_of_it(session: Session) -> None:
    duty = a_theme_duty(session)
    with pytest.raises(RuleRefused) as refusal:
        service.answer(session, duty, replace(A_NO, reasons=frozenset(), push_back=""), MANAGER, TODAY)
    assert "Choose at least one reason" in str(refusal.value)
    assert "Say how people can push back." in str(refusal.value)
    assert duty.answered_on is None


def test_a_name_is_no_role(session: Session, keys: KeyFolder) -> None:
    a_member(session, keys, "Juniper", Role.STAFF_READER)
    duty = a_theme_duty(session)
    with pytest.raises(RuleRefused, match="Write the role"):
        service.answer(session, duty, AN_ANSWER, "juniper from the desk", TODAY)
    named = replace(AN_ANSWER, commitments=(replace(PROMISE, who="Juniper"),))
    with pytest.raises(RuleRefused, match="Write the role"):
        service.answer(session, duty, named, MANAGER, TODAY)


def test_not_yet_is_a_first_word_and_the_clock_runs_on(session: Session) -> None:
    duty = a_theme_duty(session)
    not_yet = service.AnswerFields(rules.Answer.NOT_YET, "We ask the owner.", more_facts_by=TODAY + timedelta(days=9))
    service.answer(session, duty, not_yet, MANAGER, TODAY)
    late = service.duty_now(session, duty.id, duty.answer_due + timedelta(days=2))
    assert late
    assert (late.state, late.days_late) == (rules.DutyState.LATE, 2)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY + timedelta(days=1))
    assert newest(session)["kind"] == "response"
    with pytest.raises(RuleRefused, match="not back to"):
        service.answer(session, duty, not_yet, MANAGER, TODAY + timedelta(days=2))


def test_a_correction_is_a_new_version_and_what_was_promised_stays(session: Session) -> None:
    duty = a_theme_duty(session)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    service.answer(session, duty, replace(AN_ANSWER, words="At 10:30.", commitments=()), MANAGER, TODAY)
    assert newest(session)["kind"] == "correction"
    assert [row.version for row in service.versions(session, duty)] == [2, 1]
    assert len(service.commitments_of(session, [duty.id])[duty.id]) == 1
    assert duty.answered_on == TODAY


def test_only_the_board_says_done_and_may_send_it_back(session: Session) -> None:
    duty = a_theme_duty(session)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    promise = service.commitments_of(session, [duty.id])[duty.id][0]
    with pytest.raises(RuleRefused):
        service.mark_done(session, promise, MEMBER, TODAY)  # Staff have not reported it.
    service.report_done(session, promise, TODAY)
    with pytest.raises(RuleRefused, match="Only a board member"):
        service.mark_done(session, promise, STAFF, TODAY)
    service.send_back(session, promise, MEMBER, TODAY)
    assert (promise.state, promise.reported_on) == (Commitment.PROMISED, None)
    service.report_done(session, promise, TODAY)
    service.mark_done(session, promise, MEMBER, TODAY)
    assert newest(session) == {
        "v": 1, "kind": "commitment", "theme": duty.theme_id, "commitment": promise.id,
        "what": "Open the hall at 10:45", "state": "done", "day": TODAY.isoformat(),
    }  # fmt: skip
    assert promise.leaf == ledger.newest(session, "decisions", 1)[0].number


def test_what_staff_did_before_they_answered_still_waits_for_the_board(session: Session) -> None:
    duty = a_theme_duty(session)
    before = replace(PROMISE, by=TODAY - timedelta(days=3), already_done=True)
    service.answer(session, duty, replace(AN_ANSWER, commitments=(before,)), MANAGER, TODAY)
    now = service.duty_now(session, duty.id, TODAY)
    assert now
    assert (now.kept.promised, now.kept.reported, now.kept.done) == (1, 1, 0)
    assert not now.kept.all_done


def test_more_time_is_taken_once_with_a_note(session: Session) -> None:
    duty = a_theme_duty(session)
    service.take_more_time(session, duty, "The owner of the house is away.", TODAY)
    assert duty.answer_due == rules.add_working_days(TODAY, 20, rules.Calendar())
    assert newest(session)["more_time"] == "The owner of the house is away."
    with pytest.raises(RuleRefused):
        service.take_more_time(session, duty, "Still away.", TODAY)


def test_the_first_word_is_said_once(session: Session) -> None:
    duty = a_theme_duty(session)
    service.say_first_word(session, duty, "We have read it.", TODAY)
    assert newest(session)["first_word"] == "We have read it."
    with pytest.raises(RuleRefused):
        service.say_first_word(session, duty, "And again.", TODAY)


def test_the_board_asks_again_only_for_what_is_late_and_once_a_day(session: Session) -> None:
    duty = a_theme_duty(session)
    with pytest.raises(RuleRefused, match="not late"):
        service.ask_again(session, duty, TODAY)
    late = duty.answer_due + timedelta(days=1)
    service.ask_again(session, duty, late)
    with pytest.raises(RuleRefused, match="asked today"):
        service.ask_again(session, duty, late)
    now = service.duty_now(session, duty.id, late)
    assert now
    assert now.asked_again_on == late


def test_the_board_said_yes_and_staff_said_no(session: Session, keys: KeyFolder) -> None:
    duty, _ = a_decision_duty(session, keys)
    service.answer(session, duty, A_NO, MANAGER, TODAY)
    now = service.duty_now(session, duty.id, TODAY)
    assert now
    assert now.label == "Board said yes. Staff said no."


@pytest.mark.on_both
def test_a_second_look_goes_one_up_to_somebody_who_did_not_answer(session: Session, keys: KeyFolder) -> None:
    duty = a_theme_duty(session)
    director = a_member(session, keys, "Larch", Role.DIRECTOR)
    service.answer(session, duty, A_NO, MANAGER, TODAY, account_id=a_member(session, keys, "Kelp", Role.MANAGER))
    with pytest.raises(RuleRefused, match="Only the board"):
        service.ask_second_look(session, duty, "Look again.", STAFF, TODAY)
    look = service.ask_second_look(session, duty, "The van could stay.", MEMBER, TODAY)
    assert (look.level, look.due_on) == (Level.DIRECTOR, rules.add_working_days(TODAY, 20, rules.Calendar()))
    with pytest.raises(RuleRefused, match="already"):
        service.ask_second_look(session, duty, "And this.", MEMBER, TODAY)
    wrote = service.versions(session, duty)[0].account_id or 0
    for account, roles in ((director, {Role.DIRECTOR}), (wrote, {Role.DIRECTOR}), (director, {Role.MANAGER})):
        may = (account, roles) == (director, {Role.DIRECTOR})
        assert service.may_give(session, look, account, roles) is may
        assert [each for each, _ in service.second_looks_for(session, account, roles)] == [look] * may
    with pytest.raises(RuleRefused, match="took part"):
        service.answer_second_look(
            session, look, Outcome.STAYS, "No.", wrote, frozenset({Role.DIRECTOR, Role.MANAGER}), TODAY
        )
    service.answer_second_look(
        session, look, Outcome.CHANGES, "They are right.", director, frozenset({Role.DIRECTOR}), TODAY
    )
    assert newest(session)["outcome"] == "changes"
    assert service.open_second_look(session, duty) is None


def test_above_the_director_it_takes_a_vote_of_the_board(session: Session) -> None:
    duty = a_theme_duty(session)
    service.answer(session, duty, replace(A_NO, level=Level.DIRECTOR), "the director", TODAY)
    with pytest.raises(RuleRefused, match="two thirds"):
        service.ask_second_look(session, duty, "Look again.", MEMBER, TODAY)


def test_a_vote_to_ask_above_the_director_counts_for_its_own_answer_alone(session: Session, keys: KeyFolder) -> None:
    duty, other = a_theme_duty(session), a_theme_duty(session, "Another")
    for each in (duty, other):
        service.answer(session, each, replace(A_NO, level=Level.DIRECTOR), "the director", TODAY)
    mine, others = f"theme {duty.theme_id}", f"theme {other.theme_id}"
    assert dict(service.answers_above(session)) == {mine: "Let us wait inside", others: "Another"}
    _, record = a_decision_duty(session, keys)
    proposal = session.get_one(Proposal, record.proposal_id)
    proposal.kind, proposal.about_answer = Kind.SECOND_LOOK_ABOVE_DIRECTOR, mine
    session.flush()
    with pytest.raises(RuleRefused, match="two thirds"):
        service.ask_second_look(session, other, "And this.", MEMBER, TODAY)
    assert service.ask_second_look(session, duty, "Look again.", MEMBER, TODAY).level is Level.DIRECTORS_BOARD
    assert dict(service.answers_above(session)) == {others: "Another"}, "the first waits for its answer"


@pytest.mark.on_both
def test_late_ones_lead_the_desk_and_the_counts_agree(session: Session) -> None:
    late = a_theme_duty(session, "Late", TODAY - timedelta(days=40))
    word_late = a_theme_duty(session, "Word late", TODAY - timedelta(days=8))
    open_one = a_theme_duty(session, "Open", TODAY)
    answered = a_theme_duty(session, "Answered", TODAY)
    service.answer(session, answered, AN_ANSWER, MANAGER, TODAY)
    assert [each.duty.id for each in service.owed(session, TODAY)] == [late.id, word_late.id, open_one.id]
    assert service.desk_counts(session, TODAY) == {"owed": 3, "late": 2, "promised": 1, "second_looks": 0}
    assert [each.duty.id for each in service.answered(session, TODAY)] == [answered.id]
    assert [each.title for each in service.promised(session, TODAY)] == ["Answered"]


@pytest.mark.on_both
def test_a_draft_that_is_not_adopted_starts_no_clock(session: Session, keys: KeyFolder) -> None:
    record, _ = a_draft(session, keys)
    assert service.open_duties(session, TODAY) == []
    with pytest.raises(RuleRefused):
        service.adopt_and_start_clock(session, keys, record, TODAY)
    decisions.complete(session, record, WHOLE)
    assert session.query(Duty).count() == 0
    assert a_theme(session).id
