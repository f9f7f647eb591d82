"""Who sees what the pages of the board call theirs: the board and its helpers, and nobody of the staff."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from governance.permissions.access import GRANTS, Permission
from governance.permissions.roles import BOARD, ROLE_WORDS, STAFF, Role
from tests.page import PageClient

# The members and who reads for them; who runs the meetings; who opens the boxes.
THE_BOARD_AND_ITS_HELPERS = BOARD | {Role.MEMBER, Role.BOARD_READER, Role.FACILITATOR, Role.TELLER}
PAGES = ("/board", "/board/proposals", "/board/decisions", "/board/ballots")


@pytest.mark.parametrize("role", sorted(ROLE_WORDS))
def test_a_page_for_the_board_and_its_helpers_opens_to_them_alone(
    sign_in: Callable[..., PageClient], role: Role
) -> None:  # fmt: skip
    person = sign_in(role)
    opens = role in THE_BOARD_AND_ITS_HELPERS
    assert {person.get(page).status_code for page in PAGES} == ({200} if opens else {403})


def test_no_role_of_the_staff_is_among_them(app: Flask, client: PageClient) -> None:
    sees = {role for role, may in GRANTS.items() if Permission.BOARD_PAGES in may}
    assert sees == THE_BOARD_AND_ITS_HELPERS
    assert not sees & STAFF
    assert client.get("/board/proposals").status_code == 401
