"""Promise 9: every decision gets an answer, lateness is public, and "answered" is not "done"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service as decisions
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import BOARD, ROLE_WORDS, Role
from governance.responses import rules, service
from governance.responses.commitments import Commitment
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER
from tests.databases import on_both
from tests.decisions.factories import WHOLE, a_draft
from tests.page import Page
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, TODAY, a_decision_duty, a_site
from tests.second_yes import agree, waiting

SignIn = Callable[..., Any]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def page_on(client: Any, day: date, address: str = "/") -> str:
    with clock.stopped_at(noon(day)):
        text: str = client.get(address).text
    return text


@pytest.mark.of_one_database
@pytest.mark.parametrize("choices", [("yes", "yes", "yes", "no", "no"), ("no", "no", "no", "yes", "yes")])
def test_every_decision_a_yes_or_a_no_starts_a_clock_when_it_is_published(
    session: Session, keys: KeyFolder, choices: tuple[str, ...]
) -> None:
    duty, record = a_decision_duty(session, keys, choices=choices)
    assert duty.record_id == record.id
    assert duty.first_word_due == rules.add_working_days(TODAY, 3, rules.Calendar())
    assert duty.answer_due == rules.add_working_days(TODAY, 15, rules.Calendar())


def test_a_late_answer_shows_on_every_page_that_has_it(session: Session, keys: KeyFolder, client: Any) -> None:
    duty, record = a_decision_duty(session, keys)
    assert "status-late" not in page_on(client, duty.first_word_due)
    assert "1 day late" in page_on(client, duty.first_word_due + timedelta(days=1))
    service.say_first_word(session, duty, "We look at it.", duty.first_word_due)
    session.commit()
    assert "status-late" not in page_on(client, duty.answer_due)
    late_by_ten = duty.answer_due + timedelta(days=10)
    assert "10 days late" in page_on(client, late_by_ten)
    assert "No answer yet." in page_on(client, late_by_ten)
    assert "10 days late" in page_on(client, late_by_ten, f"/decisions/{record.number}")
    measures = page_on(client, late_by_ten, "/measures")
    assert "1 of 1" in measures.split("Late</span>")[1].split("Still open")[0]


@pytest.mark.of_one_database
def test_only_an_answer_takes_a_late_row_away(session: Session, keys: KeyFolder, client: Any) -> None:
    duty, _ = a_decision_duty(session, keys)
    late = duty.answer_due + timedelta(days=4)
    service.say_first_word(session, duty, "We look at it.", late)
    with pytest.raises(RuleRefused):
        service.take_more_time(session, duty, "It is hard.", late)
    session.commit()
    assert "4 days late" in page_on(client, late)
    not_yet = service.AnswerFields(rules.Answer.NOT_YET, "We ask the owner.", more_facts_by=late + timedelta(days=9))
    service.answer(session, duty, not_yet, MANAGER, late)
    session.commit()
    assert "4 days late" in page_on(client, late)
    service.answer(session, duty, answer_of(late), MANAGER, late)
    session.commit()
    assert "4 days late" not in page_on(client, late)
    assert service.desk_counts(session, late)["late"] == 0


def answer_of(day: date) -> service.AnswerFields:
    promise = replace(AN_ANSWER.commitments[0], by=day + timedelta(days=5))
    return replace(AN_ANSWER, commitments=(promise,))


def test_answered_is_not_done_and_reported_is_not_done(session: Session, keys: KeyFolder, client: Any) -> None:
    duty, record = a_decision_duty(session, keys)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    session.commit()
    promise = service.commitments_of(session, [duty.id])[duty.id][0]
    for state in (Commitment.PROMISED, Commitment.REPORTED_DONE):
        assert promise.state is state
        assert "status-done" not in page_on(client, TODAY)
        assert "Done. The board checked." not in page_on(client, TODAY, f"/decisions/{record.number}")
        if state is Commitment.PROMISED:
            service.report_done(session, promise, TODAY)
            session.commit()
    service.mark_done(session, promise, frozenset({Role.MEMBER}), TODAY)
    session.commit()
    assert "status-done" in page_on(client, TODAY)
    assert "Done. The board checked." in page_on(client, TODAY, f"/decisions/{record.number}")


@pytest.mark.parametrize("role", on_both(sorted(ROLE_WORDS), [Role.MEMBER]))
def test_only_a_board_member_marks_done(session: Session, keys: KeyFolder, sign_in: SignIn, role: Role) -> None:
    with clock.stopped_at(AFTER):
        duty, _ = a_decision_duty(session, keys)
        service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
        promise = service.commitments_of(session, [duty.id])[duty.id][0]
        service.report_done(session, promise, TODAY)
        session.commit()
        person = sign_in(role, sits=role in BOARD)
        done = person.post(f"/board/commitments/{duty.id}/{promise.id}/done", data=token_of(person))
        second = sign_in(Role.TELLER)
        for _ in waiting(second):
            agree(second)
    session.refresh(promise)
    assert (promise.state is Commitment.DONE) == (role is Role.MEMBER)
    assert done.status_code == (303 if role is Role.MEMBER else 403)


def token_of(person: Any) -> dict[str, str]:
    return {"csrf_token": Page(person.get("/account").text).forms[0]["fields"]["csrf_token"]}


@pytest.mark.of_one_database
def test_a_staff_member_who_is_also_on_the_board_cannot_mark_done(session: Session, keys: KeyFolder) -> None:
    duty, _ = a_decision_duty(session, keys)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    promise = service.commitments_of(session, [duty.id])[duty.id][0]
    service.report_done(session, promise, TODAY)
    with pytest.raises(RuleRefused):
        service.mark_done(session, promise, frozenset({Role.MEMBER, Role.RESPONDER}), TODAY)


@pytest.mark.of_one_database
def test_without_the_clock_and_the_rule_nobody_would_know(
    session: Session, keys: KeyFolder, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same pages show no lateness where no clock was started, and "done" where staff may say it."""
    a_site(session)
    record, _ = a_draft(session, keys)
    decisions.complete(session, record, WHOLE)
    decisions.adopt(session, keys, record, TODAY)
    session.commit()
    for address in ("/", f"/decisions/{record.number}"):
        assert "status-late" not in page_on(client, TODAY + timedelta(days=100), address)
    (duty,) = service.open_duties(session, TODAY)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    promise = service.commitments_of(session, [duty.id])[duty.id][0]
    service.report_done(session, promise, TODAY)
    monkeypatch.setattr("governance.responses.commitments.check_may_mark_done", lambda roles: None)
    service.mark_done(session, promise, frozenset({Role.RESPONDER}), TODAY)
    session.commit()
    assert "status-done" in page_on(client, TODAY)


@pytest.mark.of_one_database
def test_a_staff_veto_is_never_a_quiet_one(session: Session, keys: KeyFolder, client: Any) -> None:
    duty, record = a_decision_duty(session, keys)
    service.answer(session, duty, A_NO, MANAGER, TODAY)
    session.commit()
    for address in ("/", f"/decisions/{record.number}"):
        assert "Board said yes. Staff said no." in page_on(client, TODAY, address)
