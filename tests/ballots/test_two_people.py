"""On its pages: once a vote is over, what one person asks for another one agrees to, and everybody can read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.models import Roll
from governance.ballots.rules import TO_COUNT, Stage
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Asked, Told
from governance.permissions.roles import Role
from governance.privacy import retention
from governance.programme import accounting
from tests.ballots.factories import AFTER, CLOSES, Vote, a_vote
from tests.page import Page
from tests.people.factories import open_with, told_to_members
from tests.second_yes import agree, waiting

SignIn = Callable[..., Any]
MUCH_LATER = CLOSES + TO_COUNT
WHY = "Both cards are lost."


@dataclass
class Table:
    """A vote that is over, and who sits around it."""

    vote: Vote
    facilitator: Any
    teller: Any
    other: Any  # Runs the board too, and opens no box.
    member: Any

    def asks_to_end(self) -> Any:
        return self.facilitator.submit("/board/ballots/1/end", reason=WHY)

    def asks_for_the_mark(self, of: int) -> Any:
        return self.facilitator.submit("/board/ballots/1/roll", f"roll/{of}/back")

    def asked(self) -> list[tuple[int, str]]:
        """What waits for a second yes: the number and the act of each request."""
        session = self.vote.session
        found = [(row.id, row.act) for row in session.scalars(select(Asked))]
        session.rollback()  # Nobody else could write meanwhile.
        return found

    def told(self) -> list[str]:
        """What is new on the first page of a member."""
        session = self.vote.session
        said = told_to_members(session, 50)
        session.rollback()
        return said


@pytest.fixture
def table(session: Session, keys: KeyFolder, sign_in: SignIn) -> Any:
    with clock.stopped_at(MUCH_LATER):
        vote = a_vote(session, keys)
        vote.cast("yes", "yes", "yes", "yes", None)
        session.commit()
        people_here = [sign_in(role) for role in (Role.FACILITATOR, Role.TELLER, Role.FACILITATOR, Role.MEMBER)]
        yield Table(vote, *people_here)


def words_of(page: str) -> str:
    return " ".join("".join(Page(page).text).split())


def test_a_name_comes_off_the_sheet_once_another_person_agrees(table: Table, session: Session, client: Any) -> None:
    name = table.vote.members[4]
    assert table.asks_for_the_mark(name).status_code == 303
    sheet, page = table.facilitator.get("/board/ballots/1/roll").text, table.facilitator.get("/board/ballots/1").text
    assert "It waits for a second yes." in sheet
    assert "One name comes off the sheet of vote 1." in page
    assert "It waits for a second yes." in page
    assert waiting(table.facilitator) == []
    alias = people.aliases(session, [name])[name]
    session.rollback()
    assert f"The name is {alias}." in table.teller.get("/second-yes").text
    assert "/second-yes" in table.teller.get("/board/ballots/1").text
    assert agree(table.teller).status_code == 303
    assert waiting(table.teller) == []
    assert "Has one" not in table.teller.get("/board/ballots/1/roll").text.partition(alias)[2].partition("</tr>")[0]
    (told,) = [each for each in table.told() if "sheet" in each]
    assert alias not in told, "who drew no card is no news for everybody"
    assert "One name comes off the sheet of vote 1." in table.member.get("/board").text
    with clock.stopped_at(AFTER):
        table.vote.count()
        session.commit()
    assert "two people took 1 name off the sheet" in words_of(client.get("/ballots/1").text)


def test_a_vote_nobody_counts_ends_once_another_person_agrees(table: Table, client: Any) -> None:
    asked = table.facilitator.get("/board/ballots/1/end").text
    assert "someone else who opens boxes must agree" in asked
    assert "Why does it end?" in asked
    assert table.asks_to_end().status_code == 303
    assert "called off" not in client.get("/ballots/1").text
    assert WHY in table.member.get("/board/ballots/1").text
    assert WHY in table.teller.get("/second-yes").text
    assert agree(table.teller).status_code == 303
    assert f"This vote ended without a result. Why: {WHY}" in words_of(client.get("/ballots/1").text)
    page = table.member.get("/board").text
    assert f"Vote 1 ends without a result: {WHY}" in page
    assert table.asked() == []


@pytest.mark.parametrize("act", ["end", "mark"])
def test_nobody_agrees_but_another_one_who_opens_boxes(table: Table, act: str) -> None:
    assert (table.asks_to_end() if act == "end" else table.asks_for_the_mark(table.vote.members[4])).status_code == 303
    ((number, _act),) = table.asked()
    for device in (table.facilitator, table.other, table.member):
        assert waiting(device) == []
        fields = device.form("/language")["fields"]
        assert device.post(f"/second-yes/{number}/agree", data=fields).status_code == 409
    assert table.asked() != []
    assert agree(table.teller).status_code == 303


def test_who_does_both_asks_and_needs_another_one(table: Table, sign_in: SignIn) -> None:
    both = sign_in(Role.FACILITATOR, Role.TELLER)
    assert both.submit("/board/ballots/1/end", reason=WHY).status_code == 303
    assert waiting(both) == []
    assert waiting(table.other) == [], "the second one opens boxes"
    assert agree(table.teller).status_code == 303


@pytest.mark.parametrize("change", ["reason", "words"])
def test_the_reason_that_was_read_is_the_reason_that_stands(
    table: Table, session: Session, keys: KeyFolder, client: Any, change: str
) -> None:
    """Neither a second request nor a hand in the database puts another reason under the teller's yes."""
    assert table.asks_to_end().status_code == 303
    read = waiting(table.teller)[0]
    again = table.facilitator.submit("/board/ballots/1/end", reason="The result was bad.")
    assert again.status_code == 409
    assert "asked for this already" in again.text
    assert "The result was bad." in again.text, "and it is not lost"
    row = session.scalars(select(Asked)).one()
    if change == "reason":
        row.values = {**row.values, "reason": "The result was bad."}
    else:
        row.said = {**row.said, "values": {"number": 1, "reason": "The result was bad."}}
    session.commit()
    assert table.teller.post(read["action"], data=read["fields"]).status_code == 409
    assert waiting(table.teller) == []
    assert "The result was bad." not in table.member.get("/board/ballots/1").text
    assert "The result was bad." not in client.get("/ballots/1").text
    assert any("second yes" in each for each in accounting.differences(session, keys, clock.today()))


