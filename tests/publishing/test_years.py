"""A year in short: what it holds is what other pages say, and it puts itself on the board's agenda once it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.board.rules import AgendaState
from governance.clockwork.rounds import Moment
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.decisions.rules import Upshot
from governance.decisions.service import LookFields
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.publishing import rounds, rules, service
from governance.responses import service as responses
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED
from tests.page import Page
from tests.responses.factories import AN_ANSWER, MANAGER, TODAY, a_decision_duty, a_theme_duty

YEAR = TODAY.year
OVER = date(YEAR + 1, 1, 3)


@pytest.fixture
def lived(session: Session, keys: KeyFolder) -> Session:
    """A year with a decision, an answer to it that came late, a theme that staff were asked about, and one look."""
    duty, record = a_decision_duty(session, keys)
    late = duty.answer_due + timedelta(days=10)
    promise = replace(AN_ANSWER.commitments[0], by=late + timedelta(days=5))
    responses.answer(session, duty, replace(AN_ANSWER, commitments=(promise,)), MANAGER, late)
    a_theme_duty(session, "Too few chairs")
    assert record.review_on
    look = LookFields(Upshot.STANDS, "It works.", record.review_on + timedelta(days=90))
    decisions.look_again(session, record, look, record.review_on)
    session.commit()
    return session


def a_round(session: Session, keys: KeyFolder, today: date) -> int:
    """What the program does by itself on this day; how many times it wrote."""
    noon, wrote = datetime.combine(today, datetime.min.time(), UTC), 0
    for piece in rounds.look_back(session, keys, Moment(noon, today, release_hour_has_come=True)):
        piece(session)
        wrote += 1
    session.commit()
    return wrote


@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)))
def test_a_board_looks_back_in_the_first_months_and_on_a_year_that_is_over(today: date) -> None:
    year = rules.year_just_over(today)
    assert (year is None) == (today.month > rules.LAST_MONTH_TO_LOOK_BACK)
    assert year is None or date(year, 12, 31) < today


def test_a_year_holds_what_was_decided_asked_and_looked_at_in_it(lived: Session) -> None:
    late = service.year(lived, YEAR, OVER)
    assert late
    assert late.is_over
    assert [each.record.number for each in late.decided] == [f"{YEAR}-001"]
    assert [now.title for now in late.asked] == ["Drug checking on Fridays", "Too few chairs"]
    assert (late.in_time, late.late) == (0, 2), "one came late, and one is late still"
    assert (late.checked, late.promised) == (0, 1)
    found = [service.year(lived, year, OVER) for year in (YEAR, YEAR + 1)]
    assert [each.look.why for year in found if year for each in year.looked] == ["It works."]
    assert service.year(lived, YEAR - 1, OVER) is None
    assert service.year(lived, YEAR + 2, OVER) is None
    assert service.years(lived, OVER) == [YEAR + 1, YEAR]


@pytest.mark.on_both
@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        ({"result": "Forged."}, CHANGED_SINCE),
        ({"adopted_on": date(YEAR + 4, 1, 1)}, CHANGED_SINCE),
        ({"adopted_on": date(YEAR - 4, 1, 1), "published": "{}"}, NOT_AS_PUBLISHED),
    ],
    ids=["words", "day", "all of it"],
)
def test_no_change_of_a_row_takes_a_decision_out_of_its_year_or_hides_that_it_was_changed(
    lived: Session, client: Any, changed: dict[str, Any], doubt: str
) -> None:  # fmt: skip
    lived.execute(update(Record).values(**changed))
    lived.commit()
    lived.expire_all()
    found = service.year(lived, YEAR, OVER)
    assert found
    assert [(each.record.number, each.doubt) for each in found.decided] == [(f"{YEAR}-001", doubt)]
    with clock.stopped_at(datetime.combine(OVER, datetime.min.time(), UTC) + timedelta(hours=17)):
        assert words_of(client.get(f"/years/{YEAR}")).count(doubt) == 2, "by the decision, and by what staff said"


def test_a_year_that_is_over_goes_on_the_agenda_once(lived: Session, keys: KeyFolder) -> None:
    assert a_round(lived, keys, TODAY) == 0
    assert a_round(lived, keys, date(YEAR + 1, 5, 1)) == 0, "too late: it is not brought up in summer"
    assert a_round(lived, keys, OVER) == 1
    (item,) = [each for each in board.agenda(lived) if board.year_of(each)]
    assert board.year_of(item) == YEAR
    board.set_agenda_state(lived, item.id, AgendaState.CLOSED)
    lived.commit()
    assert a_round(lived, keys, OVER + timedelta(days=1)) == 0, "what the board is done with stays closed"


def test_a_programme_that_decided_nothing_has_no_year(session: Session, keys: KeyFolder) -> None:
    assert service.years(session, OVER) == []
    assert a_round(session, keys, OVER) == 0


@pytest.mark.on_both
def test_everybody_reads_it_and_the_board_finds_what_to_talk_about(
    lived: Session, keys: KeyFolder, client: Any, sign_in: Any
) -> None:  # fmt: skip
    a_round(lived, keys, OVER)
    with clock.stopped_at(datetime.combine(OVER, datetime.min.time(), UTC) + timedelta(hours=17)):
        page = words_of(client.get(f"/years/{YEAR}"))
        assert all(each in page for each in ("Drug checking on Fridays", "Too few chairs", "10 days late"))
        assert "To talk about" not in page
        assert client.get(f"/years/{YEAR - 1}").status_code == 404
        assert f'href="/years/{YEAR}"' in client.get("/measures").text
        member = sign_in(Role.MEMBER)
        agenda = member.get("/board/agenda").text
        assert f'href="/years/{YEAR}"' in agenda
        assert f"The year {YEAR} is over" in words_of(member.get("/board/agenda"))
        assert "To talk about, when we look back" in words_of(member.get(f"/years/{YEAR}"))


def words_of(answer: Any) -> str:
    return " ".join("".join(Page(answer.text).text).split())
