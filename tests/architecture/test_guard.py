"""The guard at the door of every page, on a house of four doors, and what each role has in its hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, session
from werkzeug.exceptions import HTTPException

from governance.permissions import access, form_token
from governance.permissions.access import GRANTS, Asker, Permission, ask_with, guard, requires
from governance.permissions.roles import Role, Who
from governance.storage import database

P = Permission
EVERYONE = {P.READ_RECORD, P.GIVE_FEEDBACK, P.USE_CODE}
PUBLIC = EVERYONE | {P.SIGN_IN, P.OPERATE}
SIGNED_IN = PUBLIC | {P.OWN_WORDS, P.OWN_ACCOUNT}
READS = {
    P.READ_MESSAGES, P.KEEP_THEMES, P.HIDE_MESSAGES, P.WRITE_BACK, P.TYPE_PAPER, P.SIGN_READERS, P.SEE_DUTIES,
}  # fmt: skip
HOLDS = {
    Role.VISITOR: PUBLIC,
    Role.KIOSK: EVERYONE,
    Role.MEMBER: {*SIGNED_IN, P.BOARD_PAGES, P.WRITE_PROPOSALS, P.VOTE, P.MARK_DONE, P.SEE_DUTIES},
    Role.BOARD_READER: {*SIGNED_IN, *READS, P.BOARD_PAGES},
    Role.FACILITATOR: {*SIGNED_IN, P.BOARD_PAGES, P.WRITE_PROPOSALS, P.RUN_BOARD, P.KEEP_SEATS, P.SEE_DUTIES},
    Role.TELLER: {*SIGNED_IN, P.BOARD_PAGES, P.OPEN_BOX},
    Role.STAFF_READER: {*SIGNED_IN, *READS, P.COME_TO_KIOSK},
    Role.RESPONDER: {*SIGNED_IN, P.ANSWER, P.SEE_DUTIES, P.COME_TO_KIOSK},
    Role.MANAGER: {*SIGNED_IN, *READS, P.ANSWER, P.COME_TO_KIOSK},
    Role.DIRECTOR: {*SIGNED_IN, *READS, P.ANSWER, P.COME_TO_KIOSK},
    Role.ADMIN: {*SIGNED_IN, P.KEEP_ACCOUNTS, P.KEEP_PLACES, P.SEE_HEALTH},
    Role.URGENT_TRAINED: SIGNED_IN,
}
MEMBER, READER = (Who(1, "Robin", frozenset({role}), b"") for role in (Role.MEMBER, Role.STAFF_READER))
NEWCOMER = replace(MEMBER, own_words=False)  # Signed in with words that somebody else printed.


@pytest.mark.parametrize("role", Role)
def test_a_role_holds_what_its_row_says_and_no_more(role: Role) -> None:
    assert GRANTS[role] == HOLDS[role]


class House:
    """An app with the real guard and no database. *doors* says what each door brought with it; *asked*: who asks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = Flask("house")
        self.app.secret_key = "only for this test"
        self.own_token = False
        self.form_holds = False
        self.expected: list[bool] = []
        monkeypatch.setattr(access, "db", SimpleNamespace(session=SimpleNamespace(rollback=lambda: None)))
        monkeypatch.setattr(database, "expect", lambda *, writes: self.expected.append(writes))
        monkeypatch.setattr(form_token, "holds", lambda: self.form_holds)
        self._door("wall", requires(P.READ_RECORD))
        self._door("vote", requires(P.VOTE))
        self._door("cast", requires(P.READ_RECORD, asker=Asker.NOBODY, own_token=lambda: self.own_token))
        self._door("script", requires(P.READ_RECORD, asker=Asker.UNTOUCHED))
        self._door("unmarked", lambda view: view)

    def _door(self, name: str, mark: Callable[[Any], Any]) -> None:
        self.app.add_url_rule(f"/{name}", name, mark(lambda: ""), methods=["GET", "POST"])

    def asks(self, path: str, who: Who | None = None, *, method: str = "GET", kiosk: str = "") -> tuple[int, Any]:
        """Return how the guard answers, with what it noted of the request: 200 when it lets it through."""
        self.expected.clear()
        self.looked_up = False
        ask_with(self.app, lambda _database, cookie, _now: self._look_up(who, cookie))
        with self.app.test_request_context(path, method=method):
            if kiosk:
                session["kiosk"] = kiosk
            try:
                guard()
            except HTTPException as refused:
                return refused.code or 0, dict(g.__dict__)
            finally:
                self.touched = "seen" in session
            return 200, dict(g.__dict__)

    def _look_up(self, who: Who | None, cookie: Any) -> Who | None:
        """Look up as the house does: whoever has signed in was here now, says the cookie."""
        self.looked_up = True
        cookie["seen"] = "now"
        return who


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    return House(monkeypatch)


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("/wall", None, 200),
        ("/wall", MEMBER, 200),
        ("/vote", None, 401),
        ("/vote", READER, 403),
        ("/vote", MEMBER, 200),
        ("/vote", NEWCOMER, 403),
        ("/wall", NEWCOMER, 200),
        ("/unmarked", None, 401),
        ("/unmarked", MEMBER, 403),
        ("/no-such-page", None, 200),  # Flask itself says that there is none.
    ],
)
def test_a_door_opens_for_who_holds_its_permission(house: House, path: str, who: Who | None, status: int) -> None:
    assert house.asks(path, who)[0] == status


