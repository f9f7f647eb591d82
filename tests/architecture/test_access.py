"""Closed by default: every page names its permission, every role has its row, and the guard holds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from governance.permissions.access import GRANTS, Permission
from governance.permissions.roles import STAFF, Role
from tests.page import PageClient

BOARD_SIDE = {Role.MEMBER, Role.BOARD_READER, Role.FACILITATOR, Role.TELLER}  # Nobody is of the board and the staff.
OPEN_TO_ALL = frozenset({"static"})
SAMPLE = {"number": "1", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x", "default": "x", "string": "x"}


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Every method and address of the program, with something in the place of its parts, and its endpoint."""
    found = []
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda part: SAMPLE[part[1] or "default"], rule.rule)
        found += [(method, address, rule.endpoint) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    return getattr(app.view_functions[endpoint], "permission", None)


def status_of(person: PageClient, method: str, address: str, **more: object) -> int:
    """Try a door, and do not look at the page: that of an error is looked at by tests/frame, and is always the same."""
    return FlaskClient.open(person, address, method=method, **more).status_code


def test_every_door_names_its_permission(app: Flask) -> None:
    unnamed = {e for _, _, e in addresses(app) if permission_of(app, e) is None} - OPEN_TO_ALL
    assert unnamed == set()


def test_every_role_has_a_row_and_every_permission_a_holder() -> None:
    assert set(GRANTS) == set(Role)
    assert {permission for grants in GRANTS.values() for permission in grants} == set(Permission)


@pytest.mark.of_one_database
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.VISITOR, Role.KIOSK}))
def test_a_role_opens_its_doors_and_no_others(app: Flask, sign_in: Callable[..., PageClient], role: Role) -> None:
    """Somebody with few permissions tries each door, and others one door of each permission: one guard is at all."""
    person, tried = sign_in(role), set[object]()
    for method, address, endpoint in addresses(app):
        permission = permission_of(app, endpoint)
        if permission is None or permission in GRANTS[role] or endpoint in OPEN_TO_ALL:
            continue
        if (permission, method) in tried and role is not Role.URGENT_TRAINED:
            continue
        tried.add((permission, method))
        assert status_of(person, method, address) == 403, f"{role} opened {method} {address}"


@pytest.mark.of_one_database
def test_a_visitor_meets_the_sign_in_page_at_every_closed_door(app: Flask, client: PageClient) -> None:
    for method, address, endpoint in addresses(app):
        permission = permission_of(app, endpoint)
        if permission and permission not in GRANTS[Role.VISITOR]:
            assert status_of(client, method, address) == 401, f"{method} {address}"


@pytest.mark.of_one_database
def test_no_form_is_taken_without_its_token(app: Flask, client: PageClient, sign_in: Callable[..., PageClient]) -> None:
    everything = set(Role) - {Role.VISITOR, Role.KIOSK}
    people = [client, sign_in(*(everything - STAFF)), sign_in(*(everything - BOARD_SIDE))]
    for method, address, _ in addresses(app):
        if method == "POST":
            for person in people:
                status = status_of(person, "POST", address, data={"words": "x"})
                assert status >= 400, f"{address} took a form without a token"


def test_staff_hold_no_vote_and_the_operator_reads_nothing() -> None:
    for role in (Role.STAFF_READER, Role.RESPONDER, Role.MANAGER, Role.DIRECTOR):
        assert not {Permission.VOTE, Permission.MARK_DONE} & GRANTS[role]
    assert Permission.READ_MESSAGES not in GRANTS[Role.ADMIN]
