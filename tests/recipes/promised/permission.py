"""After "Add a permission": a teller holds it, a visitor does not, and /promises says so in words."""

from governance.permissions.access import GRANTS
from governance.permissions.roles import Role
from tests.page import PageClient


def test_the_page_says_who_may(client: PageClient) -> None:
    assert "Lend out tents" in client.get("/promises").text
    assert "lend_tents" in GRANTS[Role.TELLER]
    assert "lend_tents" not in GRANTS[Role.VISITOR]
