"""One hand that tries to take the board over: who decides, what it presses, and what is public of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.models import Ballot, Roll
from governance.board import service as board
from governance.board.models import Seat
from governance.feedback import service as feedback
from governance.ledger.models import Leaf
from governance.people.models import Account, AccountRole, Asked
from tests.factories import TODAY
from tests.page import Page, PageClient

NEXT_MONTH = TODAY + timedelta(days=30)
Power = dict[str, list[Any]]


def power(session: Session) -> Power:
    """Everything that says who decides, and what was decided for good."""
    session.expire_all()
    found = {
        "accounts": sorted((row.id, str(row.ended_on)) for row in session.scalars(select(Account))),
        "roles": sorted((row.account_id, row.role.value) for row in session.scalars(select(AccountRole))),
        "seats": sorted(board.power_of(session).items()),
        "themes": sorted(feedback.closed_themes(session).items()),
        "charter": [board.charter_number(session)],
        "votes": [(row.number, row.cancelled_reason, row.marks_back) for row in session.scalars(select(Ballot))],
        "sheet": sorted((row.account_id, row.has_pass) for row in session.scalars(select(Roll))),
    }
    session.rollback()  # Nobody else could write meanwhile.
    return found


def press(device: PageClient, page: str, action: str, **typed: Any) -> None:
    """Send every form of *page* whose address holds *action*, whatever comes of it."""
    for form in Page(device.get(page).text).forms:
        if action in form["action"] or (not form["action"] and not action):
            device.post(form["action"] or page, data={**form["fields"], **typed})


def admin_tries(admin: PageClient) -> None:
    """Puppets with every role of the board, and the end of whoever is in the way."""
    for puppet in ("Zed", "Puppet One"):
        admin.submit("/accounts/new", alias=puppet, roles=["member", "facilitator", "teller"], language="en")
    press(admin, "/accounts", "/end")


def facilitator_tries(facilitator: PageClient) -> None:
    """Seats for friends: added, put to rest, ended and filled; and a charter without its second check."""
    facilitator.submit("/board/seats", label="Seat 99", seat_class="lived", alternate="y")
    for seat in (1, 8, 9):  # One of each kind.
        press(facilitator, f"/board/seats/{seat}", "/pause", until=str(NEXT_MONTH))
        press(facilitator, f"/board/seats/{seat}", "/end")
        press(facilitator, f"/board/seats/{seat}", "/member")
    facilitator.submit("/board/charter/new", "record", second_check="", two_thirds="60%", least_yes="3")


def reader_tries(reader: PageClient) -> None:
    """A theme closed for good; for one that people brought see test_10_board_votes.py."""
    press(reader, "/desk/themes/1", "/close-empty")


# Who tries, what, and which part of the power it is about.
ATTACKS: dict[str, tuple[Callable[[PageClient], None], set[str]]] = {
    "Moss": (admin_tries, {"accounts", "roles"}),
    "Juniper": (reader_tries, {"themes"}),
    "Ash": (reader_tries, {"themes"}),
    "Cedar": (facilitator_tries, {"seats", "charter"}),
}


def leaves(session: Session) -> list[dict[str, Any]]:
    """Every entry of the public list of decisions."""
    rows = session.scalars(select(Leaf.body).where(Leaf.log == "decisions").order_by(Leaf.number)).all()
    session.rollback()
    return [json.loads(body) for body in rows]


def asked(session: Session) -> list[int]:
    found = list(session.scalars(select(Asked.id)))
    session.rollback()
    return found


def names(session: Session) -> list[str]:
    """Everything that must never be public of somebody: each chosen name, and each label of a seat."""
    found = [*session.scalars(select(Account.alias)), *session.scalars(select(Seat.label))]
    session.rollback()
    return found
