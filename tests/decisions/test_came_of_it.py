"""Everybody can look through the decisions by what came of them: beside the search, and without any script."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service
from governance.decisions.models import Outcome, Record
from governance.decisions.rules import CameOfIt, days_overdue
from governance.keys.keyfolder import KeyFolder
from tests.decisions.factories import TODAY, WHOLE, a_record
from tests.decisions.test_looking_again import NEXT, OVER, THE_DAY, TO_CHANGE, at, words_of
from tests.decisions.test_replaced import ITS_DAY, decided_to_change
from tests.page import Page
from tests.statements import statements

LATE = ITS_DAY + timedelta(days=3)


def shown(session: Session, wanted: CameOfIt, today: date) -> set[str]:
    return {each.record.number for each in service.listed(session, such=service.such(session, wanted, today))}


def by_its_row(session: Session, wanted: CameOfIt, today: date) -> set[str]:
    """The same by what the whole list says of each decision."""
    holds = {
        CameOfIt.YES: lambda each: each.record.outcome is Outcome.ADOPTED,
        CameOfIt.NO: lambda each: each.record.outcome is Outcome.NOT_ADOPTED,
        CameOfIt.OVER: lambda each: each.is_over,
        CameOfIt.LATE: lambda each: bool(days_overdue(each.look_again_on, today)) and not each.corrected_by,
    }[wanted]
    return {each.record.number for each in service.listed(session) if holds(each)}


@pytest.mark.parametrize("outcome", sorted(Outcome))
@pytest.mark.parametrize("today", [THE_DAY, THE_DAY + timedelta(days=1), LATE])
def test_each_list_is_what_the_whole_list_says_of_its_rows(
    session: Session, keys: KeyFolder, outcome: Outcome, today: date
) -> None:
    older, vote = a_record(session, keys)
    for list_of in CameOfIt:
        assert shown(session, list_of, today) == by_its_row(session, list_of, today)
    service.look_again(session, older, TO_CHANGE, THE_DAY)
    newer = decided_to_change(session, keys, vote, older, outcome)
    service.correct(session, newer, replace(WHOLE, result="On Saturday.", review_on=ITS_DAY), "The day.", THE_DAY)
    session.commit()
    for list_of in CameOfIt:
        assert shown(session, list_of, today) == by_its_row(session, list_of, today)
    corrected = {"2026-002", "2026-003"}
    yes = outcome is Outcome.ADOPTED
    assert shown(session, CameOfIt.YES, today) == {"2026-001"} | (corrected if yes else set())
    assert shown(session, CameOfIt.OVER, today) == ({"2026-001"} if yes else set()), "one that failed takes no place"
    assert shown(session, CameOfIt.LATE, LATE) >= {"2026-003"}, "of a corrected one the version that holds now"


def test_what_the_board_ended_is_over_until_it_takes_it_up_again(session: Session, keys: KeyFolder) -> None:
    record, _ = a_record(session, keys)
    service.look_again(session, record, OVER, THE_DAY)
    assert shown(session, CameOfIt.OVER, NEXT) == {"2026-001"}
    assert shown(session, CameOfIt.LATE, NEXT + timedelta(days=900)) == set()


@pytest.fixture
def many(session: Session, keys: KeyFolder) -> Record:
    """More than a page of versions of one decision, the newest of which is late to be looked at on `LATE`."""
    record, _ = a_record(session, keys)
    for nth in range(31):
        record = service.correct(session, record, replace(WHOLE, result=f"Words {nth}"), "Better.", TODAY)
    session.commit()
    return record


def links(page: str) -> dict[str, str]:
    return {facts.get("rel", ""): facts["href"] for tag, facts in Page(page).tags if tag == "a" and "href" in facts}


@pytest.mark.on_both
@pytest.mark.usefixtures("many")
def test_search_kind_and_pages_keep_each_other(client: Any) -> None:
    with clock.stopped_at(at(LATE)):
        page = client.get("/decisions?q=words&state=yes")
        assert "Decisions with “words”. Only these: The board said yes." in words_of(page)
        assert 'value="yes" selected' in page.text
        assert 'value="words"' in page.text
        older = links(page.text)["next"]
        assert "q=words" in older
        assert "state=yes" in older
        assert "state=yes" in links(client.get(older).text)["prev"]
        late = words_of(client.get("/decisions?state=late"))
        assert "Words 30" in late
        assert "Words 29" not in late
        assert "No decision is like this now." in words_of(client.get("/decisions?state=no"))
        assert "Try one shorter word." in words_of(client.get("/decisions?state=no&q=words"))
        odd = client.get("/decisions?state=' or 1=1")
        assert "Only these" not in words_of(odd)
        assert "Words 29" in words_of(odd)


@pytest.mark.on_both
@pytest.mark.parametrize("state", sorted(CameOfIt))
def test_a_list_of_one_kind_costs_the_same_however_long(
    app: Flask, session: Session, keys: KeyFolder, client: Any, state: CameOfIt
) -> None:
    record, _ = a_record(session, keys)
    with clock.stopped_at(at(LATE)):
        costs = []
        for nth in range(3):
            with statements(app) as sent:
                assert client.get(f"/decisions?state={state}&q={'' if nth < 2 else 'words'}").status_code == 200
            costs.append(len(sent))
            record = service.correct(session, record, replace(WHOLE, result=f"Words {nth}"), "Better.", TODAY)
            session.commit()
        assert len(set(costs)) == 1
        assert costs[0] <= 12
