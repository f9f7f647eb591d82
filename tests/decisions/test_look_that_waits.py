"""While a look at a record waits for a second yes: no correction stops it, and what another one typed comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service
from governance.decisions.models import Record
from governance.decisions.views.looking_again import looked_again_together
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from governance.storage import database
from tests.databases import PostgreSQL
from tests.decisions.factories import WHOLE, a_record
from tests.decisions.test_looking_again import (
    ADDRESS,
    SAID,
    STANDS,
    THE_DAY,
    TO_CHANGE,
    SignIn,
    at,
    decided,
    looks,
    words_of,
)
from tests.page import Page
from tests.proposals.factories import WHOLE as A_PROPOSAL
from tests.second_yes import agree, waiting

CORRECT = "/board/decisions/2026-001/correct"
TYPED = {"result": "It moves to Thursday.", "correction": "It said Friday."}
THURSDAY = replace(WHOLE, result=TYPED["result"])
MINE = "The line is long now, so say it otherwise."

__all__ = ["decided"]


# No correction stops it


@pytest.mark.usefixtures("decided")
def test_no_correction_stops_a_look_that_waits(session: Session, sign_in: SignIn) -> None:
    with clock.stopped_at(at(THE_DAY)):
        member, facilitator = sign_in(Role.MEMBER, sits=True), sign_in(Role.FACILITATOR)
        page = Page(facilitator.get(CORRECT).text)
        form = next(each["fields"] for each in page.forms if "correction" in each["fields"])
        member.submit(ADDRESS, **SAID)

        refused = facilitator.post(CORRECT, data={**form, **TYPED})
        assert refused.status_code == 409
        assert all(each in refused.text for each in (*TYPED.values(), "It waits under “Second yes”."))
        assert facilitator.get(CORRECT).status_code == 409, "nobody types a whole correction for nothing"
        assert "Write a correction" not in words_of(facilitator.get("/board/decisions/2026-001"))

        assert agree(facilitator).status_code == 303
        assert len(looks(session)) == 1
        assert facilitator.submit(CORRECT, **TYPED).status_code == 303


@pytest.mark.usefixtures("decided")
def test_who_must_correct_first_says_no_by_name_and_then_it_is_asked_anew(session: Session, sign_in: SignIn) -> None:
    with clock.stopped_at(at(THE_DAY)):
        member, facilitator = sign_in(Role.MEMBER, sits=True), sign_in(Role.FACILITATOR)
        member.submit(ADDRESS, **SAID)
        (form,) = waiting(facilitator)
        facilitator.post(form["action"].replace("/agree", "/refuse"), data=form["fields"])
        assert f"{facilitator.card.alias} said no" in words_of(member.get("/board"))

        assert facilitator.submit(CORRECT, **TYPED).status_code == 303
        assert member.submit(ADDRESS, **SAID).status_code == 303
        assert agree(facilitator).status_code == 303
        assert len(looks(session)) == 1


# At the same moment, on a server


@pytest.fixture
def engine(postgresql: PostgreSQL) -> Iterator[Engine]:
    url = postgresql.fresh()
    engine = create_engine(url, **database.engine_options(url))
    yield engine
    engine.dispose()


def beside(engine: Engine, keys: KeyFolder, number: str) -> tuple[threading.Thread, list[str]]:
    """Begin to agree to a look at the version of this *number*, in a session of its own."""
    values: dict[str, Any] = {
        "number": number, "version": number, "outcome": "stands", "upshot": "stands", "why": STANDS.why,
        "next_on": SAID["next_on"],
    }  # fmt: skip
    came_to: list[str] = []

    def work() -> None:
        with Session(engine) as agrees:
            try:
                said = Sentence("It stands.")
                looked_again_together(people.Agreed(agrees, keys, values, said, frozenset(), THE_DAY))
                agrees.commit()
                came_to.append("done")
            except RuleRefused as refusal:
                came_to.append(str(refusal))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=0.5)  # It waits for the correction: were it done by now, nothing would hold it.
    return thread, came_to


@pytest.mark.on_both
@pytest.mark.parametrize("corrected", [True, False])
def test_a_correction_of_the_same_moment_is_seen(engine: Engine, keys: KeyFolder, *, corrected: bool) -> None:
    """Where the correction comes to nothing, the look counts: that is the control."""
    with Session(engine, expire_on_commit=False) as corrects:
        record, _ = a_record(corrects, keys)
        service.correct(corrects, record, THURSDAY, "It said Friday.", THE_DAY)
        thread, came_to = beside(engine, keys, record.number)
        assert came_to == []
        if corrected:
            corrects.commit()
        else:
            corrects.rollback()
        thread.join()
        if corrected:
            assert came_to[0].startswith("The record was corrected since this was asked for")
        else:
            assert came_to == ["done"]
        assert len(service.looks_at(corrects, corrects.get_one(Record, record.id))) == (not corrected)


# What another one typed


def both(page: Any) -> bool:
    return "It waits for a second person" in words_of(page) and 'name="why"' in page.text


@pytest.mark.usefixtures("decided")
@pytest.mark.parametrize(
    ("day", "status", "says"),
    [
        (SAID["next_on"], 409, "Somebody asked for this already"),
        (THE_DAY.isoformat(), 409, "a day to come"),
        ("soon", 422, ""),
    ],
)
def test_what_was_typed_while_another_one_asked_comes_back(
    sign_in: SignIn, day: str, status: int, says: str
) -> None:  # fmt: skip
    with clock.stopped_at(at(THE_DAY)):
        first, other = sign_in(Role.MEMBER, sits=True), sign_in(Role.MEMBER, sits=True)
        form = next(each for each in Page(other.get(ADDRESS).text).forms if "why" in each["fields"])
        first.submit(ADDRESS, **SAID)
        answer = other.post(ADDRESS, data={**form["fields"], **SAID, "why": MINE, "next_on": day})
        assert answer.status_code == status
        assert MINE in answer.text
        assert says in words_of(answer)
        assert both(answer)
        assert not both(other.get(ADDRESS)), "nobody types it anew where it waits"


# What is to be changed


def test_a_draft_of_one_keeps_nobody_else_from_writing(session: Session, decided: Record, sign_in: SignIn) -> None:
    option = '<option value="2026-001"'
    with clock.stopped_at(at(THE_DAY)):
        one, other = sign_in(Role.MEMBER, sits=True), sign_in(Role.MEMBER, sits=True)
        assert option not in other.get("/board/proposals/new").text
        service.look_again(session, decided, TO_CHANGE, THE_DAY)
        session.commit()
        assert option in other.get("/board/proposals/new").text
        proposals.draft(session, one.card.account_id, replace(A_PROPOSAL, changes_record=decided.number), THE_DAY)
        session.commit()
        assert option in other.get("/board/proposals/new").text
