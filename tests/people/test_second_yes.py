"""The second yes against whoever owns the database, and what becomes of what nobody agrees to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from governance import clock
from governance.board import service as board
from governance.gates import GATES
from governance.keys.keyfolder import KeyFolder
from governance.people import gates
from governance.people import service as people
from governance.people.models import Account, Asked, Told
from governance.people.service import second_yes
from governance.permissions.roles import STAFF, Role, Who
from governance.privacy import retention
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import PageClient
from tests.people.factories import told_to_members
from tests.second_yes import agree, waiting

END = "people.end_account"


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        yield an_open_programme(session, keys)


@pytest.fixture
def asked(session: Session, keys: KeyFolder, founded: Founded) -> Asked:
    """Moss, who keeps the cards, asks to end Elder's account."""
    return ask_to_end(session, keys, founded, "Elder")


def ask_to_end(session: Session, keys: KeyFolder, founded: Founded, alias: str) -> Asked:
    account = founded.account(alias)
    give_back(session, keys, account)
    said = Sentence("The account of {name} ends.", name=alias)
    row = people.ask(
        session, keys, who(founded, "Moss", Role.ADMIN), END, said, TODAY,
        subject=account, values={"account": account}, about=account,
    )  # fmt: skip
    session.commit()
    return row


def give_back(session: Session, keys: KeyFolder, account: int) -> None:
    """Nobody's seat is taken with their card: it is given back first."""
    seat = board.seat_of(session, account, TODAY)
    if seat:
        with board.telling(session, keys, Sentence("A seat is given back."), TODAY):
            board.end_term(session, seat.seat_id, TODAY)


def who(founded: Founded, alias: str, *roles: Role) -> Who:
    return Who(founded.account(alias), alias, frozenset(roles), b"")


def put_in(session: Session, founded: Founded) -> None:
    """A first yes that nobody said, with a mark of another request beside it."""
    give_back(session, founded.keys, founded.account("Cedar"))
    session.add(
        Asked(
            id=7, act=END, subject="9", values={"account": founded.account("Cedar"), "page": None},
            said={"template": "The account of Zed ends.", "values": {}}, asked_by=founded.account("Moss"),
            about_id=None, day=TODAY, mac=bytes(32),
        )
    )  # fmt: skip


BY_HAND: dict[str, Callable[[Session, Asked, Founded], object]] = {
    "put in": lambda session, row, founded: put_in(session, founded),
    "another number": lambda session, row, founded: setattr(row, "id", row.id + 1),
    "another act": lambda session, row, founded: setattr(row, "act", "board.add_seat"),
    "another subject": lambda session, row, founded: setattr(row, "subject", "0"),
    "other values": lambda session, row, founded: setattr(row, "values", {"account": founded.account("Cedar")}),
    "other words": lambda session, row, founded: setattr(row, "said", {"template": "Tea.", "values": {}}),
    "asked by another": lambda session, row, founded: setattr(row, "asked_by", founded.account("Cedar")),
    "a second yes": lambda session, row, founded: setattr(row, "agreed_by", founded.account("Dogwood")),
    "about nobody": lambda session, row, founded: setattr(row, "about_id", None),
    "another day": lambda session, row, founded: setattr(row, "day", TODAY - timedelta(days=1)),
}


@pytest.mark.on_both
@pytest.mark.parametrize("change", BY_HAND)
def test_what_is_written_by_hand_waits_for_nobody_and_is_named(
    session: Session, keys: KeyFolder, founded: Founded, asked: Asked, enter: Callable[[str], PageClient], change: str
) -> None:
    assert list(accounting.differences(session, keys, TODAY)) == []
    session.rollback()  # Nobody else could write meanwhile.
    before = len(waiting(enter("Dogwood")))
    BY_HAND[change](session, asked, founded)
    session.commit()
    assert len(waiting(enter("Dogwood"))) == (before if change == "put in" else before - 1)
    number = 7 if change == "put in" else session.scalars(select(Asked.id)).one()
    with pytest.raises(RuleRefused):
        people.agree(session, keys, who(founded, "Dogwood", Role.MEMBER), number, "", TODAY)
    assert any("second yes" in each for each in accounting.differences(session, keys, TODAY))


def test_what_is_written_by_hand_stops_nobody_from_asking(
    session: Session, keys: KeyFolder, founded: Founded, asked: Asked
) -> None:
    asked.day = TODAY + timedelta(days=1)
    session.commit()
    assert ask_to_end(session, keys, founded, "Elder").day == TODAY
    with pytest.raises(RuleRefused, match="already"):
        ask_to_end(session, keys, founded, "Elder")