def test_a_request_that_is_taken_back_or_refused_leaves_the_vote_as_it_is(table: Table) -> None:
    assert table.asks_to_end().status_code == 303
    assert table.facilitator.submit("/second-yes", "/take-back").status_code == 303
    assert table.asks_to_end().status_code == 303
    assert table.teller.submit("/second-yes", "/refuse").status_code == 303
    assert table.told()[0].startswith(f"Not done: Vote 1 ends without a result: {WHY}")
    session = table.vote.session
    assert service.stage_of(session, table.vote.ballot, MUCH_LATER) is Stage.CLOSED
    session.rollback()
    assert table.asks_to_end().status_code == 303
    with clock.stopped_at(MUCH_LATER + retention.ASKED_FOR):
        people.forget_asked(session, table.vote.keys, clock.today())
        session.commit()
        assert table.told()[0].endswith("no second yes came.")


def test_who_the_mark_is_about_reads_it_and_agrees_to_nothing(table: Table, sign_in: SignIn, session: Session) -> None:
    """A teller whose own name is on the sheet: two other people decide it."""
    mine = sign_in(Role.TELLER, Role.MEMBER)
    account = mine.card.account_id
    row = session.get_one(Roll, (table.vote.ballot.id, table.vote.members[4]))
    session.add(Roll(ballot_id=row.ballot_id, account_id=account, seat_class=row.seat_class, salt=b"", has_pass=True))
    session.commit()
    assert table.asks_for_the_mark(account).status_code == 303
    assert waiting(mine) == []
    assert "About you" in mine.get("/second-yes").text
    assert "It is about you" in mine.get("/board").text
    assert agree(table.teller).status_code == 303


@pytest.mark.on_both
def test_what_is_settled_waits_for_nobody(table: Table, session: Session, keys: KeyFolder) -> None:
    """The box is shut: no name comes off. It is counted: nothing ends it."""
    assert table.asks_for_the_mark(table.vote.members[4]).status_code == 303
    assert table.asks_to_end().status_code == 303
    session.rollback()
    one, other = (open_with(session, keys, teller) for teller in table.vote.tellers)
    service.hand_in_part(session, keys, table.vote.ballot, one, MUCH_LATER)
    session.commit()
    assert [act for _number, act in table.asked()] == [service.END]
    service.hand_in_part(session, keys, table.vote.ballot, other, MUCH_LATER)
    session.commit()
    assert table.asked() == []


@pytest.mark.on_both
def test_a_request_of_one_vote_is_not_one_of_another(table: Table, session: Session) -> None:
    """Vote 1 is counted, and what waits on vote 11 stays."""
    assert table.asks_to_end().status_code == 303
    row = session.scalars(select(Asked)).one()
    for subject in ("11", "11 1", "1 1"):
        session.add(Asked(id=len(subject) * 1000 + int(subject[-1]), act=row.act, subject=subject, values={}, said={},
                          asked_by=row.asked_by, about_id=None, day=row.day, mac=b""))  # fmt: skip
    session.flush()
    people.no_longer_asked(session, service.END, 1)
    assert sorted(session.scalars(select(Asked.subject))) == ["11", "11 1"]


def test_the_notice_is_only_for_what_was_done(table: Table, session: Session) -> None:
    assert table.asks_to_end().status_code == 303
    assert session.scalars(select(Told)).all() == []
    session.rollback()
    table.vote.ballot.closes_at += timedelta(hours=1)
    session.commit()
    assert agree(table.teller).status_code == 409, "what may not be done yet is not done by two either"
    assert table.asked() != []
    assert session.scalars(select(Told)).all() == []
