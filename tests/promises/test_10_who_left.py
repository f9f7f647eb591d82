"""Promise 10, against a seat that is gone: whoever has left the board says no second yes, and reads no page of it.

The control is the same member a moment before: with the seat they can do all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.board.views.door import RemovalDecided, removals_decided
from governance.gates import GATES
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.gates import may_be_second, takes_the_board
from governance.people.off_the_board import Leaving
from governance.permissions.roles import Role, Who
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import Page, PageClient
from tests.people.factories import told_to_members
from tests.second_yes import agree, waiting

Enter = Callable[[str], PageClient]
YEAR = timedelta(days=366)


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        yield an_open_programme(session, keys)


def wrong(session: Session, keys: KeyFolder) -> list[str]:
    """What the audit says of seats and of cards."""
    kinds = [kind for kind in accounting.every_kind() if {"term", "account_role"} & set(kind.tables)]
    found = list(accounting.differences(session, keys, clock.today(), kinds))
    session.rollback()
    return [each for each in found if "is about" not in each]


def token(device: PageClient) -> dict[str, str]:
    return {"csrf_token": device.form("/language")["fields"]["csrf_token"]}


def roles(session: Session, founded: Founded, alias: str) -> frozenset[Role]:
    found = people.roles_of(session, founded.account(alias))
    session.rollback()
    return found


def gives_back(enter: Enter, alias: str, card: str) -> None:
    """Somebody gives the seat back, with the button that says what becomes of the card; another one agrees."""
    member = enter(alias)
    data = {**token(member), "card": card}
    assert member.post("/board/my-seat/give-back", data=data).status_code == 303
    assert agree(enter("Dogwood"), about=f"{alias} gives").status_code == 303


def something_waits(session: Session, keys: KeyFolder, founded: Founded) -> None:
    """The facilitator asks to let a seat rest: any other of the board may say the second yes."""
    who = Who(founded.account("Cedar"), "Cedar", frozenset({Role.MEMBER, Role.FACILITATOR}), b"")
    seat = {"label": "Stool", "class": "lived", "alternate": True}
    people.ask(session, keys, who, "board.add_seat", Sentence("A new seat."), TODAY, subject="Stool", values=seat)
    session.commit()


def test_a_seat_that_ends_can_take_the_card_with_it(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    gone = enter("Elder")
    gives_back(enter, "Elder", "ends")
    assert gone.get("/board").status_code == 401, "the card ended"
    told = told_to_members(session, 2)
    assert told[1].startswith("Elder gives Seat 5 back. The card ends too. Elder asked, Dogwood agreed.")
    assert told[0] == "The account of Elder ends."
    assert wrong(session, keys) == []


@pytest.mark.of_one_database
def test_a_card_that_is_for_more_stays_for_that(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    gives_back(enter, "Ash", "ends")
    assert Role.MEMBER not in roles(session, founded, "Ash")
    assert Role.BOARD_READER in roles(session, founded, "Ash")
    assert told_to_members(session, 1)[0].startswith("Ash is no member of the board any more.")
    assert wrong(session, keys) == []


@pytest.mark.of_one_database
def test_nobody_ends_a_seat_without_saying_what_becomes_of_the_card(founded: Founded, enter: Enter) -> None:
    member = enter("Elder")
    assert member.post("/board/my-seat/give-back", data=token(member)).status_code == 409
    assert member.post("/board/my-seat/give-back", data={**token(member), "card": "lost"}).status_code == 409


def test_a_card_that_stayed_waits_for_who_keeps_the_cards(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    line = "Ash still has a member&#39;s card"
    assert line not in enter("Moss").get("/accounts").text
    gives_back(enter, "Ash", "stays")
    keeper = enter("Moss")
    assert line in keeper.get("/accounts").text
    assert keeper.submit("/accounts", f"/{founded.account('Ash')}/no-member").status_code == 303
    assert agree(enter("Fern"), about="Ash is no member").status_code == 303
    assert line not in keeper.get("/accounts").text, "it is settled"
    assert Role.MEMBER not in roles(session, founded, "Ash")
    assert wrong(session, keys) == []


@pytest.mark.of_one_database
def test_a_reader_who_left_stands_on_the_page_of_who_keeps_the_cards(founded: Founded, enter: Enter) -> None:
    line = "Ash still reads messages for the board"
    assert line not in enter("Moss").get("/accounts").text
    gives_back(enter, "Ash", "ends")
    assert line in enter("Moss").get("/accounts").text


@pytest.mark.of_one_database
def test_whoever_sits_keeps_the_members_role(founded: Founded, enter: Enter) -> None:
    keeper = enter("Moss")
    answer = keeper.post(f"/accounts/{founded.account('Ash')}/no-member", data=token(keeper))
    assert answer.status_code == 409
    only = keeper.post(f"/accounts/{founded.account('Elder')}/no-member", data=token(keeper))
    assert only.status_code == 409, "their card is for nothing else"


def removed(session: Session, keys: KeyFolder, enter: Enter, monkeypatch: pytest.MonkeyPatch, card: str) -> None:
    """The board voted, and two people take Elder's seat."""
    term = board.running_term(session, 5).id
    board.ask_for_seat_openly(session, keys, "proposal:7", 7, term, TODAY)
    session.commit()
    monkeypatch.setattr(removals_decided, "_fillers", [lambda: [RemovalDecided("2026-001", "A seat", "proposal:7")]])
    facilitator = enter("Cedar")
    data = {**token(facilitator), "record": "2026-001", "card": card}
    assert facilitator.post("/board/seats/5/remove", data=data).status_code == 303
    assert agree(enter("Fern"), about="The board takes").status_code == 303


