"""Promise 8 on votes, the charter and what was hidden: pages show what the ledger holds, whatever became of the rows.

Each thing that such a page shows is changed by SQL, on both databases, and rows are taken out and put in. What stands
in the ledger comes back, with a note; what nothing holds is told to be so. The control is the honest page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.models import Ballot, Bundle, Count
from governance.ballots.result.outcome import Result, result_in_words
from governance.board import service as board
from governance.board.charter import Charter
from governance.board.models import CharterVersion
from governance.feedback.hiding import HideReason
from governance.feedback.models import Message, Tombstone
from governance.feedback.rules import LANE_WORDS, Lane
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED
from tests.ballots.factories import CLOSES, VOTING, a_vote
from tests.ballots.test_box_told import TWELVE, words
from tests.databases import on_both
from tests.decisions.factories import a_counted_vote
from tests.factories import an_open_programme
from tests.feedback.messages import released
from tests.feedback.test_hiding import agree, ask

SignIn = Callable[..., Any]
FORGED = "Forged by whoever owns the database."
PASSED, FAILED = (str(result_in_words(each, [])) for each in (Result.ADOPTED, Result.NOT_ADOPTED))
ALL_YES = ("yes",) * 11 + ("no",)
DOUBTS = (CHANGED_SINCE, NOT_AS_PUBLISHED)


def changed(session: Session, *statements: Any) -> None:
    for each in statements:
        session.execute(each)
    session.commit()


# Votes


def test_an_honest_vote_is_shown_whole(session: Session, keys: KeyFolder, client: Any) -> None:
    a_counted_vote(session, keys, ALL_YES, classes=TWELVE)
    page = words(client.get("/ballots/1"))
    assert PASSED in page
    assert "Ledger no." in page
    assert not any(doubt in page for doubt in DOUBTS)


COUNTS: dict[str, dict[str, Any]] = {
    "result": {"result": "not_adopted"},
    "counts": {"counts": {"yes": 1, "no": 11}},
    "sentences": {"sentences": [FORGED]},
    "account": {"account": {"winners": [FORGED]}},
    "roll": {"roll": {}},
    "invalid": {"invalid": 7},
    "with_recovery": {"with_recovery": True},
    "salt": {"salt": b"\0" * 32},
    "leaf": {"leaf": 0},
}


@pytest.mark.parametrize("name", on_both(sorted(COUNTS), ["result"]))
def test_another_result_or_other_numbers_are_not_shown(
    session: Session, keys: KeyFolder, client: Any, name: str
) -> None:
    a_counted_vote(session, keys, ALL_YES, classes=TWELVE)
    changed(session, update(Count).values(**COUNTS[name]))
    page = words(client.get("/ballots/1"))
    assert PASSED in page, "what the ledger says came out"
    assert FAILED not in page
    assert FORGED not in page
    assert CHANGED_SINCE in page
    assert "Count it again" not in page, "no numbers that nothing holds, and no file"
    assert client.get("/ballots/1/wall-list").status_code == 404


@pytest.mark.parametrize(
    "gone",
    [[delete(Count)], [delete(Bundle)], [update(Bundle).values(public=b"{}")], [delete(Count), delete(Bundle)]],
    ids=["count", "bundle", "file", "both"],
)
def test_a_result_that_was_taken_out_stands_there_all_the_same(
    session: Session, keys: KeyFolder, client: Any, gone: list[Any]
) -> None:
    a_counted_vote(session, keys, ALL_YES, classes=TWELVE)
    changed(session, *gone)
    page = words(client.get("/ballots/1"))
    assert PASSED in page
    assert CHANGED_SINCE in page


@pytest.mark.of_one_database
def test_a_result_that_was_put_in_is_told_to_be_one(session: Session, keys: KeyFolder, client: Any) -> None:
    a_vote(session, keys)
    row = {"ballot_id": 1, "result": "adopted", "counts": {}, "roll": {}, "sentences": [], "leaf": 0}
    changed(session, insert(Count).values(**row))
    page = words(client.get("/ballots/1"))
    assert NOT_AS_PUBLISHED in page
    assert PASSED not in page
    assert "Ledger no." not in page


BALLOTS: dict[str, dict[str, Any]] = {
    "question": {"question": FORGED},
    "hurry": {"hurry": FORGED},
    "cancelled_reason": {"cancelled_reason": FORGED},
    "closes_at": {"closes_at": CLOSES + timedelta(days=3)},
    "opens_at": {"opens_at": VOTING},
    "second_check": {"second_check": True},
    "only_lived": {"only_lived": True},
    "marks_back": {"marks_back": 3},
    "tellers": {"tellers": [1, 2]},
    "partner": {"partner": {"name": FORGED}},
    "manifest": {"manifest": {"question": FORGED, "issuers": []}},
}


@pytest.mark.parametrize("name", on_both(sorted(BALLOTS), ["question"]))
def test_a_vote_is_shown_as_it_was_called(session: Session, keys: KeyFolder, client: Any, name: str) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys)
        honest = client.get("/ballots/1").text
        changed(session, update(Ballot).values(**BALLOTS[name]))
        page = client.get("/ballots/1")
        assert CHANGED_SINCE in words(page)
        assert FORGED not in words(page)
        assert _body(page.text) == _body(honest), "all but the note is as it was"


def _body(page: str) -> str:
    return page.partition('<div class="record-grid">')[2].partition("Where it stands")[0]


def test_a_vote_that_was_called_off_stays_so(session: Session, keys: KeyFolder, client: Any) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        service.extend(session, vote.ballot, CLOSES + timedelta(days=1), VOTING)
        service.cancel(session, keys, vote.ballot, "The words were wrong.", VOTING)
        session.commit()
        honest = words(client.get("/ballots/1"))
        assert not any(doubt in honest for doubt in DOUBTS)
        changed(session, update(Ballot).values(cancelled_reason=None))
        page = words(client.get("/ballots/1"))
    assert CHANGED_SINCE in page
    assert "The words were wrong." in page


@pytest.mark.of_one_database
def test_a_vote_that_was_put_in_is_told_to_be_one(session: Session, keys: KeyFolder, client: Any) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys)
        changed(session, update(Ballot).values(number=7))
        assert NOT_AS_PUBLISHED in words(client.get("/ballots/7"))


# The charter


@pytest.fixture
def member(session: Session, sign_in: SignIn) -> Any:
    board.adopt_charter(session, Charter(), clock.today() - timedelta(days=30))
    board.adopt_charter(session, Charter(least_yes=4), clock.today(), "2026-001")
    session.commit()
    return sign_in(Role.MEMBER)


PAGES = ("/board/charter", "/board/charter/about/least_yes")
SECOND = CharterVersion.number == 2


@pytest.mark.of_one_database
def test_an_honest_charter_is_in_no_doubt(member: Any) -> None:
    assert not any(doubt in words(member.get(page)) for page in PAGES for doubt in DOUBTS)


@pytest.mark.parametrize(
    "forged",
    [
        update(CharterVersion).where(SECOND).values(settings={"least_yes": 2}),
        update(CharterVersion).where(SECOND).values(record="2031-999"),
        update(CharterVersion).where(SECOND).values(adopted_on=clock.today() - timedelta(days=9)),
        delete(CharterVersion).where(SECOND),
    ],
    ids=["settings", "record", "day", "gone"],
)
def test_a_version_of_the_charter_comes_back(session: Session, member: Any, forged: Any) -> None:
    honest = [words(member.get(page)) for page in PAGES]
    changed(session, forged)
    for page, before in zip(PAGES, honest, strict=True):
        after = words(member.get(page))
        assert CHANGED_SINCE in after
        assert " ".join(after.replace(CHANGED_SINCE, "").split()) == before, "all but the note is as it was"


@pytest.mark.of_one_database
def test_a_version_that_nobody_voted_for_is_told_to_be_one(session: Session, member: Any) -> None:
    new = {"number": 3, "settings": {"least_yes": 1}, "adopted_on": clock.today(), "record": None}
    changed(session, insert(CharterVersion).values(**new))
    assert all(NOT_AS_PUBLISHED in words(member.get(page)) for page in PAGES)


# What was hidden


@pytest.fixture
def hidden(session: Session, keys: KeyFolder) -> Tombstone:
    founded = an_open_programme(session, keys)
    message_id = released(founded)
    ask(founded, message_id)
    stone = agree(founded, message_id)
    session.commit()
    return stone


@pytest.mark.of_one_database
def test_an_honest_tombstone_is_in_no_doubt(client: Any, hidden: Tombstone) -> None:
    page = words(client.get("/removed"))
    assert f"Line {hidden.leaf}: get the proof" in page
    assert not any(doubt in page for doubt in DOUBTS)


@pytest.mark.parametrize(
    "forged",
    [
        update(Tombstone).values(lane="thanks"),
        update(Tombstone).values(reason=next(each for each in HideReason if each != "test").value),
        update(Tombstone).values(week=clock.today() - timedelta(days=400)),
        delete(Tombstone),
    ],
    ids=["lane", "reason", "week", "gone"],
)
def test_a_tombstone_comes_back(session: Session, client: Any, hidden: Tombstone, forged: Any) -> None:
    honest, leaf = words(client.get("/removed")), hidden.leaf
    changed(session, forged)
    page = words(client.get("/removed"))
    assert CHANGED_SINCE in page
    assert f"Line {leaf}: get the proof" in page
    for note in (CHANGED_SINCE, "Changed since"):
        page = page.replace(note, "", 1)
    assert " ".join(page.split()) == honest


def test_a_tombstone_of_nothing_is_told_to_be_one(session: Session, client: Any, hidden: Tombstone) -> None:
    of_it = session.scalars(select(Message.id)).first()
    row = {"id": uuid.uuid4(), "message_id": of_it, "lane": Lane.THANKS, "week": hidden.week, "reason": hidden.reason}
    changed(session, delete(Tombstone), insert(Tombstone).values(**row, leaf=99_999))
    page = words(client.get("/removed"))
    assert NOT_AS_PUBLISHED in page
    assert page.count("Not in the ledger") == 1
    assert str(LANE_WORDS[Lane.THANKS]) in page
    assert "Line 99999" not in page
    assert f"Line {hidden.leaf}: get the proof" in page, "the true one comes back"
