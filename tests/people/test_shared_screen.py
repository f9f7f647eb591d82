"""A screen that others use next: every page of it clears itself, and a sign-in ends with the visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.people.models import SignIn
from governance.permissions.roles import Role
from tests.factories import an_open_programme
from tests.page import PageClient

# Its pages alone: a sign-in ends on both in test_signing_in.

SignsIn = Callable[..., PageClient]
CLEARS = ('id="still-there"', "frame/shared-screen.js")
LEAVES = "data-hide"


def pages(app: Flask, client: PageClient) -> dict[str, str]:
    """Return every page that has an address of its own, as *client* is shown it: an error's page too."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    # Coming here begins another visit, which ends a sign-in: told below.
    others = [rule.rule for rule in rules if rule.rule not in ("/kiosk", "/hide", "/kiosk/cleared")]
    answers = {address: client.get(address) for address in others}
    return {address: answer.text for address, answer in answers.items() if answer.mimetype == "text/html"}


def clears_itself(page: str) -> bool:
    return all(mark in page for mark in CLEARS)


@pytest.mark.parametrize("roles", [(), (Role.ADMIN, Role.MEMBER, Role.FACILITATOR)])
def test_every_page_of_a_shared_screen_clears_itself_and_has_hide_this(
    app: Flask, client: PageClient, sign_in: SignsIn, session: Session, keys: KeyFolder, roles: tuple[Role, ...]
) -> None:
    an_open_programme(session, keys)
    device = sign_in(*roles) if roles else client
    on_a_phone = pages(app, device)
    assert len(on_a_phone) > 20
    assert [address for address, page in on_a_phone.items() if clears_itself(page)] == []
    with device.session_transaction() as cookie:
        cookie["shared"] = True
    for address, page in pages(app, device).items():
        if "Redirecting" not in page:
            assert clears_itself(page), address
            assert LEAVES in page, address


@pytest.mark.parametrize("ends", ["/kiosk", "/hide", "/kiosk/cleared"])
def test_a_worker_who_opens_the_kiosk_is_signed_out_on_the_server_too(
    app: Flask, sign_in: SignsIn, session: Session, ends: str
) -> None:
    device = sign_in(Role.STAFF_READER)
    assert device.get("/account").status_code == 200
    with device.session_transaction() as cookie:
        before = dict(cookie)
    device.get(ends)
    assert device.get("/account").status_code == 401
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    with device.session_transaction() as cookie:
        cookie.update(before)
    assert device.get("/account").status_code == 401, "a copy of the cookie opens nothing either"


def test_a_shared_screen_stays_shared_when_somebody_signs_in_there(sign_in: SignsIn, client: PageClient) -> None:
    device = sign_in(Role.MEMBER)
    device.get("/kiosk")
    with device.session_transaction() as cookie:
        assert cookie["shared"] is True
        assert "sign_in" not in cookie
