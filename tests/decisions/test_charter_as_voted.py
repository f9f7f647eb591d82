"""The charter says what the board voted on: the numbers stand in the proposal, and no hand puts others in force.

Each attack is made by form, by SQL or by a changed program, after the vote. The control is the same without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.decisions import service
from governance.decisions.models import Record
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.proposals.rules import Kind, Power
from tests.ballots.factories import AFTER, VOTING, a_vote
from tests.decisions.factories import TODAY, a_draft
from tests.decisions.factories import WHOLE as RECORD
from tests.page import PageClient
from tests.proposals.factories import WHOLE
from tests.second_yes import agree, waiting

SignIn = Callable[..., PageClient]
CHANGE = replace(
    WHOLE, kind=Kind.CHARTER_CHANGE, power=Power.BOARD, charter_numbers=(("least_yes", 4), ("two_thirds", "7/10"))
)
LINES, NOW_TOO = ("Fewest yes votes: 4", "Share of yes for the big items: 70%"), "Fewest yes votes: 4 (now 3)"
ALL = ("yes",) * 5
NEW = "/board/charter/new"


def decided(session: Session, keys: KeyFolder, fields: Any = CHANGE, choices: tuple[str, ...] = ALL) -> Record:
    record, _ = a_draft(session, keys, choices, kind="two_thirds", fields=fields)
    service.complete(session, record, RECORD)
    service.adopt(session, keys, record, TODAY)
    session.commit()
    return record


def in_force(session: Session) -> tuple[int, int, str]:
    session.expire_all()
    found = board.charter_number(session), board.charter(session).least_yes, str(board.charter(session).two_thirds)
    session.rollback()
    return found


def asked_and_agreed(sign_in: SignIn, record: str, **typed: str) -> list[Any]:
    """The facilitator asks, with whatever is typed beside; a member agrees, if there is anything to agree to."""
    facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)
    token = facilitator.form("/board/agenda", "csrf_token")["fields"]["csrf_token"]
    answers = [facilitator.post(NEW, data={"csrf_token": token, "record": record, **typed})]
    return answers + ([agree(member)] if waiting(member) else [])


def named_by_audit(session: Session, keys: KeyFolder) -> list[str]:
    return [each for each in accounting.differences(session, keys, TODAY) if "harter" in each or "Record" in each]


def test_the_numbers_that_were_voted_on_come_into_force_and_no_other_stay(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    record = decided(session, keys)
    with clock.stopped_at(AFTER):
        page = sign_in(Role.FACILITATOR).get(NEW).text
        assert all(line in page for line in LINES)
        assert 'name="least_yes"' not in page, "nothing is typed"
        answers = asked_and_agreed(sign_in, record.number)
        assert [each.status_code for each in answers] == [303, 303]
        assert record.number not in sign_in(Role.FACILITATOR).get(NEW).text, "one decision changes it once"
    assert in_force(session) == (2, 4, "7/10")
    assert named_by_audit(session, keys) == []


def test_whatever_is_typed_beside_changes_nothing(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    record = decided(session, keys)
    with clock.stopped_at(AFTER):
        asked_and_agreed(
            sign_in, record.number, least_yes="9", charter_least_yes="9", second_check="", charter_two_thirds="60%"
        )
    assert in_force(session) == (2, 4, "7/10")
    assert board.charter(session).second_check


def test_a_record_that_decided_no_such_thing_puts_nothing_in_force(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    record = decided(session, keys, WHOLE)
    with clock.stopped_at(AFTER):
        for number in (record.number, "2026-999", ""):
            asked_and_agreed(sign_in, number)
    assert in_force(session) == (1, 3, "2/3")


@pytest.mark.on_both
def test_numbers_changed_in_the_database_after_the_vote_do_not_come_into_force(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    record = decided(session, keys)
    session.execute(text("UPDATE proposal_version SET charter_numbers = '{\"least_yes\": 9}'"))
    session.commit()
    assert any(f"Record {record.number}" in each for each in named_by_audit(session, keys))
    with clock.stopped_at(AFTER):
        asked_and_agreed(sign_in, record.number)
    assert in_force(session) == (2, 4, "7/10")


def test_a_record_whose_published_text_was_changed_puts_nothing_in_force(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    record = decided(session, keys)
    record.published = (record.published or "").replace('"least_yes":4', '"least_yes":9')
    session.commit()
    with clock.stopped_at(AFTER):
        assert "names no numbers, or is not as it was published" in sign_in(Role.FACILITATOR).get(NEW).text
        asked_and_agreed(sign_in, record.number)
    assert in_force(session) == (1, 3, "2/3")


@pytest.mark.on_both
def test_a_vote_that_failed_and_is_called_passed_in_the_database_puts_nothing_in_force(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    record = decided(session, keys, CHANGE, ("yes", "no", "no", "no", "no"))
    session.execute(text("UPDATE record SET outcome = 'adopted'"))
    session.commit()
    with clock.stopped_at(AFTER):
        asked_and_agreed(sign_in, record.number)
    assert in_force(session) == (1, 3, "2/3")


def test_a_version_that_a_changed_program_wrote_is_named_by_the_audit(session: Session, keys: KeyFolder) -> None:
    """It has a line of its own in the ledger, and says that the record led to it. The control is the right one."""
    record = decided(session, keys)
    right = board.charter_with(session, dict(CHANGE.charter_numbers))
    board.adopt_charter(session, replace(right, second_check=False), TODAY, record.number)
    session.commit()
    wrong = f"Version 2 of the charter is not what record {record.number} decided."
    assert wrong in named_by_audit(session, keys)


def test_the_paper_the_pages_and_the_record_say_what_changes(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys, kind="two_thirds", fields=CHANGE)
        facilitator = sign_in(Role.FACILITATOR)
        pages = ["/proposals/1", "/board/proposals/1", "/board/ballots/1/papers"]
        assert [page for page in pages if NOW_TOO not in facilitator.get(page).text] == []
        assert NOW_TOO in client.get("/vote/1").text, "on the screen, where somebody marks it"


def test_the_public_record_says_what_changed_and_so_does_what_the_ledger_holds(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    record = decided(session, keys)
    assert json.loads(record.published or "")["charter"] == {"least_yes": 4, "two_thirds": "7/10"}
    with clock.stopped_at(AFTER):
        page = client.get(f"/decisions/{record.number}").text
    assert all(line in page for line in LINES)
    assert "(now 3)" not in page


@pytest.mark.on_both
def test_the_boards_first_charter_may_be_taken_on_as_it_stands(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    """Setting up wrote it. Once the board has adopted it, a change of the charter must say what changes."""
    record = decided(session, keys, replace(CHANGE, charter_numbers=()))
    with clock.stopped_at(AFTER):
        assert "The board takes on the charter as it stands." in sign_in(Role.FACILITATOR).get(NEW).text
        asked_and_agreed(sign_in, record.number)
    assert in_force(session) == (2, 3, "2/3")
    assert board.has_adopted_charter(session)
    assert board.lacks_numbers(session, {})
    assert named_by_audit(session, keys) == []


def test_what_the_charter_does_not_allow_any_more_says_so(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    """Two votes may be on their way at once: what the first one left holds for the second."""
    fewest = replace(CHANGE, charter_numbers=(("fewest_to_decide", 9),))
    record = decided(session, keys, fewest)
    board.adopt_charter(session, replace(board.charter(session), lived_seats=5), TODAY, "2026-900")
    session.commit()
    with clock.stopped_at(AFTER):
        assert "there are only 7 seats" in sign_in(Role.FACILITATOR).get(NEW).text
        asked_and_agreed(sign_in, record.number)
    assert in_force(session)[0] == 2


def test_who_agrees_reads_the_numbers(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    decided(session, keys)
    with clock.stopped_at(AFTER):
        facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)
        facilitator.submit(NEW, "record")
        waits = member.get("/second-yes").text
    assert "4 yes or more" in waits
    assert "Big items need 70%" in waits
