"""Promise 10, against one hand: nobody takes the board over alone, and what two people do every member is told.

The attack that was seen once is played again: somebody with one card presses everything that moves power. Then the
gate is taken out, and the same attack must be found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.board.models import Term
from governance.board.views.door import ChangeDecided, changes_decided
from governance.feedback import service as feedback
from governance.feedback.models import Theme
from governance.feedback.rules import Lane
from governance.gates import GATES
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account, AccountRole, Told
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.ruling.sentences import Sentence
from governance.storage import database
from tests.databases import on_both
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import PageClient
from tests.promises.one_hand import (
    ATTACKS,
    admin_tries,
    asked,
    facilitator_tries,
    leaves,
    names,
    power,
    press,
    reader_tries,
)
from tests.proposals.factories import frozen
from tests.second_yes import agree, waiting

Enter = Callable[[str], PageClient]


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        feedback.start_theme(session, "Police across the street", "", Lane.SUGGESTION, TODAY)
        session.commit()
        yield founded


@pytest.fixture(autouse=True)
def the_board_changed_its_charter(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has to ask for it: so the vote is no wall in the way of the one hand that tries.

    The pages are there before: who fills the slot while it is another list would be forgotten with that list.
    """
    decided = ChangeDecided("2026-001", "A new charter", {"second_check": False, "two_thirds": "3/5"})
    monkeypatch.setattr(changes_decided, "_fillers", [lambda: [decided]])


@pytest.mark.parametrize("alias", on_both(ATTACKS, ["Cedar"]))
def test_one_hand_takes_nothing(session: Session, enter: Enter, alias: str) -> None:
    before, hand = power(session), enter(alias)
    ATTACKS[alias][0](hand)
    assert asked(session), "the attack did not even get as far as the gate"
    press(hand, "/second-yes", "/agree")
    press(hand, "/second-yes", "/card")
    for number in asked(session):
        token = {"csrf_token": hand.form("/second-yes")["fields"]["csrf_token"]}
        for button in ("agree", "card"):
            hand.post(f"/second-yes/{number}/{button}", data={**token, "alias": "Zed", "language": "en"})
    assert power(session) == before


def ask_nobody(
    session: Session, keys: KeyFolder, who: Any, act: str, said: Sentence, today: Any, *, values: Any = None, **_: Any
) -> None:
    """The gate, taken out: what one person asks for is done at once."""
    people.DOINGS[act](people.Agreed(session, keys, values or {}, said, who.roles, today))