def test_without_the_mark_it_would_wait_for_somebody(
    session: Session, keys: KeyFolder, founded: Founded, enter: Callable[[str], PageClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(second_yes, "_mac", lambda keys, asked: bytes(32))
    put_in(session, founded)
    session.commit()
    agree(enter("Dogwood"))
    session.expire_all()
    assert session.get_one(Account, founded.account("Cedar")).ended_on == TODAY


def ask_for_card(founded: Founded, keys: KeyFolder) -> Asked:
    """Moss asks for a card for Zed."""
    values = {"makes_card": True, "alias": "Zed", "roles": ["member"], "language": "en"}
    said, first = Sentence("{name} gets a card.", name="Zed"), who(founded, "Moss", Role.ADMIN)
    row = people.ask(founded.session, keys, first, "people.new_account", said, TODAY, subject="zed", values=values)
    founded.session.commit()
    return row


def make_card(device: PageClient, row: Asked) -> int:
    """Press the button of a card, whether or not the page shows it; return how that ended."""
    number, mark = row.id, second_yes.mark_of(row)
    object_session(row).rollback()  # type: ignore[union-attr]  # Nobody else could write meanwhile.
    token = device.form("/language")["fields"]["csrf_token"]
    fields = {"csrf_token": token, "alias": "Zed", "language": "en", "read": mark}
    return int(device.post(f"/second-yes/{number}/card", data=fields).status_code)


@pytest.mark.parametrize("forged", [False, True])
def test_whoever_asked_makes_no_card_alone(
    session: Session, keys: KeyFolder, founded: Founded, enter: Callable[[str], PageClient], forged: bool
) -> None:
    row, before = ask_for_card(founded, keys), len(people.all_accounts(session))
    row.agreed_by = founded.account("Dogwood") if forged else None
    session.commit()
    assert make_card(enter("Moss"), row) == 409
    assert len(people.all_accounts(session)) == before


def test_without_the_mark_a_yes_written_by_hand_would_make_one(
    session: Session, keys: KeyFolder, founded: Founded, enter: Callable[[str], PageClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(second_yes, "_mac", lambda keys, asked: bytes(32))
    row, before = ask_for_card(founded, keys), len(people.all_accounts(session))
    row.agreed_by = founded.account("Dogwood")
    session.commit()
    assert make_card(enter("Moss"), row) == 200
    assert len(people.all_accounts(session)) == before + 1


@pytest.mark.parametrize("alias", ["Dogwood", "Moss", "Elder"])
def test_a_card_that_was_agreed_to_is_made_by_whoever_asked_alone(
    session: Session, keys: KeyFolder, founded: Founded, enter: Callable[[str], PageClient], alias: str
) -> None:
    row = ask_for_card(founded, keys)
    assert agree(enter("Dogwood")).status_code == 303
    session.expire_all()
    assert len(waiting(enter("Elder"))) == 0, "it is agreed to, and waits for nobody else"
    assert make_card(enter(alias), row) == (200 if alias == "Moss" else 409)


@pytest.mark.on_both
@pytest.mark.parametrize("ends", ["Moss", "Dogwood"])
def test_no_card_is_made_for_somebody_whose_account_ended_meanwhile(
    session: Session, keys: KeyFolder, founded: Founded, enter: Callable[[str], PageClient], ends: str
) -> None:
    row = ask_for_card(founded, keys)
    agree(enter("Dogwood"))
    session.expire_all()
    draft = people.draft_card(keys, "Zed")
    session.get_one(Account, founded.account(ends)).ended_on = TODAY
    moss, mark = who(founded, "Moss", Role.ADMIN), second_yes.mark_of(row)
    if ends == "Dogwood":
        with pytest.raises(RuleRefused, match="Nobody has agreed"):
            people.finish(session, keys, moss, row.id, mark, TODAY, draft)
    people.forget_asked(session, keys, TODAY)
    assert session.scalars(select(Asked)).all() == []
    assert told(session)[-1] == "Not done: Zed gets a card. Moss asked, another agreed, and it was left at that."
    with pytest.raises(RuleRefused, match="settled already"):
        people.finish(session, keys, moss, row.id, mark, TODAY, draft)


@pytest.mark.on_both
def test_nobody_says_yes_or_no_twice(
    session: Session, keys: KeyFolder, founded: Founded, enter: Callable[[str], PageClient]
) -> None:
    row = ask_for_card(founded, keys)
    agree(enter("Dogwood"))
    session.expire_all()
    for second in (who(founded, "Dogwood", Role.MEMBER), who(founded, "Elder", Role.MEMBER)):
        with pytest.raises(RuleRefused, match="settled already"):
            people.agree(session, keys, second, row.id, second_yes.mark_of(row), TODAY)
        with pytest.raises(RuleRefused, match="settled already"):
            people.refuse(session, keys, second, row.id, TODAY)
    people.take_back(session, who(founded, "Moss"), row.id)
    assert session.scalars(select(Asked)).all() == []


@pytest.mark.on_both
def test_only_what_was_read_is_agreed_to(session: Session, keys: KeyFolder, founded: Founded, asked: Asked) -> None:
    second = who(founded, "Dogwood", Role.MEMBER)
    (request,) = people.requests_of(session, keys, second, TODAY)
    with pytest.raises(RuleRefused, match="not what you read"):
        people.agree(session, keys, second, asked.id, "0" * 32, TODAY)
    people.agree(session, keys, second, asked.id, request.mark, TODAY)
    assert session.get_one(Account, founded.account("Elder")).ended_on == TODAY


def test_a_request_that_was_taken_back_leaves_no_number_to_another(
    session: Session, keys: KeyFolder, founded: Founded
) -> None:
    """A form that lay open agrees to nothing that was asked for after it."""
    first = ask_to_end(session, keys, founded, "Elder")
    number = first.id
    people.take_back(session, who(founded, "Moss"), number)
    assert ask_to_end(session, keys, founded, "Fern").id != number


def test_a_no_and_days_that_run_out_are_told(session: Session, keys: KeyFolder, founded: Founded) -> None:
    refused = ask_to_end(session, keys, founded, "Elder")
    give_back(session, keys, founded.account("Fern"))
    people.refuse(session, keys, who(founded, "Dogwood", Role.MEMBER), refused.id, TODAY)
    ask_to_end(session, keys, founded, "Fern")
    last = TODAY + retention.ASKED_FOR
    people.forget_asked(session, keys, last - timedelta(days=1))
    assert told(session)[-1] == "Not done: The account of Elder ends. Moss asked, Dogwood said no."
    people.forget_asked(session, keys, last)
    assert told(session)[-1] == "Not done: The account of Fern ends. Moss asked, and no second yes came."
    assert session.scalars(select(Asked)).all() == []


def told(session: Session) -> list[str]:
    return told_to_members(session, 100)[::-1]


def test_who_has_no_account_any_more_asks_for_nothing(session: Session, keys: KeyFolder, founded: Founded) -> None:
    row = ask_to_end(session, keys, founded, "Elder")
    elder = founded.account("Elder")
    assert people.waiting_on(session, keys, END, elder, TODAY) == row
    session.get_one(Account, founded.account("Moss")).ended_on = TODAY
    assert people.waiting_on(session, keys, END, elder, TODAY) is None, "so nothing is held up by it"
    second = who(founded, "Dogwood", Role.MEMBER)
    assert people.requests_of(session, keys, second, TODAY) == []
    with pytest.raises(RuleRefused):
        people.agree(session, keys, second, row.id, second_yes.mark_of(row), TODAY)
    people.forget_asked(session, keys, TODAY)
    ask = people.ask(session, keys, who(founded, "Cedar", Role.FACILITATOR), "board.end_term", Sentence("x"), TODAY)
    assert session.scalars(select(Asked)).all() == [ask], "and the way is free to ask anew"


def test_a_request_of_tomorrow_waits_for_nobody(
    session: Session, keys: KeyFolder, founded: Founded, asked: Asked
) -> None:
    yesterday = TODAY - timedelta(days=1)
    assert people.requests_of(session, keys, who(founded, "Dogwood", Role.MEMBER), yesterday) == []


@pytest.mark.parametrize("staff", sorted(STAFF))
def test_staff_are_no_half_of_the_board_whatever_an_old_card_says(staff: Role) -> None:
    mixed = {staff, Role.BOARD_READER, Role.MEMBER, Role.FACILITATOR, Role.TELLER}
    for act in (each for name, each in GATES.items() if each.one and name != "feedback.close_theme"):
        assert not gates.may_be_second(act, {Role.ADMIN, Role.FACILITATOR}, mixed)
    close = GATES["feedback.close_theme"]
    assert not gates.may_be_second(close, {Role.STAFF_READER}, mixed)
    assert gates.may_be_second(close, {Role.STAFF_READER}, mixed - STAFF), "the control: a card of the board alone"


def test_an_account_does_not_end_while_a_term_waits_for_its_member(
    session: Session, keys: KeyFolder, founded: Founded, enter: Callable[[str], PageClient]
) -> None:
    """And each thing is told once."""
    account, later = founded.account("Elder"), TODAY + timedelta(days=30)
    seat = board.seat_of(session, account, TODAY)
    assert seat
    board.end_term(session, seat.seat_id, TODAY)
    board.seat_member(session, seat.seat_id, account, later)
    board.tell_how_seats_stand(session, keys, TODAY)
    ask_to_end(session, keys, founded, "Elder")
    assert agree(enter("Dogwood")).status_code == 409
    session.expire_all()
    assert board.seat_of(session, account, later), "a seat that waits for a member is no side door either"
    board.end_term(session, seat.seat_id, TODAY, account)
    session.commit()
    agree(enter("Dogwood"))
    session.expire_all()
    assert session.get_one(Account, account).ended_on == TODAY
    told_now = [row for row in session.scalars(select(Told)) if "Elder" in str(row.said)]
    assert len(told_now) == 1
