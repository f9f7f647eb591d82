"""No PDF is public, and none that is printed names a member or a seat, but for who stands where members choose.

What stands in a PDF is what it is made of: the words that are given to typst, beside a page of our own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.calling.kinds import Kind
from governance.ballots.passes import printing as of_votes
from governance.ballots.views.cards import _shown
from governance.board.models import Seat
from governance.feedback import printing as of_feedback
from governance.keys.keyfolder import KeyFolder
from governance.people.models import Account
from governance.permissions.roles import Role
from tests.ballots.factories import VOTING, a_vote
from tests.promises.test_06_no_name_in_public import TWO_SEATS, names_in

MAKE_ONE = {Path("ballots/passes/printing.py"), Path("feedback/printing.py")}
PLAIN, NAMED = "Who fills the two seats?", "Who fills {label}?"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of each PDF that is made."""
    given: list[str] = []

    def compiled(*_: Any, sys_inputs: dict[str, str], **__: Any) -> bytes:
        given.append(json.dumps(json.loads(sys_inputs["data"]), ensure_ascii=False))
        return b"%PDF-1.7"

    monkeypatch.setattr("typst.compile", compiled)
    return given


def test_these_are_all_that_make_a_pdf() -> None:
    """One more is to be among the tests below."""
    code = Path("governance")
    assert {each.relative_to(code) for each in code.rglob("*.py") if "typst.compile(" in each.read_text()} == MAKE_ONE
    assert all("sys_inputs" in (code / each).read_text() for each in MAKE_ONE)
    assert not names_in((of_votes.PAGE + of_feedback.PAGE).decode(), ["Chair1"])


@pytest.mark.of_one_database
@pytest.mark.parametrize("question", [PLAIN, NAMED], ids=["as it is", "the control"])
def test_the_cards_of_a_vote_name_nobody_but_who_stands(
    app: Flask, session: Session, keys: KeyFolder, printed: list[str], question: str
) -> None:
    """The members who draw a card have to know who stands: its letters lead to those names, and to no more.

    The control: a question that names a seat is refused on the way in; put in by hand it is found.
    """
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys, Kind.ELECT, settings=TWO_SEATS)
        label = session.scalars(select(Seat.label)).first() or ""
        assert label
        vote.ballot.question = question.format(label=label)
        stands, names = {*vote.ballot.who_stands.values()}, {*session.scalars(select(Seat.label))}
        names |= {account.alias for account in session.scalars(select(Account))}
        session.flush()
        session.expunge(vote.ballot)
        session.rollback()  # A page has a session of its own, and waits for no other.
        with app.test_request_context("/board/ballots/1"):
            made: Any = _shown(vote.ballot, list(vote.cards[:2]), as_pdf=True)
    assert made.mimetype == "application/pdf"
    assert question.format(label=label) in printed[-1]
    assert names_in(printed[-1], stands) == stands
    assert names_in(printed[-1], names - stands) == (set() if question == PLAIN else {label})


def test_a_blank_card_for_feedback_names_nobody(sign_in: Any, session: Session, printed: list[str]) -> None:
    reader = sign_in(Role.STAFF_READER)
    assert reader.get("/desk/paper/blank?language=en&paper=a4&box=Chair1").mimetype == "application/pdf"
    named = session.scalars(select(Account.alias)).all()
    assert named
    assert names_in(printed[-1], named) == set()
    assert names_in(printed[-1], ["Chair1"]) == {"Chair1"}, "what was typed as the box stands there: the search sees it"
