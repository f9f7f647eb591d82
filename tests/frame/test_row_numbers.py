"""A number in an address, a query or a form is the number of a row or of nothing: never a 500, on neither database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Rule

from governance.frame.incoming import LARGEST_BODY
from governance.frame.row_numbers import LARGEST, NumberConverter, row_number
from governance.keys.keyfolder import KeyFolder
from governance.people.rules import Role
from governance.permissions import access
from governance.places.models import HelpCard
from governance.storage import database
from tests.factories import an_open_programme
from tests.page import PageClient

WILD = ("0", "-1", "2147483648", "9223372036854775808", str(10**30), "1" * 5000, "٣", "text", "A\x00B")
BEYOND = "9223372036854775808"  # The first number that neither database can take.
# Each value asks the database that it could hurt. SQLite takes no number as large as BEYOND, and Python reads no 5,000
# digits; PostgreSQL counts rows up to 2147483647, skips no -1 of them, and stores no NUL.
WALKED = {"sqlite": (BEYOND, "1" * 5000, "text"), "postgresql": ("-1", "2147483648", "A\x00B")}
# So many digits of each field: all of them together are not longer than a page takes. Else no view would be asked.
MOST_DIGITS = 200
QUERIES = ("after", "proposal", "theme", "at")
NOT_A_ROW = "00000000-0000-4000-8000-000000000000"
# What signs this person out, or makes the device a kiosk: nobody walks on after that.
ENDS_A_SIGN_IN = frozenset({
    "people.sign_out", "people.sign_out_everywhere", "feedback.kiosk", "feedback.hide", "feedback.leave",
})  # fmt: skip
PEOPLE = sorted(set(Role) - {Role.VISITOR, Role.KIOSK})


@pytest.mark.parametrize(("typed", "number"), [("1", 1), ("007", 7), (str(LARGEST), LARGEST)])
def test_a_row_number_is_read(typed: str, number: int) -> None:
    assert row_number(typed) == number


@pytest.mark.parametrize("typed", [*WILD, "", " 1", "1_0", "+1", "1.0"])
def test_what_no_row_can_have_is_no_number(typed: str) -> None:
    assert row_number(typed) is None


def test_every_number_in_a_route_has_the_one_bound(app: Flask) -> None:
    kinds = {type(each) for rule in app.url_map.iter_rules() for each in rule._converters.values()}
    assert NumberConverter in kinds
    assert {kind for kind in kinds if issubclass(kind, IntegerConverter)} == {NumberConverter}


@pytest.fixture
def house(app: Flask, session: Session, keys: KeyFolder) -> Flask:
    """A programme with its people, seats and help cards, so that an address with the number 1 leads somewhere."""
    an_open_programme(session, keys)
    session.commit()
    return app


@pytest.mark.on_both
def test_no_number_breaks_a_page_whoever_asks(house: Flask, sign_in: Callable[..., PageClient]) -> None:
    people = [(role, sign_in(role)) for role in PEOPLE] + [(Role.VISITOR, PageClient(house))]
    tried: set[str] = set()
    broken = [found for role, person in people for found in _broken(house, role, person, tried)]
    assert broken == []
    assert len(tried) > 150
    assert len(urlencode(dict.fromkeys(_fields(), "1" * MOST_DIGITS))) < LARGEST_BODY - 1000


def test_the_walk_would_see_an_address_that_breaks(house: Flask, sign_in: Callable[..., PageClient]) -> None:
    """The control: a page whose route forgets the bound."""

    def forgets(card_id: int) -> str:
        return str(database.db.session.get(HelpCard, card_id))

    forgets.permission = access.Permission.KEEP_PLACES  # type: ignore[attr-defined]
    house.add_url_rule("/forgets/<int:card_id>", "forgets", forgets)
    found = _broken(house, Role.ADMIN, sign_in(Role.ADMIN), set(), of="forgets")
    assert any(each.startswith(f"admin GET /forgets/{value} ") for each in found for value in (BEYOND, "2147483648"))


def _broken(app: Flask, role: Role, person: PageClient, tried: set[str], of: str = "") -> list[str]:
    """Every request of *person* with a wild number that ends in a 500.

    Whoever comes to a route first tries all of `WALKED`. Whoever comes after, with other rights, tries the first of
    them on SQLite: what they see of a page makes no other statement.
    *of*: the one endpoint to ask; else all of them.
    """
    token = person.form("/language", "language")["fields"]["csrf_token"]
    plain, broken, fields = app.test_client(), [], _fields()
    plain._cookies = person._cookies
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    with app.app_context():
        values = WALKED[database.db.engine.dialect.name]
    asked_for = [(rule, method) for rule, method in _open_to(app, role) if of in ("", rule.endpoint)]
    for rule, method in asked_for:
        first = f"{method} {rule}" not in tried
        tried.add(f"{method} {rule}")
        for address, value in _requests(app, rule, method, values if first else (BEYOND,) * (BEYOND in values)):
            short = value[:MOST_DIGITS]
            typed = {"csrf_token": token, **dict.fromkeys(fields, short)} if method == "POST" else None
            asked = dict.fromkeys(QUERIES, value)
            status = plain.open(address, method=method, query_string=asked, data=typed).status_code
            broken += [f"{role} {method} {address} {status}"] if status >= 500 and status != 503 else []
    app.testing = True
    return broken


def _requests(app: Flask, rule: Rule, method: str, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each address of *rule* with one of these *values* that a view answers, and one of those that none does.

    What no route takes in is the same page for all of them, and depends on nothing that a view does.
    """
    nowhere: list[tuple[str, str]] = []
    for value in values:
        for address in sorted(_addresses(rule, value)):
            if _leads_to(app, address, method):
                yield address, value
            else:
                nowhere.append((address, value))
    yield from nowhere[-1:]


def _leads_to(app: Flask, address: str, method: str) -> bool:
    try:
        app.url_map.bind("localhost").match(address, method=method)
    except HTTPException:
        return False
    return True


def _open_to(app: Flask, role: Role) -> Iterator[tuple[Rule, str]]:
    """The routes this role may ask, where a number is read: in the address, the query or a form."""
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission not in access.GRANTS[role] or rule.endpoint in ENDS_A_SIGN_IN:
            continue
        if role is not Role.VISITOR and permission in access.GRANTS[Role.VISITOR]:
            continue  # What everybody may do, the visitor tries.
        yield from ((rule, method) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def _addresses(rule: Rule, value: str) -> set[str]:
    """The addresses of *rule* with *value* in the place of each of its parts, the others being 1, and of all."""
    parts = re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule)
    fills = [{name: value} for _, name in parts] + [{name: value for _, name in parts}]
    made = set()
    for fill in fills:
        usual = {name: NOT_A_ROW if kind == "uuid" else "1" for kind, name in parts} | fill
        made.add(re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda part, usual=usual: usual[part[1]], rule.rule))
    return made


def _fields(kind: type[FlaskForm] = FlaskForm) -> set[str]:
    """The names of the fields of every form of the house."""
    own = {name for name in dir(kind) if hasattr(getattr(kind, name, None), "field_class")}
    return own.union(*(_fields(each) for each in kind.__subclasses__()))
