"""What each role does here, on a page of one's own; and the first week, where whoever can go on with it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.board.models import CharterVersion
from governance.board.rules import AgendaKind, AgendaState
from governance.commands import next_step
from governance.decisions.models import Outcome, Record, State
from governance.guide import state
from governance.guide.by_role import GUIDES
from governance.health import looks
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey
from governance.permissions.access import GRANTS
from governance.permissions.roles import ROLE_WORDS, Role
from governance.places.models import HelpCard, Programme
from tests.factories import NOW, TODAY, Founded, an_open_programme, fill_in
from tests.page import PageClient
from tests.proposals.factories import in_talk

# Its pages alone: the doctor reads the same steps on both in tests/commands/test_every_line.

Enter = Callable[[str], PageClient]
FIRST_PAGES = {"Cedar": "/board", "Juniper": "/desk", "Kelp": "/desk", "Moss": "/accounts"}
# The programme of the tests is founded with shares on paper, and with readers who can read.
OUT, SIGNED = "Take the three recovery shares", "Sign for the readers"


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme on the day it was set up: nothing is filled in, nobody has met."""
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        session.execute(HelpCard.__table__.delete())  # type: ignore[attr-defined]
        session.execute(update(Programme).values(intake_open=False, languages=["en"]))
        session.commit()
        yield founded


def done(founded: Founded) -> list[str]:
    """The words of the steps that have their mark."""
    steps = state.steps(founded.session, founded.keys, TODAY)
    founded.session.rollback()
    return [step.words for step in steps if step.done]


def test_every_role_of_a_person_has_a_guide_and_no_other_has() -> None:
    assert set(GUIDES) == set(ROLE_WORDS)


@pytest.mark.parametrize("role", GUIDES)
def test_a_guide_leads_only_where_its_role_may_go(app: Flask, role: Role) -> None:
    for line in GUIDES[role]:
        if line.page:
            assert app.view_functions[line.page].permission in GRANTS[role], line.words  # type: ignore[attr-defined]


def test_each_person_reads_what_their_card_is_for_and_nothing_else(founded: Founded, enter: Enter) -> None:
    page = enter("Cedar").get("/guide").text
    assert "What needs you now stands on the board" in page
    assert "When the talk is over, call the vote." in page
    assert "Keep the help cards right." not in page
    page = enter("Moss").get("/guide").text
    assert "Keep the help cards right." in page
    assert "call the vote" not in page


def test_a_visitor_is_asked_to_sign_in(app: Flask) -> None:
    assert PageClient(app).get("/guide").status_code == 401


@pytest.mark.on_both
@pytest.mark.parametrize(("alias", "address"), FIRST_PAGES.items())
def test_the_first_week_stands_where_each_person_begins_until_it_is_over(
    founded: Founded, enter: Enter, alias: str, address: str
) -> None:
    device = enter(alias)
    assert "The first week" in device.get(address).text
    founded.session.execute(update(Programme).values(intake_open=True))
    a_decision(founded)
    assert "The first week" not in device.get(address).text


@pytest.mark.on_both
def test_each_step_gets_its_mark_when_it_is_done(founded: Founded) -> None:
    session = founded.session
    assert done(founded) == [OUT, SIGNED]
    fill_in(session, TODAY)
    session.commit()
    assert done(founded) == [OUT, "Fill the help cards", SIGNED]
    item = board.add_agenda_item(session, AgendaKind.MEMBER, "hours", "Opening hours", TODAY)
    session.commit()
    assert "Meet" not in done(founded)
    board.set_agenda_state(session, item.id, AgendaState.TODAY)
    session.commit()
    assert "Meet" in done(founded)
    session.execute(update(CharterVersion).values(record="2026-001"))
    session.commit()
    assert "Adopt the charter" in done(founded)
    session.execute(update(Programme).values(intake_open=True))
    session.commit()
    assert state.steps(session, founded.keys, TODAY) == []


@pytest.mark.on_both
def test_where_readers_cannot_read_that_step_has_no_mark(founded: Founded) -> None:
    founded.session.execute(update(IntakeKey).values(destroyed_on=TODAY))
    founded.session.commit()
    assert done(founded) == [OUT]


def test_recovery_shares_that_wait_come_before_everything_else(
    app: Flask, founded: Founded, caplog: pytest.LogCaptureFixture
) -> None:
    people.keep_shares(founded.session, founded.keys, founded.keys.need(RECOVERY), founded.shares)
    founded.session.commit()
    assert done(founded) == [SIGNED]
    next_step.say(app)
    assert caplog.messages == ["The first week goes on. Next: Take the three recovery shares."]


@pytest.mark.on_both
def test_the_doctor_says_the_next_step(app: Flask, founded: Founded) -> None:
    with app.app_context():
        said = [str(finding.words) for finding in looks.findings(app)]
    assert "The first week goes on. Next: Fill the help cards." in said


def test_the_program_says_the_next_step_when_it_is_started(
    app: Flask, founded: Founded, caplog: pytest.LogCaptureFixture
) -> None:
    next_step.say(app)
    assert caplog.messages == ["The first week goes on. Next: Fill the help cards."]
    caplog.clear()
    founded.session.execute(update(Programme).values(intake_open=True))
    a_decision(founded)
    next_step.say(app)
    assert caplog.messages == []


def test_a_step_leads_only_where_whoever_reads_it_may_go(founded: Founded, enter: Enter) -> None:
    leads = {alias: 'href="/places"' in enter(alias).get("/guide").text for alias in ("Moss", "Cedar", "Kelp")}
    assert leads == {"Moss": True, "Cedar": False, "Kelp": False}


def a_decision(founded: Founded) -> None:
    """Put a public decision record there, without its vote."""
    session = founded.session
    proposal = in_talk(session, founded.account("Ash"))
    session.add(
        Record(
            number="2026-001", proposal_id=proposal.id, outcome=Outcome.ADOPTED, state=State.ADOPTED, title="Hours",
            asked="Open longer?", result="Yes.", why="Many said so.", gets_better="People can come.", against=[],
            how=[], sums=[], principles=[], recusal_ties=[],
            review_on=TODAY, decided_on=TODAY, adopted_on=TODAY,
        )
    )  # fmt: skip
    session.commit()