@pytest.mark.of_one_database
def test_a_removed_member_agrees_to_nothing_and_reads_no_page_of_the_board(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    something_waits(session, keys, founded)
    elder = enter("Elder")
    assert waiting(elder, "A new seat"), "the control: with the seat they may agree"
    removed(session, keys, enter, monkeypatch, "ends")
    for page in ("/board", "/board/proposals", "/board/agenda", "/second-yes", "/board/decisions"):
        assert elder.get(page).status_code == 401, page


@pytest.mark.of_one_database
def test_a_removed_member_with_a_card_agrees_to_nothing(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    something_waits(session, keys, founded)
    elder = enter("Elder")
    form = waiting(elder, "A new seat")[0]
    removed(session, keys, enter, monkeypatch, "stays")
    assert waiting(elder, "A new seat") == []
    refused = elder.post(form["action"], data=form["fields"])
    assert refused.status_code == 409
    assert "You have no seat" in refused.text
    assert agree(enter("Hazel"), about="A new seat").status_code == 303


@pytest.mark.of_one_database
@pytest.mark.parametrize("act", sorted(name for name, act in GATES.items() if takes_the_board(act)))
def test_without_a_seat_nobody_is_one_of_the_board(
    session: Session, keys: KeyFolder, founded: Founded, act: str
) -> None:
    """Every gate that takes one of the board: the same card counts with a seat, and not without or at rest."""
    gate, account = GATES[act], founded.account("Elder")
    other = frozenset({Role.FACILITATOR, Role.ADMIN, Role.TELLER})
    card = frozenset({Role.MEMBER})

    def counts() -> bool:
        sitting = people.who_sits(session, TODAY)
        return may_be_second(gate, other, people.that_count(gate, account, card, sitting))

    assert counts()
    board.pause(session, 5, TODAY, TODAY + timedelta(days=20))
    assert not counts(), "a seat at rest"
    board.resume(session, 5, TODAY)
    assert counts()
    board.end_term(session, 5, TODAY)
    assert not counts(), "no seat"


@pytest.mark.of_one_database
def test_a_seat_at_rest_can_still_be_given_back(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    board.pause(session, 5, TODAY, TODAY + timedelta(days=20))
    session.commit()
    gives_back(enter, "Elder", "stays")


@pytest.mark.of_one_database
def test_where_too_few_sit_a_card_alone_still_counts(session: Session, keys: KeyFolder, founded: Founded) -> None:
    """Else nobody could fill the seats of a board that is only beginning."""
    for seat in range(3, 10):
        board.end_term(session, seat, TODAY)
    assert people.who_sits(session, TODAY) is None
    gate = GATES["board.seat_member"]
    assert people.that_count(gate, founded.account("Elder"), {Role.MEMBER}, None) == {Role.MEMBER}


def test_a_new_card_for_a_lost_one_takes_somebody_who_sits(session: Session, keys: KeyFolder, founded: Founded) -> None:
    """Two of the staff and a reader who has left are not one of the board."""
    board.end_term(session, 1, TODAY)
    first = who(founded, "Juniper", Role.STAFF_READER)
    asked = people.ask_for_card(session, keys, first, founded.account("Elder"), TODAY)
    draft = people.draft_card(keys, "Elder")
    with pytest.raises(RuleRefused, match="on the board"):
        people.agree_to_card(session, keys, who(founded, "Ash", Role.BOARD_READER), asked.id, draft, TODAY)
    people.agree_to_card(session, keys, who(founded, "Birch", Role.BOARD_READER), asked.id, draft, TODAY)


def who(founded: Founded, alias: str, *roles: Role) -> Who:
    return Who(founded.account(alias), alias, frozenset(roles), b"")


@pytest.mark.of_one_database
def test_what_was_asked_of_a_card_is_done_to_no_other_one(session: Session, keys: KeyFolder, founded: Founded) -> None:
    """A card that got a duty meanwhile does not end with the seat: two people agreed to another thing."""
    board.end_term(session, 5, TODAY)
    people.give_role(session, Role.TELLER, founded.account("Elder"), "2026-009")
    with pytest.raises(RuleRefused, match="something else by now"):
        people.leave_board(session, keys, founded.account("Elder"), Leaving.ENDS, TODAY)


@pytest.mark.of_one_database
def test_the_page_of_a_seat_asks_about_the_card(founded: Founded, enter: Enter) -> None:
    with clock.stopped_at(NOW + YEAR):
        page = enter("Cedar").get("/board/seats/5").text
        answers = [form["fields"]["card"] for form in Page(page).forms if form["action"].endswith("/end")]
        assert answers == ["ends", "stays"]