def test_who_is_asking_is_the_sign_in_the_kiosk_or_a_visitor(house: House) -> None:
    roles = [house.asks("/wall", **asked)[1]["roles"] for asked in ({"who": MEMBER}, {"kiosk": "3"}, {})]
    assert roles == [MEMBER.roles, {Role.KIOSK}, {Role.VISITOR}]


def test_style_and_pictures_look_nobody_up(house: House) -> None:
    status, noted = house.asks("/static/house.css", MEMBER)
    assert (status, noted["who"], noted["roles"], house.looked_up) == (200, None, {Role.VISITOR}, False)


def test_whoever_drops_a_ballot_is_nobody(house: House) -> None:
    _, noted = house.asks("/cast", MEMBER)
    assert (noted["who"], noted["asked_as_nobody"], house.looked_up) == (None, True, False)
    _, noted = house.asks("/wall", MEMBER)
    assert (noted["who"], noted["asked_as_nobody"], house.looked_up) == (MEMBER, False, True)


def test_a_script_that_asks_by_itself_is_no_touch_of_a_person(house: House) -> None:
    assert house.asks("/script", MEMBER)[1]["who"] is MEMBER
    assert (house.looked_up, house.touched) == (True, False)
    assert house.asks("/wall", MEMBER)[0] == 200
    assert (house.looked_up, house.touched) == (True, True)


@pytest.mark.parametrize(
    ("path", "own_token", "form_holds", "held"),
    [
        ("/wall", False, False, False),
        ("/wall", False, True, True),
        ("/cast", False, False, False),
        ("/cast", True, False, True),
        ("/cast", False, True, True),
    ],
)
def test_a_form_needs_our_token_or_one_of_its_own(
    house: House, path: str, own_token: bool, form_holds: bool, held: bool
) -> None:
    house.own_token, house.form_holds = own_token, form_holds
    assert house.asks(path, method="POST")[1]["form_token_held"] is held
    assert "form_token_held" not in house.asks(path)[1]


def test_only_what_is_sent_and_let_through_may_write(house: House) -> None:
    house.asks("/wall", method="POST")
    assert house.expected == [False, True]
    for path, method in (("/wall", "GET"), ("/vote", "POST")):
        house.asks(path, method=method)
        assert house.expected == [False], path


def test_whoever_has_two_roles_may_do_what_either_may() -> None:
    with Flask("house").app_context():
        g.roles = frozenset({Role.TELLER, Role.STAFF_READER})
        assert access.may(P.OPEN_BOX)
        assert access.may(P.COME_TO_KIOSK)
        assert not access.may(P.KEEP_ACCOUNTS)
