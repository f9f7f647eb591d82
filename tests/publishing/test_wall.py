"""The wall: everything owed stands on it, in the board's order, in a fixed number of queries, without a name."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, update
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import DutyDone
from governance.feedback import rules as feedback_rules
from governance.feedback import service as feedback
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.permissions.roles import Role
from governance.publishing import service
from governance.publishing.rules import ON_TOP_AT_MOST
from governance.responses import service as responses
from governance.responses.models import Duty, Response
from governance.ruling.errors import RuleRefused
from governance.storage import database
from governance.storage.leaves import NOT_AS_PUBLISHED, SOME_LINE, TAKEN_OUT
from tests.factories import NOW, an_open_programme
from tests.factories import TODAY as FOUNDED
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, TODAY, a_decision_duty, a_theme_duty

SAID = "Stood in the rain 40 min. Why cant we wait in the hall"


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the SELECTs the app sends."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    with app.app_context():
        engine = database.db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_no_and_a_late_answer_stand_beside_a_yes(session: Session, keys: KeyFolder) -> None:
    decision, _ = a_decision_duty(session, keys)
    responses.answer(session, decision, A_NO, MANAGER, TODAY)
    late = a_theme_duty(session, "Late", TODAY - timedelta(days=60))
    yes = a_theme_duty(session, "Yes")
    responses.answer(session, yes, AN_ANSWER, MANAGER, TODAY)
    rows, older = service.wall(session, TODAY)
    assert older is None
    assert {row.now.duty.id: row.now.late for row in rows} == {decision.id: False, late.id: True, yes.id: False}


@pytest.mark.on_both
def test_the_board_puts_rows_on_top_and_nobody_takes_one_down(session: Session) -> None:
    first, second, third = (a_theme_duty(session, title).id for title in ("one", "two", "three"))
    service.put_first(session, second)
    service.put_first(session, first)
    assert [row.now.duty.id for row in service.wall(session, TODAY)[0]] == [first, second, third]
    service.put_first(session, second)  # One that was put there before goes on top again.
    assert [row.now.duty.id for row in service.wall(session, TODAY)[0]] == [second, first, third]
    service.put_back(session, first)
    assert [row.now.duty.id for row in service.wall(session, TODAY)[0]] == [second, third, first]
    with pytest.raises(RuleRefused):
        service.put_first(session, 999)


def test_what_stands_by_its_day_is_not_pushed_off_the_first_page(session: Session) -> None:
    rows = [a_theme_duty(session, f"number {n}").id for n in range(ON_TOP_AT_MOST + 1)]
    assert [service.put_first(session, each) for each in rows[:-1]] == [True] * ON_TOP_AT_MOST
    with pytest.raises(RuleRefused, match="Let one go back"):
        service.put_first(session, rows[-1])
    assert service.put_first(session, rows[0]), "one that stands there may change place"
    assert not service.put_first(session, rows[0]), "it stands first already"
    assert service.put_back(session, rows[0])
    assert not service.put_back(session, rows[0])
    assert service.put_first(session, rows[-1])


@pytest.mark.on_both
def test_every_row_is_on_exactly_one_page(session: Session) -> None:
    made = [a_theme_duty(session, f"number {n}").id for n in range(7)]
    service.put_first(session, made[0])
    seen, after = [], None
    for _ in range(4):
        rows, after = service.wall(session, TODAY, after, limit=3)
        seen += [row.now.duty.id for row in rows]
        if after is None:
            break
    assert seen == [made[0], *reversed(made[1:])]


def test_words_are_shown_with_a_yes_alone_and_once(session: Session, keys: KeyFolder) -> None:
    founded = an_open_programme(session, keys)
    for consent in (feedback_rules.Consent.WORDS, feedback_rules.Consent.IDEA):
        said = feedback.Submission(token=secrets.token_bytes(16), words=SAID, consent=consent)
        feedback.take(session, keys, said, FOUNDED)
    feedback.release(session, keys, FOUNDED + timedelta(days=3))
    page = feedback.inbox(session, keys, founded.reader("Ash"), feedback_rules.Audience.EVERYONE)
    theme = feedback.start_theme(session, "Let us wait inside", "", feedback_rules.Lane.SUGGESTION, FOUNDED)
    with_yes = next(message for message in page.messages if message.consent is feedback_rules.Consent.WORDS)
    without = next(message for message in page.messages if message.consent is feedback_rules.Consent.IDEA)
    quote = feedback.quote(session, with_yes, theme, SAID)
    with pytest.raises(RuleRefused):
        feedback.quote(session, without, theme, SAID)
    responses.start_duty_for_theme(session, theme.id, FOUNDED)
    rows, _ = service.wall(session, FOUNDED)
    assert [row.quote.text for row in rows if row.quote] == [SAID]
    quote.text, quote.withdrawn = "", True
    session.flush()
    assert service.wall(session, FOUNDED)[0][0].quote is None


def test_the_wall_costs_the_same_with_one_row_and_with_many(
    app: Flask, client: Any, session: Session, keys: KeyFolder
) -> None:
    an_open_programme(session, keys)
    with clock.stopped_at(NOW):
        responses.start_duty_for_theme(session, _theme(session, "one"), FOUNDED)
        session.commit()
        client.get("/")
        with counted(app) as few:
            client.get("/")
        for n in range(25):
            duty = responses.start_duty_for_theme(session, _theme(session, f"more {n}"), FOUNDED)
            responses.answer(session, duty, AN_ANSWER_NOW, MANAGER, FOUNDED)
        session.commit()
        with counted(app) as many:
            page = client.get("/")
    assert page.text.count("wall-row") >= 26
    assert len(many) == len(few) <= 3


def test_it_says_when_words_are_not_let_out_and_nothing_of_when_somebody_spoke(
    client: Any, session: Session, keys: KeyFolder
) -> None:
    an_open_programme(session, keys)
    waits = "What people send waits longer than it should just now. It is safe, and nothing is lost."
    pages = []
    for day, late in ((0, False), (1, False), (2, True), (30, True)):
        session.merge(DutyDone(name="release", day=FOUNDED))
        session.commit()
        for _ in range(2):  # What somebody sends in between changes no letter of it.
            with clock.stopped_at(NOW + timedelta(days=day)):
                pages.append(" ".join(client.get("/").text.split()))
                feedback.take(session, keys, feedback.Submission(token=secrets.token_bytes(16)), FOUNDED)
                session.commit()
        assert pages[-1] == pages[-2]
        assert (waits in pages[-1]) is late, day


def _theme(session: Session, title: str) -> int:
    return feedback.start_theme(session, title, "", feedback_rules.Lane.SUGGESTION, FOUNDED).id


AN_ANSWER_NOW = responses.AnswerFields(
    AN_ANSWER.answer, AN_ANSWER.words, AN_ANSWER.short,
    commitments=(type(AN_ANSWER.commitments[0])("Open the hall", "the opening worker", FOUNDED + timedelta(days=3)),),
)  # fmt: skip


@pytest.mark.on_both
def test_no_name_and_no_seat_stands_on_a_public_page(client: Any, session: Session, keys: KeyFolder) -> None:
    founded = an_open_programme(session, keys)
    with clock.stopped_at(NOW):
        manager = founded.account("Kelp")
        duty = responses.start_duty_for_theme(session, _theme(session, "Waiting"), FOUNDED)
        responses.answer(session, duty, AN_ANSWER_NOW, MANAGER, FOUNDED, account_id=manager)
        alert = service.write_alert(session, manager, ALERT, FOUNDED + timedelta(days=9), FOUNDED)
        for alias in ("Ash", "Birch"):
            roles = frozenset({Role.MEMBER})
            service.board_reads(session, keys, alert.id, founded.account(alias), roles, FOUNDED)
        session.commit()
        for address in ("/", "/alerts", f"/answers/{duty.id}", "/measures", "/principles", "/promises", "/removed"):
            page = client.get(address).text
            assert not [alias for alias in founded.cards if f">{alias}<" in page or f" {alias} " in page], address
            assert "Seat " not in page, address


ALERT = {
    "title": "Check your purple", "told": "People slept for hours.", "tested": "1 sample.", "how_sure": "Somewhat.",
    "what_helps": "Start small.", "who_says": "Drug checking.",
}  # fmt: skip


def test_an_alert_goes_up_with_its_second_reader_and_comes_down_by_itself(session: Session, keys: KeyFolder) -> None:
    founded = an_open_programme(session, keys)
    member = frozenset({Role.MEMBER})
    alert = service.write_alert(session, founded.account("Juniper"), ALERT, FOUNDED + timedelta(days=9), FOUNDED)
    service.board_reads(session, keys, alert.id, founded.account("Ash"), member, FOUNDED)
    service.board_reads(session, keys, alert.id, founded.account("Ash"), member, FOUNDED)
    assert service.on_top(session, keys, FOUNDED, NOW).alert is None
    service.board_reads(session, keys, alert.id, founded.account("Birch"), member, FOUNDED)
    assert service.on_top(session, keys, FOUNDED, NOW).alert is alert
    assert service.on_top(session, keys, FOUNDED + timedelta(days=9), NOW).alert is alert
    assert service.on_top(session, keys, FOUNDED + timedelta(days=10), NOW).alert is None


def without(what: str) -> list[Any]:
    """How whoever owns the database takes the only duty out, or what it is on."""
    duty, line = [delete(Response), delete(Duty)], Leaf.body.contains('"kind":"duty"')
    return {
        "nothing": [], "duty": duty, "its line": [update(Leaf).where(line).values(body="{}")],
        "duty and its line": [*duty, delete(Leaf).where(line)],
    }[what]  # fmt: skip


@pytest.mark.on_both
@pytest.mark.parametrize("on", ["theme", "decision"])
@pytest.mark.parametrize("what", ["nothing", "duty", "its line", "duty and its line"])
def test_a_row_that_somebody_took_out_leaves_a_note_and_a_round_does_not_hide_it(
    client: Any, session: Session, keys: KeyFolder, on: str, what: str
) -> None:
    """A round starts the clock of a decision anew. With nothing taken out there is no note: the control."""
    if on == "theme":
        a_theme_duty(session, "The hall")
    else:
        a_decision_duty(session, keys)
    session.commit()
    for each in without(what):
        session.execute(each)
    session.commit()
    for _ in ("before a round", "after one"):
        page = " ".join(client.get("/").text.split())
        assert (TAKEN_OUT in page) is (what == "duty")
        assert (SOME_LINE in page) is ("line" in what)
        if what != "duty and its line":
            responses.open_duties(session, TODAY)
            session.commit()


@pytest.mark.on_both
@pytest.mark.parametrize("is_gone", [False, True])
def test_an_older_answer_in_a_row_leaves_a_note_once_the_newest_was_taken_out(
    client: Any, session: Session, is_gone: bool
) -> None:
    duty = a_theme_duty(session, "The hall")
    responses.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    responses.answer(session, duty, A_NO, MANAGER, TODAY)
    session.commit()
    if is_gone:
        session.execute(delete(Response).where(Response.version == 2))
        session.commit()
    for address in ("/", "/?after=99"):
        assert (TAKEN_OUT in " ".join(client.get(address).text.split())) is is_gone, address


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_row_whose_theme_somebody_took_out_is_not_trusted(session: Session, database_url: str, is_gone: bool) -> None:
    a_theme_duty(session, "The hall")
    session.commit()
    if is_gone:  # No rule of the database stops whoever owns it.
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as by_hand, by_hand:
            by_hand.execute("DELETE FROM theme")
    session.expire_all()
    (row,) = service.wall(session, TODAY)[0]
    assert row.now.doubt == (NOT_AS_PUBLISHED if is_gone else "")
