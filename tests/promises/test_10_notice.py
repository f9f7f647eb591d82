"""Promise 10, against haste: nobody alone puts something to a vote before people had the days to read it.

What was seen once is played again: who runs the board writes something, fixes it and lets the vote open at once. Then
the rule is taken out, and the same attack must come through. Two people may, and then everybody can read why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.calling import notice
from governance.ballots.models import Ballot
from governance.decisions.service import drafting
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.people.models import Asked
from governance.programme import accounting
from governance.proposals import service as proposals
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import PageClient
from tests.proposals.factories import NO_KEYS, WHOLE
from tests.second_yes import agree, waiting

CALL, HURRY = "/board/ballots/new?proposal=1", "/board/ballots/new/hurry?proposal=1"
WHY = "The room is gone after tonight."
Enter = Callable[[str], PageClient]


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme, and words that were written, put to the board and fixed within one hour of today."""
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        proposal = proposals.draft(session, founded.account("Cedar"), WHOLE, TODAY)
        proposals.start_discussion(session, NO_KEYS, proposal, TODAY)
        proposals.freeze(session, proposal)
        session.commit()
        yield founded


def calls_at_once(facilitator: PageClient, founded: Founded) -> Any:
    """Let the vote open within the hour."""
    times = {"opens_at": f"{TODAY}T13:00", "closes_at": f"{TODAY}T20:00"}
    tellers = [str(founded.account(alias)) for alias in ("Ash", "Birch")]
    return facilitator.submit(CALL, "kind", kind="majority", tellers=tellers, **times)


def votes(session: Session) -> list[Ballot]:
    session.rollback()
    found = list(session.scalars(select(Ballot)))
    session.rollback()
    return found


def nobody_agreed(session: Session, facilitator: PageClient, founded: Founded) -> bool:
    """Whether one hand comes to nothing: by calling, by asking, and by agreeing to what it asked for itself."""
    facilitator.submit(HURRY, reason=WHY)
    for number in session.scalars(select(Asked.id)).all():
        session.rollback()
        facilitator.post(f"/second-yes/{number}/agree", data=facilitator.form("/language")["fields"])
    calls_at_once(facilitator, founded)
    return votes(session) == []


@pytest.mark.of_one_database
def test_one_hand_calls_no_vote_before_people_had_the_days_to_read_it(
    session: Session, founded: Founded, enter: Enter
) -> None:
    cedar = enter("Cedar")
    assert nobody_agreed(session, cedar, founded)
    assert "So the vote can open on Nov 26, 2026 or later" in calls_at_once(cedar, founded).text
    for alias in ("Juniper", "Kelp", "Larch", "Moss"):
        assert waiting(enter(alias)) == [], f"{alias} is not of the board"


@pytest.mark.of_one_database
def test_without_the_rule_one_hand_would(
    session: Session, founded: Founded, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice.rules, "check_notice", lambda *_: None)
    assert not nobody_agreed(session, enter("Cedar"), founded)


def test_two_people_can_and_everybody_reads_why(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    cedar = enter("Cedar")
    assert "It cannot wait" in cedar.get(CALL).text
    cedar.submit(HURRY, reason=WHY)
    assert "That waits for a second person" in cedar.get(CALL).text
    assert agree(enter("Dogwood")).status_code == 303
    told = enter("Ivy").get("/board").text
    assert WHY in told
    assert "Cedar asked, Dogwood agreed" in told
    assert calls_at_once(cedar, founded).status_code == 303
    for page in (enter("Ivy").get("/board/ballots/1").text, PageClient(cedar.application).get("/ballots/1").text):
        assert "The days of notice were cut short for this vote." in page
        assert WHY in page
        assert "Dogwood" not in page
    (ballot,) = votes(session)
    assert f"Why: {WHY}" in " ".join(str(each) for each in drafting._how(session, ballot, said_yes=True))
    bodies = session.scalars(select(Leaf.body).where(Leaf.log == "decisions")).all()
    (manifest,) = [facts for facts in map(json.loads, bodies) if facts["kind"] == "manifest"]
    assert manifest["before_notice"] == WHY
    assert list(accounting.differences(session, keys, TODAY)) == []
    session.get_one(Ballot, ballot.id).hurry = "Nothing."
    session.flush()
    assert list(accounting.differences(session, keys, TODAY)) != [], "changed by hand"


@pytest.mark.of_one_database
def test_what_two_people_agreed_to_ends_when_the_words_change_or_go_back(
    session: Session, founded: Founded, enter: Enter
) -> None:
    cedar = enter("Cedar")
    cedar.submit(HURRY, reason=WHY)
    agree(enter("Dogwood"))
    session.expire_all()
    proposal = proposals.by_number(session, 1)
    assert proposal
    assert proposal.hurry == WHY
    proposals.back_to_discussion(session, proposal, "One thing was not said.", TODAY)
    proposals.freeze(session, proposal)
    session.commit()
    assert nobody_agreed_yet(session, cedar, founded)
    cedar.submit(HURRY, reason=WHY)
    proposals.back_to_discussion(session, proposal, "Another one.", TODAY)
    session.commit()
    assert "The words have changed since this was asked for" in agree(enter("Dogwood")).text


def nobody_agreed_yet(session: Session, facilitator: PageClient, founded: Founded) -> bool:
    return calls_at_once(facilitator, founded).status_code == 409 and votes(session) == []


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("reason", "why"), [(" ", "Say why"), ("Dogwood goes away.", "Say it without the name"), ("x" * 201, "200")]
)
def test_a_reason_is_needed_and_names_nobody(founded: Founded, enter: Enter, reason: str, why: str) -> None:
    answer = enter("Cedar").submit(HURRY, reason=reason)
    assert answer.status_code in (409, 422)
    assert why in answer.text.partition('for="reason"')[2].partition('id="reason"')[0]


def test_once_the_days_are_over_there_is_nothing_to_hurry(session: Session, founded: Founded, enter: Enter) -> None:
    with clock.stopped_at(NOW + timedelta(days=3)):
        cedar = enter("Cedar")
        assert "It cannot wait" not in cedar.get(CALL).text
        assert "The vote can be called now." in cedar.submit(HURRY, reason=WHY).text
        assert cedar.get("/board/ballots/new/hurry?proposal=9").status_code == 404
    assert ballots.listed(session) == []