@pytest.mark.of_one_database
@pytest.mark.parametrize("alias", ATTACKS)
def test_the_test_finds_a_gate_that_is_taken_out(
    session: Session, enter: Enter, alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = power(session)
    monkeypatch.setattr(people, "ask", ask_nobody)
    ATTACKS[alias][0](enter(alias))
    after = power(session)
    assert {name for name in before if before[name] != after[name]} == ATTACKS[alias][1]


@pytest.mark.of_one_database
def test_every_act_for_two_is_done_by_its_package(app: Flask) -> None:
    for_two = {name for name, act in GATES.items() if act.one or act.other}
    assert set(people.DOINGS) == for_two
    for act in for_two:
        assert GATES[act].one
        assert GATES[act].other
        assert not GATES[act].one & GATES[act].other or len(GATES[act].one | GATES[act].other) > 1


@pytest.mark.of_one_database
def test_two_people_of_different_roles_do_it_and_everybody_on_the_board_is_told(session: Session, enter: Enter) -> None:
    admin_tries(enter("Moss"))
    for alias in ("Juniper", "Kelp", "Larch"):
        assert waiting(enter(alias)) == [], f"{alias} is no member of the board"
    lines = len(leaves(session))
    agree(enter("Dogwood"), about="Zed gets a card")
    assert {"Zed", "Puppet One"} & set(names(session)) == set(), "the card is not made yet"
    enter("Moss").submit("/second-yes", "/card")
    (made,) = {"Zed", "Puppet One"} & set(names(session))
    assert len(leaves(session)) > lines
    for alias in ("Elder", "Ash", "Cedar"):
        page = enter(alias).get("/board").text
        assert f"{made} gets a card" in page
        assert "Moss asked, Dogwood agreed" in page
    reader = enter("Elder")
    read = reader.submit("/board", "/board/read")
    assert read.headers["Location"] == "/board", "whoever has read it is where they were"
    assert f"{made} gets a card" not in reader.get("/board").text
    assert f"{made} gets a card" in reader.get("/second-yes").text


def everything_kept(session: Session) -> str:
    """All that stands in the database, as text."""
    tables = database.db.Model.metadata.sorted_tables
    found = "\n".join(repr(tuple(row)) for table in tables for row in session.execute(table.select()))
    session.rollback()
    return found


@pytest.mark.of_one_database
def test_whoever_agrees_to_a_card_never_sees_its_words_and_they_are_kept_nowhere(
    session: Session, enter: Enter
) -> None:
    moss, dogwood = enter("Moss"), enter("Dogwood")
    moss.submit("/accounts/new", alias="Zed", roles=["member"], language="en")
    answer = agree(dogwood, about="Zed gets a card")
    assert answer.status_code == 303
    nothing_yet = everything_kept(session)
    card = moss.submit("/second-yes", "/card")
    words = re.findall(r"<li>(\w+)</li>", card.text.partition("code-words")[2].partition("</ol>")[0])
    assert len(words) == 5
    device = PageClient(moss.application)
    assert device.submit("/sign-in", alias="Zed", passphrase=" ".join(words)).status_code == 303, "they are the words"
    theirs = answer.text + "".join(dogwood.get(page).text for page in ("/second-yes", "/board", "/account"))
    for kept in (nothing_yet, everything_kept(session), theirs, moss.get("/second-yes").text):
        assert " ".join(words) not in kept
        assert not all(word in kept for word in words)


@pytest.mark.of_one_database
def test_a_theme_takes_a_reader_of_each_side(session: Session, keys: KeyFolder, enter: Enter) -> None:
    reader_tries(enter("Juniper"))
    for alias in ("Kelp", "Larch", "Moss", "Dogwood"):
        assert waiting(enter(alias)) == [], f"{alias} does not read for the board"
    agree(enter("Ash"))
    assert power(session)["themes"] == [("theme 1", TODAY.isoformat())]
    assert "Juniper asked, Ash agreed" in enter("Elder").get("/board").text
    session.get_one(Theme, 1).closed_on = None
    session.flush()
    assert list(accounting.differences(session, keys, TODAY)) != []


@pytest.mark.of_one_database
def test_the_ledger_says_what_kind_of_thing_it_was_and_no_more(session: Session, enter: Enter) -> None:
    admin_tries(enter("Moss"))
    facilitator_tries(enter("Cedar"))
    press(enter("Dogwood"), "/second-yes", "/agree")
    told = [facts for facts in leaves(session) if facts["kind"] == "power"]
    assert len(told) > 1
    for facts in told:
        (area,) = facts.keys() - {"v", "kind", "day"}
        assert area in {"accounts", "seats", "themes"}
        assert len(facts[area]) == 64, "a hash, and nothing else"
    public = json.dumps(leaves(session))
    assert [name for name in names(session) if name in public] == []


@pytest.mark.parametrize("by_hand", on_both(["a role", "the words", "an account", "a seat"], ["a role"]))
def test_what_is_changed_by_hand_is_named(
    session: Session, keys: KeyFolder, enter: Enter, founded: Founded, by_hand: str
) -> None:
    assert list(accounting.differences(session, keys, TODAY)) == []
    if by_hand == "a role":
        session.add(AccountRole(account_id=founded.account("Elder"), role=Role.FACILITATOR))
    elif by_hand == "the words":
        session.scalars(select(Told)).first().said = {"template": "Nothing happened.", "values": {}}  # type: ignore[union-attr]
    elif by_hand == "a seat":
        session.scalars(select(Term)).first().account_id = founded.account("Moss")  # type: ignore[union-attr]
    else:
        session.get_one(Account, founded.account("Elder")).ended_on = TODAY
    session.flush()
    assert list(accounting.differences(session, keys, TODAY)) != []


# A vote that is over and that nobody counted: its sheet, and its end


MEANWHILE = NOW + timedelta(days=8)


@pytest.fixture
def over(session: Session, keys: KeyFolder, founded: Founded) -> Iterator[Founded]:
    """Three names on the sheet, one ballot in the box, and days later nobody has counted it."""
    opens, closes = NOW + timedelta(hours=1), NOW + timedelta(days=4)
    words, tellers = frozen(session, founded.account("Fern")), [founded.account("Ash"), founded.account("Birch")]
    ballot = ballots.call_vote(
        session, keys, words, kind="majority", tellers=tellers, opens_at=opens, closes_at=closes, now=NOW
    )
    cards = ballots.make_cards(session, keys, ballot, NOW)
    for alias in ("Dogwood", "Elder", "Fern"):
        ballots.sign_for(session, ballot, founded.account(alias), opens)
    ballots.drop(session, keys, ballot, cards[0], {"choice": "no"}, opens)
    session.commit()
    with clock.stopped_at(MEANWHILE):
        yield founded


def ends_the_vote(facilitator: PageClient) -> None:
    """The result will not be to their liking, so there shall be none."""
    facilitator.submit("/board/ballots/1/end", reason="The box is lost.")


def clears_the_sheet(facilitator: PageClient) -> None:
    """With fewer names the vote has no quorum."""
    press(facilitator, "/board/ballots/1/roll", "/back")


LATE: dict[str, tuple[Callable[[PageClient], None], set[str]]] = {
    "ends it": (ends_the_vote, {"votes"}),
    "clears its sheet": (clears_the_sheet, {"votes", "sheet"}),
}


@pytest.mark.of_one_database
@pytest.mark.parametrize("opens_boxes_too", [False, True])
@pytest.mark.parametrize("late", LATE)
def test_one_hand_changes_no_vote_that_is_over(
    session: Session, over: Founded, enter: Enter, late: str, opens_boxes_too: bool
) -> None:
    if opens_boxes_too:
        session.add(AccountRole(account_id=over.account("Cedar"), role=Role.TELLER))
        session.commit()
    before, hand = power(session), enter("Cedar")
    LATE[late][0](hand)
    assert asked(session), "the attack did not even get as far as the gate"
    for number in asked(session):
        assert hand.post(f"/second-yes/{number}/agree", data=hand.form("/language")["fields"]).status_code == 409
    for alias in ("Elder", "Juniper", "Larch", "Moss"):
        assert waiting(enter(alias)) == [], f"{alias} opens no box"
    assert power(session) == before


@pytest.mark.of_one_database
@pytest.mark.parametrize("late", LATE)
def test_without_the_gate_one_hand_would_change_it(
    session: Session, over: Founded, enter: Enter, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = power(session)
    monkeypatch.setattr(people, "ask", ask_nobody)
    LATE[late][0](enter("Cedar"))
    after = power(session)
    assert {name for name in before if before[name] != after[name]} == LATE[late][1]


@pytest.mark.parametrize("late", on_both(LATE, ["clears its sheet"]))
def test_two_do_it_and_every_member_the_ledger_and_the_result_say_so(
    session: Session, keys: KeyFolder, over: Founded, enter: Enter, late: str
) -> None:
    before = len(leaves(session))
    LATE[late][0](enter("Cedar"))
    assert len(leaves(session)) == before, "nothing is done by asking"
    assert agree(enter("Ash")).status_code == 303
    (line,) = [facts for facts in leaves(session)[before:] if facts["kind"] == "correction"]
    words = {"ends it": "ends without a result: The box is lost.", "clears its sheet": "comes off the sheet of vote 1"}
    for alias in ("Dogwood", "Ivy", "Cedar"):
        page = enter(alias).get("/board").text
        assert words[late] in page
        assert "Cedar asked, Ash agreed" in page
    public = enter("Ivy").get("/ballots/1").text
    if late == "ends it":
        assert line["called_off"] == "The box is lost."
        assert "The box is lost." in public
    else:
        assert line["marks_back"] == 1
    assert list(accounting.differences(session, keys, clock.today())) == []
